import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CorrelationEngine, type EventRows, type LeaveOut } from '@spanguard/sigma';
import { FakeClock } from '@spanguard/testkit';
import { expect } from 'chai';
import type { Alert } from '../model/alert.ts';
import { encodeFacts } from '../model/facts/encode-facts.ts';
import { FactBatch } from '../model/facts/fact-batch.ts';
import { numberColumn, textColumn } from '../model/facts/fact-slots.ts';
import { type FileSystem, nodeFileSystem } from '../pipeline/file-system.ts';
import type { ConsumerRuntime } from '../pipeline/consumer/consumer-runtime.ts';
import { runtimeOf, ScriptedSource } from '../../test/scripted-source.ts';
import { SECTION } from '../model/sections.ts';
import { AnalysisConsumer } from './analysis-consumer.ts';
import { analysisHere } from './analysis-here.ts';
import type { AnalysisListener, AnalysisRequest, StartAnalysis } from './messages.ts';

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
interface TestRow {
  readonly id: string;
  readonly client: string;
}

function rowOf(id: string, client: string): TestRow {
  return { id, client };
}

/** Facts as detection writes them. */
function factsOf(rows: readonly TestRow[]): Uint8Array {
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
function journalOf(entries: readonly (readonly TestRow[] | 'damaged')[]): ScriptedSource {
  const source = new ScriptedSource();
  for (const entry of entries) {
    source.put({ facts: entry === 'damaged' ? Buffer.alloc(21, 1) : factsOf(entry) });
  }
  return source;
}

/** The text of facts that whatever takes them dies of. */
const DEADLY = 'deadly';

/** An analysis that dies of some facts, as a thread does: without a word, and with all it held. */
function mortal(start: StartAnalysis, deaths: unknown[]): StartAnalysis {
  return (settings, listener: AnalysisListener) => {
    const port = start(settings, listener);
    let isDead = false;
    return {
      post: (request: AnalysisRequest) => {
        if (isDead) return;
        if (request.kind !== 'entry' || !Buffer.from(request.facts).includes(DEADLY)) {
          port.post(request);
          return;
        }
        isDead = true;
        const error = new RangeError('no memory');
        deaths.push(error);
        // Those before it are answered first.
        setImmediate(() => void port.end().then(() => listener.onDeath(error)));
      },
      end: () => port.end(),
    };
  };
}

/** Facts that do nothing until the test ends. */
const asleep: StartAnalysis = (_settings, { onReport }) => {
  queueMicrotask(() => onReport({ kind: 'ready', sequence: -1, counts: new Map() }));
  return { post: () => undefined, end: () => Promise.resolve() };
};

/** What happens to a correlation, and what it is made of. */
class Scene {
  readonly folder = mkdtempSync(join(tmpdir(), 'spanguard-analysis-'));
  readonly clock = new FakeClock({ nowMs: START_MS });
  readonly raised: string[] = [];
  readonly letters: { readonly text: string; readonly reason: string }[] = [];
  readonly counted = new Map<string, number>();
  readonly deaths: unknown[] = [];
  logged = '';
  raise = ({ entity }: Alert): Promise<boolean> => {
    this.raised.push(entity.value);
    return Promise.resolve(true);
  };
  waitingBytesMax = 1024 * 1024;
  fileSystem: FileSystem = nodeFileSystem;
  makeRoom = (): Promise<boolean> => Promise.resolve(false);
  start: StartAnalysis | undefined;
  #runtime: ConsumerRuntime | undefined;

  /** Lets a journal run into the rules. */
  async correlate(source: ScriptedSource): Promise<ConsumerRuntime> {
    const { clock, folder, fileSystem } = this;
    const log = (fields: object, message: string): void => {
      this.logged += `${JSON.stringify(fields)} ${message}\n`;
    };
    const counters = {
      add: (name: string, value: number) =>
        void this.counted.set(name, (this.counted.get(name) ?? 0) + value),
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
        snapshotIntervalMs: 10_000,
        alertKey: Buffer.alloc(32),
      },
      start: this.start ?? mortal(here, this.deaths),
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

describe('correlation', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = new Scene();
  });
  afterEach(() => scene.end());

  it('leaves out one row that the rules cannot cope with, kept and counted', async () => {
    const source = journalOf([
      [rowOf('a', 'one'), rowOf('bad', 'secret-client'), rowOf('b', 'two')],
      [rowOf('c', 'three')],
    ]);
    await scene.correlate(source);
    await scene.settles(() => scene.raised.length === 3);
    expect(scene.raised).to.deep.equal(['one', 'two', 'three']);
    expect(scene.letters.map(({ reason }) => reason)).to.deep.equal(['threw RangeError']);
    expect(JSON.parse(scene.letters[0]?.text ?? '')).to.include({
      'security.authn.reason': 'bad',
      'client.prefix': 'secret-client',
    });
    expect(scene.counted.get('correlation.quarantined')).to.equal(1);
    expect(scene.counted.get('correlation.events')).to.equal(4);
    expect(scene.logged).to.include('"component":"correlation"').and.not.include('secret');
  });

  it('does not come back to it after a restart', async () => {
    const source = journalOf([[rowOf('bad', 'one')], [rowOf('a', 'two')]]);
    await scene.correlate(source);
    await scene.shutdown();
    expect(source.committed).to.equal(1);
    await scene.correlate(journalOf([[rowOf('bad', 'one')], [rowOf('a', 'two')]]));
    expect(scene.letters).to.have.length(1);
    expect(scene.raised).to.deep.equal(['two']);
  });

  it('goes on behind an entry that cannot be read, and for good', async () => {
    await scene.correlate(journalOf(['damaged', [rowOf('a', 'one')]]));
    await scene.settles(() => scene.raised.length === 1);
    expect(scene.raised).to.deep.equal(['one']);
    expect(scene.letters).to.deep.equal([{ text: '\u0001'.repeat(21), reason: 'facts version' }]);
    expect(scene.counted.get('consumer.quarantined')).to.equal(1);
    expect(scene.counted.get('consumer.failed')).to.equal(undefined);
    await scene.shutdown();
    await scene.correlate(journalOf(['damaged', [rowOf('a', 'one')]]));
    expect(scene.letters).to.have.length(1);
    expect(scene.logged).to.include('facts version');
  });

  it('goes on after the journal failed, and after an alert could not be raised', async () => {
    const source = journalOf([[rowOf('a', 'one'), rowOf('b', 'two')]]);
    source.failures = 2;
    scene.raise = ({ entity }) => {
      if (entity.value === 'one') return Promise.reject(new TypeError('no'));
      scene.raised.push(entity.value);
      return Promise.resolve(true);
    };
    const correlating = scene.correlate(source);
    for (const failures of [1, 2]) {
      await scene.settles(() => scene.counted.get('consumer.failed') === failures);
      await scene.clock.advanceAsync(1000);
    }
    await correlating;
    await scene.settles(() => scene.raised.length === 1);
    expect(scene.counted.get('consumer.failed')).to.equal(2);
    expect(scene.raised).to.deep.equal(['two']);
    expect(scene.counted.get('correlation.quarantined')).to.equal(1);
  });

  it('does not wait for one alert to be durable before the next, and saves none that is not', async () => {
    const waiting: (() => void)[] = [];
    scene.raise = () => new Promise((resolve) => waiting.push(() => resolve(true)));
    const source = journalOf(
      Array.from({ length: 500 }, (_, index) => [rowOf(`e${index}`, `client-${index}`)]),
    );
    await scene.correlate(source);
    await scene.settles(() => waiting.length === 500);
    expect(waiting).to.have.length(500);
    await scene.clock.advanceAsync(10_000);
    await scene.settles(() => true);
    expect(source.committed).to.equal(-1);
    for (const settle of waiting) settle();
    await scene.settles(() => source.committed >= 0);
    expect(source.committed).to.equal(499);
  });

  it('begins again from what was saved when what runs the rules dies', async () => {
    const source = journalOf([[rowOf('a', 'one')]]);
    await scene.correlate(source);
    await scene.clock.advanceAsync(10_000);
    await scene.settles(() => source.committed === 0);
    source.put({ facts: factsOf([rowOf('b', 'two')]) });
    await scene.settles(() => scene.raised.length === 2);
    const facts = factsOf([rowOf(DEADLY, 'three')]);
    source.put({ facts });
    await scene.settles(() => scene.counted.has('consumer.failed'));
    facts.fill(0);
    expect(scene.counted.get('consumer.failed')).to.equal(1);
    expect(scene.logged).to.include('"reason":"RangeError"');
    await scene.clock.advanceAsync(1000);
    await scene.settles(() => scene.letters.length === 1);
    // The second row was not saved: it comes again, and the outbox knows its alert by its id.
    expect(scene.raised).to.deep.equal(['one', 'two', 'two']);
    await scene.shutdown();
    expect(source.committed).to.equal(2);
  });

  it('takes an entry that it dies of three times out of its way, and goes on', async () => {
    const source = journalOf([[rowOf('a', 'one')], [rowOf(DEADLY, 'two')], [rowOf('c', 'three')]]);
    await scene.correlate(source);
    // Three deaths, and then two tries without the analysis before it is a letter.
    for (let failures = 1; failures <= 5; failures += 1) {
      await scene.settles(() => scene.counted.get('consumer.failed') === failures);
      await scene.clock.advanceAsync(1000);
    }
    await scene.settles(() => scene.raised.includes('three'));
    expect(scene.deaths).to.have.length(3);
    expect(scene.letters.map(({ reason }) => reason)).to.deep.equal(['threw THREAD_DIED']);
    expect(scene.letters[0]?.text).to.include(DEADLY);
    expect(scene.counted.get('consumer.quarantined')).to.equal(1);
    expect(scene.raised.at(-1)).to.equal('three');
    await scene.shutdown();
    expect(source.committed).to.equal(2);
  });

  it('waits where what runs the rules is behind, counted, and ends all the same', async () => {
    scene.start = asleep;
    scene.waitingBytesMax = 1;
    const source = journalOf([[rowOf('a', 'one')], [rowOf('b', 'two')], [rowOf('c', 'three')]]);
    await scene.correlate(source);
    expect(source.taken).to.equal(2);
    expect(scene.counted.get('analysis.waiting')).to.equal(1);
    await scene.shutdown({ withinMs: 0 });
    expect(source.committed).to.equal(-1);
    expect(scene.counted.get('consumer.failed')).to.equal(undefined);
  });

  it('saves on a full disk with the room that is made for it, and goes on where there is none', async () => {
    const source = journalOf([[rowOf('a', 'one')]]);
    let room = 0;
    let asked = 0;
    scene.fileSystem = {
      ...nodeFileSystem,
      open: async (path, mode) => {
        const file = await nodeFileSystem.open(path, mode);
        const full = (): Promise<number> => Promise.resolve(0);
        return { ...file, write: (...write) => (room > 0 ? file.write(...write) : full()) };
      },
    };
    scene.makeRoom = () => {
      asked += 1;
      room = asked - 1;
      return Promise.resolve(room > 0);
    };
    await scene.correlate(source);
    await scene.clock.advanceAsync(10_000);
    await scene.settles(() => scene.logged.includes('could not be saved'));
    expect(source.committed).to.equal(-1);
    await scene.clock.advanceAsync(10_000);
    await scene.settles(() => source.committed === 0);
    expect([asked, source.committed]).to.deep.equal([2, 0]);
  });
});
