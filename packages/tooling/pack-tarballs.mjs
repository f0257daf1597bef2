/** Packs every publishable package: `npm run tarballs`, or for somebody's own folder. Wants built packages. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../', import.meta.url));

/** Packs into `folder`; gives the path of each tarball by the name of its package. */
export function packTarballs(folder) {
  mkdirSync(folder, { recursive: true });
  const tarballs = {};
  for (const name of readdirSync(packages)) {
    const manifest = manifestOf(join(packages, name));
    if (manifest === undefined || manifest.private === true) continue;
    const packed = npmPack(join(packages, name), folder);
    const listed = JSON.parse(packed);
    const [{ filename }] = Array.isArray(listed) ? listed : Object.values(listed);
    tarballs[manifest.name] = join(folder, filename);
  }
  return tarballs;
}

function manifestOf(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

function npmPack(path, folder) {
  const args = ['pack', '--json', '--pack-destination', folder, path];
  const result = spawnSync('npm', args, { encoding: 'utf8', shell: process.platform === 'win32' });
  if (result.status === 0) return result.stdout;
  throw new Error(`npm ${args.join(' ')} failed:\n${result.stdout}${result.stderr}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = fileURLToPath(new URL('../../tarballs', import.meta.url));
  const count = Object.keys(packTarballs(folder)).length;
  process.stdout.write(`${count} packages in ${folder}\n`);
}
