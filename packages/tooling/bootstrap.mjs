/**
 * The first command after `git clone`: installs what is missing, then runs `demo` or `test`.
 * Plain JavaScript for any Node from 20 on, since it runs before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const [command = '', ...rest] = process.argv.slice(2);

const COMMANDS = {
  demo: () => {
    step('building', () => run(bin('tsc'), ['--build']));
    run(node(), [join('examples', 'express-shop', 'demo', 'demo.mjs'), ...rest]);
  },
  test: () => {
    const specs = rest.length > 0 ? rest : ['packages/*/{src,test}/**/*.test.ts'];
    run(node(), [join('node_modules', 'mocha', 'bin', 'mocha.js'), ...specs]);
  },
};

if (!Object.hasOwn(COMMANDS, command)) {
  fail(`unknown command "${command}"; known: ${Object.keys(COMMANDS).join(', ')}`);
}
if (!installed()) {
  step('installing packages (about a minute)', () =>
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      shell: process.platform === 'win32',
    }),
  );
}
COMMANDS[command]();

/** npm writes a lock file of what it installed; one older than ours means something is missing. */
function installed() {
  const mark = join(root, 'node_modules', '.package-lock.json');
  const lock = join(root, 'package-lock.json');
  return (
    existsSync(mark) && (!existsSync(lock) || statSync(mark).mtimeMs >= statSync(lock).mtimeMs)
  );
}

/** Node 24 from the `node` package where the system's own is older than what Spanguard needs. */
function node() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 24 || (major === 24 && minor >= 12)) return process.execPath;
  const local = join(
    root,
    'node_modules',
    '.bin',
    process.platform === 'win32' ? 'node.cmd' : 'node',
  );
  if (existsSync(local)) return local;
  const wanted = readFileSync(join(root, '.node-version'), 'utf8').trim();
  return fail(
    `Node ${wanted} is needed for development; this is ${process.versions.node}. Install it, then try again.`,
  );
}

function bin(name) {
  return join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
}

function step(title, action) {
  const start = Date.now();
  process.stderr.write(`spanguard: ${title} ...\n`);
  action();
  process.stderr.write(
    `spanguard: ${title} done in ${((Date.now() - start) / 1000).toFixed(1)} s\n`,
  );
}

/** Runs a command in the root folder, its output shown; a failure ends this process the same way. */
function run(file, args, options = {}) {
  const path = `${join(root, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`;
  const result = spawnSync(file, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
    ...options,
  });
  if (result.error !== undefined) fail(`${file}: ${result.error.message}`);
  if (result.signal !== null) process.kill(process.pid, result.signal);
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function fail(message) {
  process.stderr.write(`spanguard: ${message}\n`);
  process.exit(1);
}
