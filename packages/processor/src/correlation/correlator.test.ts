import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CorrelationEngine, type CorrelationEvent, parseRules, Ruleset } from '@spanguard/sigma';
import { FakeClock } from '@spanguard/testkit';
import { expect } from 'chai';
import type { Alert } from '../model/alert.ts';
import { encodeFacts } from '../model/facts/encode-facts.ts';
import { FactBatch } from '../model/facts/fact-batch.ts';
import { textColumn, numberColumn } from '../model/facts/fact-slots.ts';
import { nodeFileSystem } from '../pipeline/file-system.ts';
import type { EntrySource } from '../pipeline/entry-source.ts';
import { Correlator, type FactsEntry } from './correlator.ts';
import { SnapshotFile } from './snapshot-file.ts';

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
  override observe(event: CorrelationEvent): ReturnType<CorrelationEngine['observe']> {
    if (event.get('security.authn.reason') === 'bad') throw new RangeError(`secret ${event.id}`);
    return super.observe(event);
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

/** Entries, some of which cannot even be read. */
class ScriptedJournal implements EntrySource<FactsEntry> {
  committed = -1;
  failures = 0;
  #taken = 0;
  #isClosed = false;
  #wake: () => void = () => undefined;
  readonly #entries: readonly (readonly TestRow[] | 'damaged')[];

  constructor(entries: readonly (readonly TestRow[] | 'damaged')[]) {
    this.#entries = entries;
  }

  async next(): Promise<FactsEntry | undefined> {
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('EIO');
    }
    while (!this.#isClosed && this.#taken >= this.#entries.length) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const sequence = this.#taken++;
    const held = this.#entries[sequence];
    if (this.#isClosed || held === undefined) return undefined;
    return {
      sequence,
      bytes: Buffer.alloc(0),
      facts: held === 'damaged' ? Buffer.alloc(21, 1) : factsOf(held),
    };
  }

  commit(sequence: number): void {
    this.committed = sequence;
  }

  commitDurably(sequence: number): Promise<void> {
    this.committed = sequence;
    return Promise.resolve();
  }

  close(): void {
    this.#isClosed = true;
    this.#wake();
  }
}

describe('correlation', () => {
  let folder: string;
  let clock: FakeClock;
  let raised: string[];
  let quarantined: { readonly text: string; readonly reason: string }[];
  let counted: Map<string, number>;
  let logged: string;
  let raise: (alert: Alert) => Promise<boolean>;
  let correlator: Correlator | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spanguard-correlation-'));
    clock = new FakeClock({ nowMs: START_MS });
    raised = [];
    quarantined = [];
    counted = new Map();
    logged = '';
    raise = ({ entity }) => {
      raised.push(entity.value);
      return Promise.resolve(true);
    };
  });
  afterEach(async () => {
    await correlator?.shutdown({ atMs: clock.monotonic() + 1000 });
    rmSync(folder, { recursive: true, force: true });
  });

  async function correlate(source: ScriptedJournal): Promise<void> {
    const parsed = parseRules(RULES, { file: 'test.yaml' });
    if (!parsed.ok) throw new Error(parsed.errors[0]?.message);
    const rules = Ruleset.from([parsed]);
    if (!rules.ok) throw new Error(rules.errors[0]?.message);
    const log = (fields: object, message: string): void => {
      logged += `${JSON.stringify(fields)} ${message}\n`;
    };
    correlator = new Correlator({
      engine: new BrittleEngine(rules.ruleset, {}),
      source,
      raise: (alert) => raise(alert),
      checkpoint: () => () => undefined,
      quarantine: (bytes, reason) => {
        quarantined.push({ text: Buffer.from(bytes).toString(), reason });
        return Promise.resolve(true);
      },
      snapshots: new SnapshotFile(join(folder, 'windows.json'), nodeFileSystem),
      snapshotIntervalMs: 10_000,
      alertKey: Buffer.alloc(32),
      clock,
      counters: { add: (name, value) => void counted.set(name, (counted.get(name) ?? 0) + value) },
      logger: { info: log, warn: log, error: log },
    });
    await correlator.start();
    await clock.advanceAsync(0);
    await clock.advanceAsync(0);
  }

  it('leaves out one row that the rules cannot cope with, kept and counted', async () => {
    const source = new ScriptedJournal([
      [rowOf('a', 'one'), rowOf('bad', 'secret-client'), rowOf('b', 'two')],
      [rowOf('c', 'three')],
    ]);
    await correlate(source);
    expect(raised).to.deep.equal(['one', 'two', 'three']);
    expect(quarantined.map(({ reason }) => reason)).to.deep.equal(['threw RangeError']);
    expect(JSON.parse(quarantined[0]?.text ?? '')).to.include({
      'security.authn.reason': 'bad',
      'client.prefix': 'secret-client',
    });
    expect(counted.get('correlation.quarantined')).to.equal(1);
    expect(logged).to.include('"component":"correlation"').and.not.include('secret');
  });

  it('does not come back to it after a restart', async () => {
    const source = new ScriptedJournal([[rowOf('bad', 'one')], [rowOf('a', 'two')]]);
    await correlate(source);
    await correlator?.shutdown({ atMs: clock.monotonic() + 1000 });
    expect(source.committed).to.equal(1);
    const again = new ScriptedJournal([[rowOf('bad', 'one')], [rowOf('a', 'two')]]);
    await correlate(again);
    expect(quarantined).to.have.length(1);
    expect(raised).to.deep.equal(['two']);
  });

  it('goes on behind an entry that cannot be read', async () => {
    await correlate(new ScriptedJournal(['damaged', [rowOf('a', 'one')]]));
    expect(raised).to.deep.equal(['one']);
    expect(quarantined[0]).to.deep.equal({
      text: '{"sequence":0}',
      reason: 'facts are refused: version',
    });
  });

  it('goes on after the journal failed, and after an alert could not be raised', async () => {
    const source = new ScriptedJournal([[rowOf('a', 'one'), rowOf('b', 'two')]]);
    source.failures = 2;
    raise = ({ entity }) => {
      if (entity.value === 'one') return Promise.reject(new TypeError('no'));
      raised.push(entity.value);
      return Promise.resolve(true);
    };
    await correlate(source);
    await clock.advanceAsync(2000);
    expect(counted.get('consumer.failed')).to.equal(2);
    expect(raised).to.deep.equal(['two']);
    expect(counted.get('correlation.quarantined')).to.equal(1);
  });

  it('does not wait for one alert to be durable before the next: a burst shares the syncs', async () => {
    const waiting: (() => void)[] = [];
    raise = () => new Promise((resolve) => waiting.push(() => resolve(true)));
    const source = new ScriptedJournal(
      Array.from({ length: 500 }, (_, index) => [rowOf(`e${index}`, `client-${index}`)]),
    );
    await correlate(source);
    for (let turn = 0; turn < 10; turn += 1) await clock.advanceAsync(0);
    expect(waiting).to.have.length(500);
    await clock.advanceAsync(10_000);
    expect(source.committed).to.equal(-1);
    for (const settle of waiting) settle();
    for (let turn = 0; source.committed < 0 && turn < 10_000; turn += 1)
      await clock.advanceAsync(0);
    expect(source.committed).to.equal(499);
  });
});
