import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeLogsRequest, OtlpIndex } from '@spanguard/otlp';
import { freePort, HttpSink } from '@spanguard/testkit';
import { expect } from 'chai';
import { ChannelWorker } from '#processor/alerts/channel-worker.ts';
import { loadConfig } from '#processor/config/load-config.ts';
import type { Config } from '#processor/config/shape.ts';
import { Correlator } from '#processor/correlation/correlator.ts';
import { BatchDetector, type DetectionRequest } from '#processor/detection/batch-detector.ts';
import { BatchExporter } from '#processor/exporters/batch-exporter.ts';
import { OtlpBackend } from '#processor/exporters/otlp-http/otlp-backend.ts';
import { Journal } from '#processor/journal/journal.ts';
import type { RecordToAppend } from '#processor/model/record.ts';
import { SECTION } from '#processor/model/sections.ts';
import type { Entry } from '#processor/pipeline/consumer/entry-source.ts';
import { silentLogger } from '#processor/pipeline/logger.ts';
import { BatchRedactor, type RedactionRequest } from '#processor/redaction/batch-redactor.ts';
import { createProcessor } from '#processor/service/create-processor.ts';
import { machine } from '#processor/service/machine.ts';
import { readDeadLetters } from '#processor/service/replay-dead-letters.ts';
import { eventually, postOtlp } from './running-processor.ts';

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
`;
const POISON = 'poison-7391';
/** Of its client there is an alert, too. */
const POISON_CLIENT = '198.51.100.66';
const CLIENT = '203.0.113.7';
/** No other batch has so many. */
const POISON_ITEMS = 13;
const GOOD = ['good-1', 'good-2', 'good-3'] as const;

/** What throws on the poisoned record, and what comes of that. */
interface Wall {
  readonly title: string;
  readonly target: object;
  readonly method: string;
  /** Whether a call is about the poisoned record. */
  readonly isPoisoned: (...args: never[]) => boolean;
  /** What its sender hears. */
  readonly status: number;
  /** Lines of the metrics, which are 0 or not there after a restart. */
  readonly counted: readonly RegExp[];
  /** `stage name content`, sorted. */
  readonly letters: readonly string[];
  /** Whether the backend gets it. */
  readonly arrives: boolean;
  /** Whether the alert of its client is told. */
  readonly isTold: boolean;
}

const holds = (bytes: Uint8Array | undefined, text = POISON): boolean =>
  Buffer.from(bytes ?? []).includes(text);
const failed = (stage: string): RegExp =>
  new RegExp(`^spanguard_intake_failed_total\\{[^}]*stage="${stage}"[^}]*\\} 1\\b`, 'm');
const quarantined = (component: string): RegExp =>
  new RegExp(
    `^spanguard_consumer_quarantined_total\\{[^}]*component="${component}"[^}]*\\} 1\\b`,
    'm',
  );
const refused = { letters: [], arrives: false, isTold: false };

const WALLS: readonly Wall[] = [
  {
    ...refused,
    title: 'mark',
    target: BatchRedactor.prototype,
    method: 'mark',
    isPoisoned: (bytes: Uint8Array) => holds(bytes),
    status: 500,
    counted: [failed('batch')],
  },
  {
    ...refused,
    title: 'index',
    target: OtlpIndex.prototype,
    method: 'begin',
    isPoisoned: (bytes: Uint8Array) => holds(bytes),
    status: 500,
    counted: [failed('batch')],
  },
  {
    title: 'detect',
    target: BatchDetector.prototype,
    method: 'detect',
    isPoisoned: ({ index }: DetectionRequest) => holds(index.bytes),
    status: 200,
    counted: [failed('detect')],
    letters: [],
    arrives: true,
    isTold: false,
  },
  {
    ...refused,
    title: 'decide',
    target: BatchRedactor.prototype,
    method: 'decide',
    isPoisoned: ({ index }: RedactionRequest) => holds(index.bytes),
    status: 500,
    counted: [failed('batch')],
  },
  {
    ...refused,
    title: 'rewrite',
    target: BatchRedactor.prototype,
    method: 'rewrite',
    isPoisoned: ({ index }: RedactionRequest) => holds(index.bytes),
    status: 500,
    counted: [failed('batch')],
  },
  {
    ...refused,
    title: 'append',
    target: Journal.prototype,
    method: 'append',
    isPoisoned: ({ itemCount }: RecordToAppend) => itemCount === POISON_ITEMS,
    status: 503,
    counted: [failed('append')],
  },
  {
    title: 'the encoding of an exporter',
    target: OtlpBackend.prototype,
    method: 'send',
    isPoisoned: (_signal: string, requests: readonly Uint8Array[]) =>
      requests.some((bytes) => holds(bytes)),
    status: 200,
    counted: [/^spanguard_exporter_dead_letter_items_total\{[^}]*\} 13\b/m],
    letters: Array<string>(POISON_ITEMS).fill('exporter otlp_http logs'),
    arrives: false,
    isTold: true,
  },
  {
    title: 'an exporter',
    target: BatchExporter.prototype,
    method: 'take',
    isPoisoned: ({ itemCount }: Entry) => itemCount === POISON_ITEMS,
    status: 200,
    counted: [quarantined('exporter otlp_http')],
    letters: ['exporter otlp_http logs'],
    arrives: false,
    isTold: true,
  },
  {
    title: 'a channel',
    target: ChannelWorker.prototype,
    method: 'take',
    isPoisoned: (entry: Entry) => holds(entry.section(SECTION.payload), POISON_CLIENT),
    status: 200,
    counted: [quarantined('channel console')],
    letters: ['channel console alert'],
    arrives: true,
    isTold: false,
  },
  {
    title: 'correlation',
    target: Correlator.prototype,
    method: 'take',
    isPoisoned: (facts: Uint8Array) => holds(facts, POISON_CLIENT),
    status: 200,
    counted: [quarantined('correlation')],
    letters: ['consumer correlation facts'],
    arrives: true,
    isTold: false,
  },
];

/** Makes a method throw on what is poisoned; gives what undoes that. */
function makeThrow({ target, method, isPoisoned }: Wall): () => void {
  const original: unknown = Reflect.get(target, method);
  if (typeof original !== 'function') throw new Error(`there is no ${method}`);
  Reflect.set(target, method, function throwing(this: object, ...args: never[]): unknown {
    if (isPoisoned(...args)) throw new RangeError('of our own making');
    return Reflect.apply(original, this, args);
  });
  return () => void Reflect.set(target, method, original);
}

let traces = 0;

/** Failed logins of one client. */
function logins(body: string, { client, count }: { client: string; count: number }): Uint8Array {
  return encodeLogsRequest(
    { resource: { 'service.name': 'shop' }, scopeName: 'test' },
    Array.from({ length: count }, () => {
      const id = (traces += 1).toString(16);
      return {
        timeMs: machine.clock.now(),
        severityNumber: 13,
        eventName: 'security.authn_login_fail',
        body,
        traceId: id.padStart(32, '0'),
        spanId: id.padStart(16, '0'),
        attributes: { 'client.prefix': `${client}/32` },
      };
    }),
  );
}

describe('a processor in which one part throws on one record of a stream', function () {
  let folder: string;
  let sink: HttpSink;
  let undo: () => void;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'spanguard-walls-'));
    writeFileSync(join(folder, 'rules.yaml'), RULES);
    sink = await HttpSink.listen();
  });
  afterEach(async () => {
    undo();
    await sink.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function configOf(): Promise<Config> {
    const loaded = loadConfig({
      file: 'test.yaml',
      text: `
data: ${folder}/data
receivers: { otlp_http: { endpoint: "127.0.0.1:0" }, otlp_grpc: { enabled: false } }
admin: { endpoint: "127.0.0.1:${await freePort()}" }
correlate: { rules: ["${folder}/rules.yaml"], shipped_rules: false, snapshot_interval: 1s }
exporters: { otlp_http: { endpoint: "${sink.url}", compression: none } }
alerts: { otlp: { enabled: false } }
`,
      env: {},
      readFile: () => undefined,
    });
    if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join());
    return loaded.config;
  }

  const worldWith = (stdout: (text: string) => void) => ({
    ...machine,
    hasThreads: false,
    logger: silentLogger,
    stdout,
    version: '0',
  });

  async function started(config: Config, stdout: (text: string) => void) {
    const created = await createProcessor(config, worldWith(stdout));
    if (!created.ok) throw new Error(created.problems.join());
    const { processor } = created;
    await processor.start();
    const { receivers, admin } = processor.addresses();
    return {
      send: (bytes: Uint8Array) => postOtlp(`http://${receivers['otlp_http']}`, 'logs', bytes),
      isReady: async () => (await fetch(`http://${admin}/readyz`)).ok,
      metrics: async () => (await fetch(`http://${admin}/metrics`)).text(),
      end: () => processor.shutdown({ atMs: machine.clock.monotonic() + 60_000 }),
    };
  }

  async function lettersIn(config: Config): Promise<string[]> {
    const letters: string[] = [];
    await readDeadLetters(
      config,
      worldWith(() => undefined),
      ({ stage, name, content }) => {
        letters.push(`${stage} ${name} ${content}`);
      },
    );
    return letters.toSorted();
  }

  const arrived = (text: string): boolean =>
    sink.requests.some(({ body }) => Buffer.from(body).includes(text));

  for (const wall of WALLS) {
    const { title, status, counted, letters, arrives, isTold } = wall;
    it(`lives, loses that alone, counts it, and does not come back to it: ${title}`, async () => {
      undo = makeThrow(wall);
      const config = await configOf();
      let told = '';
      const first = await started(config, (text) => void (told += text));
      expect(await first.send(logins(GOOD[0], { client: '192.0.2.1', count: 1 }))).to.equal(200);
      const poisoned = { client: POISON_CLIENT, count: POISON_ITEMS };
      expect(await first.send(logins(POISON, poisoned))).to.equal(status);
      expect(await first.send(logins(GOOD[1], { client: CLIENT, count: 3 }))).to.equal(200);
      expect(await first.send(logins(GOOD[2], { client: '192.0.2.2', count: 2 }))).to.equal(200);
      await eventually('all others', () => GOOD.every((text) => arrived(text)));
      await eventually('the alert', () => told.includes(CLIENT));
      await eventually('the count', async () => {
        const metrics = await first.metrics();
        return counted.every((line) => line.test(metrics));
      });
      expect(await first.isReady()).to.equal(true);
      await first.end();
      expect(arrived(POISON)).to.equal(arrives);
      expect(told.includes(POISON_CLIENT)).to.equal(isTold);
      expect(await lettersIn(config)).to.deep.equal(letters);

      sink.requests.splice(0);
      told = '';
      const second = await started(config, (text) => void (told += text));
      expect(await second.send(logins('later', { client: '192.0.2.3', count: 4 }))).to.equal(200);
      await eventually('what comes later', () => arrived('later'));
      await eventually('correlation', async () =>
        /^spanguard_correlation_events_total\{[^}]*\} 4\b/m.test(await second.metrics()),
      );
      const metrics = await second.metrics();
      for (const line of counted) expect(metrics).to.not.match(line);
      expect(metrics).to.not.match(/^spanguard_consumer_failed_total\{[^}]*\} [1-9]/m);
      await second.end();
      expect([...GOOD, POISON].filter((text) => arrived(text))).to.deep.equal([]);
      expect([CLIENT, POISON_CLIENT].filter((text) => told.includes(text))).to.deep.equal([]);
      expect(await lettersIn(config)).to.deep.equal(letters);
    });
  }
});
