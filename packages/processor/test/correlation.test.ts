import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeLogsRequest } from '@spanguard/otlp';
import { FakeClock, freePort } from '@spanguard/testkit';
import { expect } from 'chai';
import { loadConfig } from '../src/config/load-config.ts';
import { silentLogger } from '../src/pipeline/logger.ts';
import { createProcessor } from '../src/service/create-processor.ts';
import { machine } from '../src/service/machine.ts';
import type { Processor } from '../src/service/processor.ts';
import { eventually, postOtlp } from './running-processor.ts';

const HOUR_MS = 3_600_000;
const RULES = `
title: failed
name: failed
logsource: { product: spanguard }
detection: { s: { event: security.authn_login_fail }, condition: s }
---
title: guessing
name: guessing
correlation:
  { type: event_count, rules: [failed], group-by: [client.prefix], timespan: 1m, condition: { gte: 3 } }
spanguard: { quiet: 10m }
`;

/** A whole processor in this process, on a clock of our own. */
interface Running {
  readonly clock: FakeClock;
  readonly told: string[];
  readonly processor: Processor;
  readonly send: (logins: readonly Login[]) => Promise<void>;
  readonly metrics: () => Promise<string>;
}

interface Login {
  readonly atMs: number;
  readonly client?: string | undefined;
  readonly trace?: number;
}

let traces = 0;

function failedLogins(logins: readonly Login[]): Uint8Array {
  return encodeLogsRequest(
    { resource: { 'service.name': 'shop' }, scopeName: 'test' },
    logins.map(({ atMs, client, trace = (traces += 1) }) => ({
      timeMs: atMs,
      severityNumber: 13,
      eventName: 'security.authn_login_fail',
      traceId: trace.toString(16).padStart(32, '0'),
      spanId: trace.toString(16).padStart(16, '0'),
      attributes: client === undefined ? {} : { 'client.prefix': `${client}/32` },
    })),
  );
}

async function run(): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'spanguard-correlation-'));
  writeFileSync(join(folder, 'rules.yaml'), RULES);
  const loaded = loadConfig({
    file: 'test.yaml',
    text: `
data: ${folder}/data
receivers: { otlp_http: { endpoint: "127.0.0.1:0" }, otlp_grpc: { enabled: false } }
admin: { endpoint: "127.0.0.1:${await freePort()}" }
correlate: { rules: ["${folder}/rules.yaml"], shipped_rules: false, memory_max: 1MiB }
alerts: { otlp: { enabled: false } }
`,
    env: {},
    readFile: () => undefined,
  });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join());
  const clock = new FakeClock({ nowMs: Date.UTC(2026, 10, 1, 12) });
  const told: string[] = [];
  const created = await createProcessor(loaded.config, {
    ...machine,
    hasThreads: false,
    clock,
    logger: silentLogger,
    stdout: (text) => told.push(text),
    version: '0',
    random: () => 0.5,
  });
  if (!created.ok) throw new Error(created.problems.join());
  const { processor } = created;
  await processor.start();
  const { receivers, admin } = processor.addresses();
  const metrics = async (): Promise<string> => (await fetch(`http://${admin}/metrics`)).text();
  return {
    ...{ clock, told, processor, metrics },
    send: async (logins) => {
      const before = counted(await metrics(), 'correlation_events');
      expect(
        await postOtlp(`http://${receivers['otlp_http']}`, 'logs', failedLogins(logins)),
      ).to.equal(200);
      await eventually('the correlation', async () => {
        clock.advance(1);
        return counted(await metrics(), 'correlation_events') === before + logins.length;
      });
    },
  };
}

/** The value of a counter, all labels together; 0 where it is not there. */
function counted(metrics: string, name: string): number {
  const lines = metrics.split('\n').filter((line) => line.startsWith(`spanguard_${name}_total`));
  return lines.reduce(
    (sum, line) =>
      sum +
      Number(
        line
          .slice(line.lastIndexOf('}') + 1)
          .trim()
          .split(' ')[0],
      ),
    0,
  );
}

describe('correlation in a whole processor', function () {
  let running: Running;

  beforeEach(async () => {
    running = await run();
  });
  afterEach(async () => {
    const stopped = running.processor.shutdown({ atMs: running.clock.monotonic() });
    await running.clock.advanceAsync(1);
    await stopped;
  });

  it('tells again at once when a clock that was an hour ahead comes back', async () => {
    const { clock, told, send } = running;
    const three = (client: string): Login[] =>
      [0, 1, 2].map((at) => ({ atMs: clock.now() + at, client }));
    await send(three('203.0.113.1'));
    clock.set(clock.now() + HOUR_MS);
    await send([...three('203.0.113.1'), ...three('203.0.113.2')]);
    await eventually('alerts', () => told.length === 3);
    clock.set(clock.now() - HOUR_MS + 10_000);
    await send([...three('203.0.113.2'), ...three('203.0.113.3')]);
    await eventually('alerts after', () => told.length === 5);
    expect(counted(await running.metrics(), 'correlation_late')).to.equal(0);
  });

  it('counts what is late, what was seen before and what has nothing to group by', async () => {
    const { clock, send, metrics } = running;
    const now = clock.now();
    const client = '203.0.113.1';
    await send([{ atMs: now, client }]);
    await send([{ atMs: now - 29_000, client }]);
    expect(counted(await metrics(), 'correlation_late')).to.equal(0);
    await send([{ atMs: now - 31_000, client }]);
    expect(counted(await metrics(), 'correlation_late')).to.equal(1);
    await send([0, 1].map(() => ({ atMs: now, client, trace: 1_000_000 })));
    expect(counted(await metrics(), 'correlation_repeated')).to.equal(1);
    await send([{ atMs: now }]);
    expect(counted(await metrics(), 'correlation_ungrouped')).to.equal(1);
  });

  it('counts the entities it forgets, by the name the shipped alarm asks for', async () => {
    const { clock, send, metrics } = running;
    const logins = (from: number, to: number): Login[] =>
      Array.from({ length: to - from }, (_, index) => ({
        atMs: clock.now(),
        client: `10.0.${(from + index) >> 8}.${(from + index) & 255}`,
      }));
    await send(logins(0, 1_000));
    expect(await metrics()).to.match(/spanguard_correlation_evicted_total\{?[^\n]* 0\b/);
    await send(logins(1_000, 3_000));
    expect(counted(await metrics(), 'correlation_evicted')).to.be.above(500);
    const rules = readFileSync(
      new URL('../../../collector-config/prometheus-rules.yaml', import.meta.url),
      'utf8',
    );
    for (const [, name = ''] of rules.matchAll(/\b(spanguard_correlation_\w+_total)\b/g)) {
      expect(await metrics()).to.include(name);
    }
  });
});
