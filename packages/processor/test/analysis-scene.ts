/** A correlation with all that it works with, to which a test lets something happen. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CorrelationEngine, type EventRows, type LeaveOut } from '@spanguard/sigma';
import { FakeClock } from '@spanguard/testkit';
import type { Alert } from '#processor/model/alert.ts';
import { encodeFacts } from '#processor/model/facts/encode-facts.ts';
import { FactBatch } from '#processor/model/facts/fact-batch.ts';
import { numberColumn, textColumn } from '#processor/model/facts/fact-slots.ts';
import { type FileSystem, nodeFileSystem } from '#processor/pipeline/file-system.ts';
import type { ConsumerRuntime } from '#processor/pipeline/consumer/consumer-runtime.ts';
import { runtimeOf, ScriptedSource } from './scripted-source.ts';
import { SECTION } from '#processor/model/sections.ts';
import { AnalysisConsumer } from '#processor/analysis/analysis-consumer.ts';
import { analysisHere } from '#processor/analysis/analysis-here.ts';
import type { StartAnalysis } from '#processor/analysis/messages.ts';

/** Tells of every client at its first failed login. */
const RULES = `
title: Failed
name: failed
logsource: { product: spanguard }
detection: { one: { event: security.authn_login_fail }, condition: one }
level: informational
---
title: Every client
name: every_client
correlation:
  type: event_count
  rules: [failed]
  group-by: [client.prefix]
  timespan: 5m
  condition: { gte: 1 }
level: high
`;
const START_MS = Date.UTC(2026, 0, 1);

/** The rules, of which one cannot cope with one event. */
class BrittleEngine extends CorrelationEngine {
  override observe(rows: EventRows, leaveOut?: LeaveOut): ReturnType<CorrelationEngine['observe']> {
    const idOf = (row: number): string => {
      const reason = rows.textColumns[textColumn('security.authn.reason')]?.[row] ?? 0;
      if (rows.texts.textOf(reason) === 'bad') throw new RangeError(`secret ${rows.idOf(row)}`);
      return rows.idOf(row);
    };
    const brittle = new Proxy(rows, {
      get: (_, name) => {
        const value: unknown = Reflect.get(rows, name);
        if (name === 'idOf') return idOf;
        return typeof value === 'function' ? value.bind(rows) : value;
      },
    });
    return super.observe(brittle, leaveOut);
  }
}

/** A row that is known by an id of ours. */
export interface TestRow {
  readonly id: string;
  readonly client: string;
}

/** A row of a failed login. */
export function rowOf(id: string, client: string): TestRow {
  return { id, client };
}

/** Facts as detection writes them. */
export function factsOf(rows: readonly TestRow[]): Uint8Array {
  const facts = new FactBatch();
  const text = (value: string): number => {
    const bytes = Buffer.from(value);
    return facts.texts.add(bytes, 0, bytes.length);
  };
  for (const { id, client } of rows) {
    const row = facts.add();
    facts.setText(textColumn('event'), row, text('security.authn_login_fail'));
    facts.setText(textColumn('service.name'), row, text('shop'));
    facts.setText(textColumn('client.prefix'), row, text(client));
    facts.setText(textColumn('security.authn.reason'), row, text(id));
    facts.setNumber(numberColumn('timestamp'), row, START_MS);
    facts.setNumber(numberColumn('weight'), row, 1);
    facts.identities.write(id.padEnd(16), row * 16);
    facts.hasIdentities = true;
  }
  return encodeFacts(facts);
}

/** A journal of facts, or of what is none. */
export function journalOf(entries: readonly (readonly TestRow[] | 'damaged')[]): ScriptedSource {
  const source = new ScriptedSource();
  for (const entry of entries) {
    source.put({ facts: entry === 'damaged' ? Buffer.alloc(21, 1) : factsOf(entry) });
  }
  return source;
}

/** What happens to a correlation, and what it is made of. */
export class Scene {
  readonly folder = mkdtempSync(join(tmpdir(), 'spanguard-analysis-'));
  readonly clock = new FakeClock({ nowMs: START_MS });
  readonly raised: string[] = [];
  readonly letters: { readonly text: string; readonly reason: string }[] = [];
  readonly counted = new Map<string, number>();
  logged = '';
  raise = ({ entity }: Alert): Promise<boolean> => {
    this.raised.push(entity.value);
    return Promise.resolve(true);
  };
  waitingBytesMax = 1024 * 1024;
  fileSystem: FileSystem = nodeFileSystem;
  makeRoom = (): Promise<boolean> => Promise.resolve(false);
  /** What runs the rules: beside the consumer, or what is made of that. */
  start = (here: StartAnalysis): StartAnalysis => here;
  snapshotIntervalMs = 10_000;
  #runtime: ConsumerRuntime | undefined;

  /** Lets a journal run into the rules. */
  async correlate(source: ScriptedSource): Promise<ConsumerRuntime> {
    const { clock, folder, fileSystem } = this;
    const log = (fields: object, message: string): void => {
      this.logged += `${JSON.stringify(fields)} ${message}\n`;
    };
    const count = (name: string, value: number): void =>
      void this.counted.set(name, (this.counted.get(name) ?? 0) + value);
    const counters = {
      add: (name: string, value: number, labels: object = {}) => {
        count(name, value);
        for (const label of Object.values(labels)) count(`${name} ${label}`, value);
      },
    };
    const logger = { info: log, warn: log, error: log };
    const keep = (bytes: Uint8Array, reason: string): Promise<boolean> => {
      this.letters.push({ text: Buffer.from(bytes).toString(), reason });
      return Promise.resolve(true);
    };
    const createEngine = (...needs: ConstructorParameters<typeof CorrelationEngine>) =>
      new BrittleEngine(...needs);
    const here = analysisHere({ clock, fileSystem, createEngine });
    const consumer = new AnalysisConsumer({
      settings: {
        rules: [{ file: 'test.yaml', text: RULES }],
        latenessMs: 30_000,
        groupBytesMax: 1024 * 1024,
        snapshotPath: join(folder, 'windows.snapshot'),
        snapshotIntervalMs: this.snapshotIntervalMs,
        alertKey: Buffer.alloc(32),
      },
      start: this.start(here),
      waitingBytesMax: this.waitingBytesMax,
      raise: (alert) => this.raise(alert),
      checkpoint: () => () => undefined,
      quarantine: keep,
      makeRoom: () => this.makeRoom(),
      counters,
      logger,
    });
    this.#runtime = runtimeOf({
      name: 'correlation',
      source,
      consumer,
      quarantine: (entry, reason) => keep(entry.section(SECTION.facts) ?? Buffer.alloc(0), reason),
      clock,
      counters,
      logger,
    });
    await this.#runtime.start();
    await this.settles(() => !source.hasMore || this.counted.has('analysis.waiting'));
    return this.#runtime;
  }

  /** Until something is so: files are read and written meanwhile, and no time passes. */
  async settles(isSo: () => boolean): Promise<void> {
    while (!isSo()) await this.clock.advanceAsync(0);
    for (let turn = 0; turn < 20; turn += 1) await this.clock.advanceAsync(0);
  }

  /** Until it failed so often, each time waiting as long as it may want before it goes on. */
  async diesOrFails(times: number): Promise<void> {
    for (let failures = 1; failures <= times; failures += 1) {
      await this.settles(() => (this.counted.get('consumer.failed') ?? 0) >= failures);
      await this.clock.advanceAsync(30_000);
    }
  }

  /** Ends in time: what is decided is durable, and saved. */
  async shutdown({ withinMs = 1000 } = {}): Promise<void> {
    await this.#runtime?.shutdown({ atMs: this.clock.monotonic() + withinMs });
    this.#runtime = undefined;
  }

  async end(): Promise<void> {
    await this.shutdown({ withinMs: 0 });
    rmSync(this.folder, { recursive: true, force: true });
  }
}
