/** Starts and ends the two programs of the demonstration: the processor and the shop. */
import { execFile, fork, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { say } from './say.mjs';

const PROCESSOR = fileURLToPath(
  new URL('../../../packages/processor/dist/main.js', import.meta.url),
);
const SHOP_FOLDER = fileURLToPath(new URL('../', import.meta.url));
const START_MS = 15_000;
const REPORT_MS = 20_000;

/** The processor on embedded defaults, in a fresh folder; every alert it prints is shown and told on. */
export async function startProcessor({ onAlert }) {
  const cwd = mkdtempSync(join(tmpdir(), 'spanguard-demo-'));
  const folder = join(cwd, 'spanguard-data');
  let child = await run();
  const running = {
    folder,
    async killAndRestart() {
      const gone = ended(child);
      child.kill('SIGKILL');
      await gone;
      child = await run();
      return running;
    },
    /** Writes the report; gives its path and the endpoint most at risk. */
    report: () => writeReport(cwd),
    stop: () => stop(child),
  };
  return running;

  async function run() {
    const started = spawn(process.execPath, [PROCESSOR, 'run'], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let log = '';
    started.stderr.setEncoding('utf8').on('data', (text) => (log = (log + text).slice(-4000)));
    readAlerts(started.stdout, onAlert);
    await ready(started, () => log);
    return started;
  }
}

/** What the processor saves now and then is there soon: the report waits for the shop's login. */
async function writeReport(cwd) {
  const deadline = Date.now() + REPORT_MS;
  for (;;) {
    const { stdout } = await ask(['report', '--json'], cwd);
    const endpoints = stdout === '' ? [] : JSON.parse(stdout).endpoints;
    if (endpoints.some(({ path }) => path === '/login')) break;
    if (Date.now() > deadline) throw new Error('the report has no endpoints');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const file = join(cwd, 'report.html');
  const { stdout } = await ask(['report', '--output', file], cwd);
  return { file, mostAtRisk: /^most at risk +(.*)$/m.exec(stdout)?.[1] ?? '' };
}

/** Runs a command beside the processor. */
function ask(args, cwd) {
  return new Promise((resolve) => {
    execFile(process.execPath, [PROCESSOR, ...args], { cwd }, (_error, stdout) =>
      resolve({ stdout }),
    );
  });
}

/** The shop under the register hook, pointed at the processor. */
export async function startShop() {
  const child = fork('src/server.mjs', {
    cwd: SHOP_FOLDER,
    execArgv: ['--import', '@spanguard/register'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      PORT: '0',
      NODE_ENV: 'production',
      OTEL_SERVICE_NAME: 'express-shop',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      OTEL_BSP_SCHEDULE_DELAY: '200',
      OTEL_BLRP_SCHEDULE_DELAY: '200',
    },
  });
  const { port } = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the shop ended with code ${code}`)));
  });
  return { port, stop: () => stop(child) };
}

/** Alerts are paragraphs that begin with ALERT; other lines are the processor's own log. */
function readAlerts(stream, onAlert) {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text) => {
    const parts = (rest + text).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const paragraph = part.slice(Math.max(0, part.search(/^ALERT /m)));
      if (!paragraph.startsWith('ALERT ')) continue;
      say.alert(paragraph);
      onAlert({
        rule: /^ALERT \w+ .*\((\w+)\)$/m.exec(paragraph)?.[1] ?? '',
        entity: /^ {2}who +(\S+ .*)$/m.exec(paragraph)?.[1] ?? '',
        id: /^ {2}id +(\S+)$/m.exec(paragraph)?.[1] ?? '',
      });
    }
  });
}

/** Goes by what the processor itself says: on its ports another one may answer, and then it ends. */
async function ready(child, log) {
  const until = performance.now() + START_MS;
  while (performance.now() < until) {
    if (child.exitCode !== null) throw new Error(`the processor did not start:\n${log()}`);
    if (log().includes('"msg":"ready"')) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the processor was not ready after ${START_MS / 1000} s:\n${log()}`);
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = ended(child);
  child.kill('SIGTERM');
  await gone;
}

function ended(child) {
  return new Promise((resolve) => child.once('exit', resolve));
}
