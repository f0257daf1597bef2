/** What no configuration and no client can bring about, so that it happens to one part alone. */
import { EventEmitter } from 'node:events';
import { KeyTable, OtlpIndex } from '@spanguard/otlp';
import { CorrelationEngine, parseRules, Ruleset } from '@spanguard/sigma';
import { FakeClock, traceRequest } from '@spanguard/testkit';
import { AnalysisConsumer } from '#processor/analysis/analysis-consumer.ts';
import { correlationDescription } from '#processor/analysis/correlation-description.ts';
import type { AnalysisReport } from '#processor/analysis/messages.ts';
import type { PortListener } from '#processor/pipeline/consumer/posting-messages.ts';
import { EngineCounters } from '#processor/correlation/engine-counters.ts';
import { encodeFacts } from '../../src/model/facts/encode-facts.ts';
import type { Consumer } from '#processor/pipeline/consumer/consumer.ts';
import { nodeFileSystem } from '#processor/pipeline/file-system.ts';
import { runtimeOf, ScriptedSource } from '../scripted-source.ts';
import { FactBatch } from '../../src/model/facts/fact-batch.ts';
import { FACT_SLOTS, numberColumn, textColumn } from '../../src/model/facts/fact-slots.ts';
import { HttpListener } from '#processor/pipeline/http/http-listener.ts';
import { silentLogger } from '#processor/pipeline/logger.ts';
import { SaidOnce } from '#processor/pipeline/said-once.ts';
import { createIntake } from '#processor/service/intake.ts';
import { watchFailures } from '#processor/service/watch-failures.ts';
import { appendText, TestJournal, until } from '../test-journal.ts';
import type { Scenario, ScenarioWorld } from './scenario.ts';

const RULES = `
title: Failed
name: failed
logsource: { product: spanguard }
detection: { one: { event: security.authn_login_fail }, condition: one }
---
title: Every client
name: every_client
correlation:
  { type: event_count, rules: [failed], group-by: [client.prefix], timespan: 5m, condition: { gte: 1 } }
level: high
`;

const NO_ANALYSIS = {
  rules: [],
  latenessMs: 0,
  groupBytesMax: 0,
  snapshotIntervalMs: 1000,
  alertKey: Buffer.alloc(32),
};

/** A consumer whose analysis does what it is told to, and answers nothing. */
function analysisOf(
  { counters, folder }: Pick<ScenarioWorld, 'counters' | 'folder'>,
  begin: (listener: PortListener<AnalysisReport>) => void,
): AnalysisConsumer {
  return new AnalysisConsumer({
    settings: { ...NO_ANALYSIS, snapshotPath: folder },
    start: (_settings, listener) => {
      begin(listener);
      return { post: () => undefined, end: () => Promise.resolve() };
    },
    waitingBytesMax: 1024 * 1024,
    raise: () => Promise.resolve(true),
    checkpoint: () => () => undefined,
    quarantine: () => Promise.resolve(true),
    makeRoom: () => Promise.resolve(false),
    counters,
    logger: silentLogger,
  });
}

const fail = (): never => {
  throw new RangeError('no');
};

function rulesetOf(text: string): Ruleset {
  const parsed = parseRules(text, { file: 'test.yaml' });
  const rules = parsed.ok ? Ruleset.from([parsed], { vocabulary: { fields: FACT_SLOTS } }) : parsed;
  if (!rules.ok) throw new Error(rules.errors.map(({ message }) => message).join());
  return rules.ruleset;
}

/** One row, as detection writes it. */
function factsOf(row: {
  readonly event: string;
  readonly client: string;
  readonly timeMs: number;
}) {
  const facts = new FactBatch();
  const text = (value: string): number => {
    const bytes = Buffer.from(value);
    return facts.texts.add(bytes, 0, bytes.length);
  };
  facts.add();
  facts.setText(textColumn('event'), 0, text(row.event));
  facts.setText(textColumn('client.prefix'), 0, text(row.client));
  facts.setNumber(numberColumn('timestamp'), 0, row.timeMs);
  facts.setNumber(numberColumn('weight'), 0, 1);
  return encodeFacts(facts);
}

/** In the order data walks. */
export const PART_SCENARIOS: readonly Scenario[] = [
  {
    name: 'a request whose handling throws',
    moves: ['listener.failed'],
    happen: async ({ counters }) => {
      const listener = new HttpListener(
        {
          ...{ name: 'test', options: 'test', host: '127.0.0.1', port: 0 },
          ...{ allowedHosts: [], allowedOrigins: [] },
          ...{ connectionsMax: 8, clientConnectionsMax: 8 },
          ...{ headerTimeoutMs: 5000, requestTimeoutMs: 5000 },
        },
        { clock: new FakeClock(), counters, logger: silentLogger },
        { answer: fail, refuse: (_request, response) => void response.writeHead(500).end() },
      );
      await listener.start();
      await (await fetch(`http://127.0.0.1:${listener.address?.port}/`)).arrayBuffer();
      await listener.shutdown({ atMs: 0 });
    },
  },
  {
    name: 'a stage that throws',
    moves: ['intake.failed'],
    happen: async ({ counters }) => {
      const intake = createIntake({
        keys: new KeyTable({ classify: () => 0, columns: [] }),
        index: new OtlpIndex(),
        detector: { detect: fail },
        redactor: { mark: fail, decide: fail, rewrite: fail, giveBack: fail },
        journal: { append: fail },
        counters,
        said: new SaidOnce({ clock: new FakeClock(), logger: silentLogger }),
      });
      await intake('traces', traceRequest({ seed: 1, spans: 1 }));
    },
  },
  {
    name: 'a journal at its limit of bytes',
    moves: ['journal.dropped_items'],
    happen: async ({ counters, folder }) => {
      const files = new TestJournal(folder);
      const limits = { segmentBytesMax: 100, totalBytesMax: 570 };
      const journal = await files.open({ counters, limits });
      for (const text of ['a', 'b', 'c', 'd']) await appendText(journal, text.repeat(100));
      await until(() => journal.bytes <= limits.totalBytesMax);
      await files.close();
    },
  },
  {
    name: 'a consumer whose journal fails, and an alert that cannot be raised',
    moves: ['consumer.failed', 'correlation.quarantined'],
    happen: async ({ counters, folder }) => {
      const clock = new FakeClock({ nowMs: Date.UTC(2026, 0, 1) });
      const kept: string[] = [];
      const consumer = correlationDescription.shape.parse({}).create({
        rules: [{ file: 'test.yaml', text: RULES }],
        raise: () => Promise.reject(new TypeError('no')),
        checkpoint: () => () => undefined,
        quarantine: (_bytes, reason) => {
          kept.push(reason);
          return Promise.resolve(true);
        },
        folder,
        fileSystem: nodeFileSystem,
        makeRoom: () => Promise.resolve(false),
        hasThreads: false,
        key: () => Buffer.alloc(32),
        clock,
        counters,
        logger: silentLogger,
      });
      const source = new ScriptedSource();
      source.failures = 1;
      const failedLogin = { event: 'security.authn_login_fail', client: '203.0.113.7/32' };
      source.put({ facts: factsOf({ ...failedLogin, timeMs: clock.now() }) });
      const runtime = runtimeOf({ source, consumer, clock, counters, logger: silentLogger });
      await runtime.start();
      while (kept.length === 0) await clock.advanceAsync(1000);
      const ended = runtime.shutdown({ atMs: clock.monotonic() });
      await clock.advanceAsync(1000);
      await ended;
    },
  },
  {
    name: 'a consumer that fails on a record again and again, and hangs on the next',
    moves: ['consumer.quarantined', 'consumer.stalled'],
    happen: async ({ counters }) => {
      const clock = new FakeClock();
      const source = new ScriptedSource();
      for (const text of ['poison', 'endless']) source.put({ payload: Buffer.from(text) });
      let hangs: (isOver: void) => void = () => undefined;
      const consumer: Consumer = {
        start: () => Promise.resolve(undefined),
        take: ({ sequence }) =>
          sequence === 0 ? fail() : new Promise((resolve) => (hangs = resolve)),
        passOver: () => undefined,
      };
      const runtime = runtimeOf({ source, consumer, clock, counters, logger: silentLogger });
      await runtime.start();
      for (let second = 0; second < 180; second += 1) await clock.advanceAsync(1000);
      hangs();
      const ended = runtime.shutdown({ atMs: clock.monotonic() });
      await clock.advanceAsync(1000);
      await ended;
    },
  },
  {
    name: 'rules that are slower than the facts',
    moves: ['analysis.waiting'],
    happen: async ({ counters, folder }) => {
      const clock = new FakeClock();
      const source = new ScriptedSource();
      const failedLogin = { event: 'security.authn_login_fail', client: '203.0.113.7/32' };
      const facts = factsOf({ ...failedLogin, timeMs: clock.now() });
      for (let entries = 0; entries < 1100; entries += 1) source.put({ facts });
      const consumer = analysisOf({ counters, folder }, ({ onReport }) =>
        queueMicrotask(() => onReport({ kind: 'ready', sequence: -1, counts: new Map() })),
      );
      const runtime = runtimeOf({ source, consumer, clock });
      await runtime.start();
      while (counters.labelsOf('analysis.waiting') === undefined) await clock.advanceAsync(0);
      await runtime.shutdown({ atMs: clock.monotonic() });
    },
  },
  {
    name: 'rules whose thread dies',
    moves: ['consumer.thread_ended'],
    happen: async ({ counters, folder }) => {
      const clock = new FakeClock();
      const consumer = analysisOf({ counters, folder }, ({ onReport, onDeath }) =>
        queueMicrotask(() => {
          onReport({ kind: 'ready', sequence: -1, counts: new Map() });
          queueMicrotask(() => onDeath(new Error('no memory')));
        }),
      );
      const runtime = runtimeOf({ source: new ScriptedSource(), consumer, clock });
      await runtime.start();
      while (counters.labelsOf('consumer.thread_ended') === undefined) await clock.advanceAsync(0);
      await runtime.shutdown({ atMs: clock.monotonic() });
    },
  },
  {
    name: 'windows and memories of ids at their bounds',
    moves: ['correlation.thinned', 'correlation.forgotten_ids'],
    happen: ({ counters }) => {
      // What makes the engine say so is tested with it: here it is that what it says is counted.
      const stats = new CorrelationEngine(rulesetOf(RULES), {}).stats();
      new EngineCounters(counters).count({ ...stats, thinned: 1, forgottenIds: 1 });
      return Promise.resolve();
    },
  },
  {
    name: 'an error that nobody handled',
    moves: ['process.unhandled'],
    happen: ({ counters }) => {
      const emitter = new EventEmitter();
      const watch = watchFailures({ emitter, counters, logger: silentLogger });
      emitter.emit('unhandledRejection', new Error('no'));
      watch.end();
      return Promise.resolve();
    },
  },
];
