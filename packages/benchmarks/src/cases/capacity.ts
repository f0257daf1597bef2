/**
 * How much a processor watches at once: thousands of rules, a hundred thousand entities, and an attacker who
 * comes from ever new addresses while others are being attacked. Seen from outside: OTLP in, alerts and
 * metrics out.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, HttpSink, type RunningProgram, startProgram } from '@spanguard/testkit';
import { type FailedLogin, failedLogins } from '../load/failed-logins.ts';
import { sendRequests } from '../load/otlp-sender.ts';
import { type MetricSample, sampleOf, scrapeMetrics } from '../load/scraped-metrics.ts';
import { sigmaRules } from '../load/sigma-rules.ts';
import { processCpuUs, processResidentBytes } from '../measure/process-cpu.ts';
import type { Result } from '../measure/result.ts';

const GROUP =
  'Capacity: shipped rules and 3,000 more, 100,000 entities, an attacker of 50,000 addresses';
const PROCESSOR = fileURLToPath(new URL('../../../processor/dist/main.js', import.meta.url));

const RULES = 3000;
const VICTIMS = 50;
const ENTITIES = 100_000;
const ATTACKER_ADDRESSES = 50_000;
const ATTACKED_USERS = 2000;
/** Five failures of one account from one client alert: all but the last come before the flood. */
const FAILURES_BEFORE = 4;
/** All of it happens within the shortest window of the rules. */
const STORY_MS = 200_000;
const LOGINS_PER_REQUEST = 500;
const CONNECTIONS = 4;

/** A trickle keeps snapshots coming, each of all windows; so often the delay of the loop is read. */
const TRICKLE_MS = 30_000;
const TRICKLE_PAUSE_MS = 200;
const SCRAPE_MS = 2000;
const QUIET_MS_MAX = 900_000;
const POLL_MS = 500;

interface Watched {
  readonly program: RunningProgram;
  readonly pid: number;
  readonly url: string;
  readonly admin: string;
  readonly alerts: HttpSink;
  readonly startMs: number;
}

/** The worst of several readings, in milliseconds. */
interface LoopDelay {
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Plays the story and tells what became of the victims, and of the processor. */
export async function capacityResults(): Promise<Result[]> {
  const watched = await begin();
  const { program, pid, admin, alerts } = watched;
  try {
    const beginMs = Date.now() - STORY_MS;
    const story = storyOf(beginMs);
    const empty = await loopDelay(watched, beginMs);
    const before = processCpuUs(pid);
    await send(watched, story.before);
    await send(watched, story.flood);
    const events = story.before.length + story.flood.length;
    await caughtUp(watched);
    const cpuUs = (processCpuUs(pid) - before) / events;
    const full = await loopDelay(watched, beginMs + STORY_MS);
    const tooEarly = story.victims.filter((victim) => wasTold(alerts, victim));
    if (tooEarly.length > 0) throw new Error(`alerts of ${tooEarly.join(', ')} before their time`);
    await send(watched, story.after);
    await caughtUp(watched);
    const metrics = await scrapeMetrics(admin);
    const evicted = metrics.filter(({ name }) => name.includes('evicted'));
    const told = story.victims.filter((victim) => wasTold(alerts, victim)).length;
    return [
      row('start with all rules', watched.startMs, 'ms', 'from the start of the process to ready'),
      row('event', cpuUs, 'µs', 'CPU of the whole process for each failed login'),
      row(
        'victims whose alert came',
        told,
        `of ${VICTIMS}`,
        'four failures before the flood, one after',
      ),
      row('groups given up', total(evicted), 'groups', 'as /metrics shows it'),
      row('event loop, worst p99 of 2 s, nothing watched', empty.p99Ms, 'ms', worst(empty)),
      row(
        'event loop, worst p99 of 2 s, while all windows are saved',
        full.p99Ms,
        'ms',
        worst(full),
      ),
      row('resident', processResidentBytes(pid) / 1e6, 'MB', 'at the end'),
    ];
  } finally {
    await program.end('SIGKILL');
    await alerts.close();
  }
}

function row(name: string, value: number, unit: string, note: string): Result {
  return { group: GROUP, name, value, unit, note };
}

function worst({ maxMs }: LoopDelay): string {
  return `${maxMs.toFixed(0)} ms at worst`;
}

function total(samples: readonly MetricSample[]): number {
  return samples.reduce((sum, { value }) => sum + value, 0);
}

async function begin(): Promise<Watched> {
  const [port, adminPort, alerts] = [await freePort(), await freePort(), await HttpSink.listen()];
  const folder = mkdtempSync(join(tmpdir(), 'spanguard-capacity-'));
  const [rules, config] = [join(folder, 'rules'), join(folder, 'spanguard.yaml')];
  mkdirSync(rules);
  for (const [n, rule] of sigmaRules(RULES).entries())
    writeFileSync(join(rules, `${n}.yaml`), rule);
  writeFileSync(
    config,
    `data: ${folder}/data
receivers: { otlp_http: { endpoint: "127.0.0.1:${port}" }, otlp_grpc: { enabled: false } }
admin: { endpoint: "127.0.0.1:${adminPort}" }
correlate: { rules: ["${rules}"] }
alerts: { console: { enabled: false }, otlp: { enabled: false }, webhook: { url: "${alerts.url}" } }
log_level: error
`,
  );
  const admin = `http://127.0.0.1:${adminPort}`;
  const startedMs = performance.now();
  const program = await startProgram({
    file: process.execPath,
    args: [PROCESSOR, 'run', '--config', config],
    ready: async () => (await fetch(`${admin}/readyz`)).ok,
  });
  const startMs = performance.now() - startedMs;
  const url = `http://127.0.0.1:${port}/v1/logs`;
  return { program, pid: program.child.pid ?? 0, url, admin, alerts, startMs };
}

interface Story {
  readonly victims: readonly string[];
  readonly before: readonly FailedLogin[];
  readonly flood: readonly FailedLogin[];
  readonly after: readonly FailedLogin[];
}

/** Each failure later than the one before, all within {@link STORY_MS}. */
function storyOf(beginMs: number): Story {
  const logins = VICTIMS * (FAILURES_BEFORE + 1) + ENTITIES + ATTACKER_ADDRESSES;
  let told = 0;
  const login = (user: string, client: string): FailedLogin => ({
    user,
    client,
    peer: `10.0.0.${1 + (told % 8)}`,
    timeMs: beginMs + (STORY_MS * told++) / logins,
  });
  const victims = Array.from({ length: VICTIMS }, (_, n) => `victim-${n}-`);
  const victimLogin = (victim: string, n: number): FailedLogin => login(victim, `192.0.2.${n}`);
  const before = Array.from({ length: FAILURES_BEFORE }, () => victims.map(victimLogin)).flat();
  const crowd = Array.from({ length: ENTITIES }, (_, n) => login(`user-${n}`, address(11, n)));
  const attack = Array.from({ length: ATTACKER_ADDRESSES }, (_, n) =>
    login(`account-${n % ATTACKED_USERS}`, address(172, n)),
  );
  return { victims, before, flood: [...crowd, ...attack], after: victims.map(victimLogin) };
}

function address(first: number, n: number): string {
  return `${first}.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
}

function wasTold({ requests }: HttpSink, victim: string): boolean {
  return requests.some(({ body }) => Buffer.from(body).includes(victim));
}

async function send({ url }: Watched, logins: readonly FailedLogin[]): Promise<void> {
  const bodies: Uint8Array[] = [];
  for (let at = 0; at < logins.length; at += LOGINS_PER_REQUEST) {
    bodies.push(failedLogins(logins.slice(at, at + LOGINS_PER_REQUEST)));
  }
  const how = { url, gzip: false, requests: bodies.length, connections: CONNECTIONS };
  await sendRequests({ ...how, bodies });
}

/** Until correlation has seen, and saved, all that was sent. */
async function caughtUp({ admin }: Watched): Promise<void> {
  const until = performance.now() + QUIET_MS_MAX;
  const age = async (): Promise<number> =>
    sampleOf(await scrapeMetrics(admin), 'spanguard_consumer_age_seconds', '"correlation"');
  while ((await age()) > 0) {
    if (performance.now() > until) throw new Error('correlation does not catch up');
    await pause(POLL_MS);
  }
}

/** How late the loop is while little happens, at that time of the story, but snapshots; read, it begins anew. */
async function loopDelay(watched: Watched, timeMs: number): Promise<LoopDelay> {
  const readings: LoopDelay[] = [];
  await scrapeMetrics(watched.admin);
  const until = performance.now() + TRICKLE_MS;
  let dueMs = performance.now() + SCRAPE_MS;
  for (let n = 0; performance.now() < until; n += 1) {
    const login = {
      user: `guest-${n}`,
      client: '192.0.2.250',
      peer: '10.0.0.9',
      timeMs,
    };
    await send(watched, [login]);
    await pause(TRICKLE_PAUSE_MS);
    if (performance.now() < dueMs) continue;
    dueMs += SCRAPE_MS;
    const samples = await scrapeMetrics(watched.admin);
    const delay = 'spanguard_process_event_loop_delay';
    readings.push({
      p99Ms: sampleOf(samples, `${delay}_seconds`) * 1000,
      maxMs: sampleOf(samples, `${delay}_max_seconds`) * 1000,
    });
  }
  return {
    p99Ms: Math.max(...readings.map(({ p99Ms }) => p99Ms)),
    maxMs: Math.max(...readings.map(({ maxMs }) => maxMs)),
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
