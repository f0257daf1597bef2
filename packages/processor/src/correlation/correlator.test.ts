import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CorrelationEngine,
  type EventRows,
  type LeaveOut,
  parseRules,
  Ruleset,
} from '@spanguard/sigma';
import { FakeClock } from '@spanguard/testkit';
import { expect } from 'chai';
import type { Alert } from '../model/alert.ts';
import { encodeFacts } from '../model/facts/encode-facts.ts';
import { FactBatch } from '../model/facts/fact-batch.ts';
import { FACT_SLOTS, numberColumn, textColumn } from '../model/facts/fact-slots.ts';
import { nodeFileSystem } from '../pipeline/file-system.ts';
import type { ConsumerRuntime } from '../pipeline/consumer/consumer-runtime.ts';
import { runtimeOf, ScriptedSource } from '../../test/scripted-source.ts';
import { SECTION } from '../model/sections.ts';
import { Correlator } from './correlator.ts';
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

describe('correlation', () => {
  let folder: string;
  let clock: FakeClock;
  let raised: string[];
  let quarantined: { readonly text: string; readonly reason: string }[];
  let counted: Map<string, number>;
  let logged: string;
  let raise: (alert: Alert) => Promise<boolean>;
  let correlator: ConsumerRuntime | undefined;

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

  async function correlate(source: ScriptedSource): Promise<void> {
    const parsed = parseRules(RULES, { file: 'test.yaml' });
    if (!parsed.ok) throw new Error(parsed.errors[0]?.message);
    const rules = Ruleset.from([parsed], { vocabulary: { fields: FACT_SLOTS } });
    if (!rules.ok) throw new Error(rules.errors[0]?.message);
    const log = (fields: object, message: string): void => {
      logged += `${JSON.stringify(fields)} ${message}\n`;
    };
    const counters = {
      add: (name: string, value: number) =>
        void counted.set(name, (counted.get(name) ?? 0) + value),
    };
    const logger = { info: log, warn: log, error: log };
    const keep = (bytes: Uint8Array, reason: string): Promise<boolean> => {
      quarantined.push({ text: Buffer.from(bytes).toString(), reason });
      return Promise.resolve(true);
    };
    const consumer = new Correlator({
      engine: new BrittleEngine(rules.ruleset, {}),
      raise: (alert) => raise(alert),
      checkpoint: () => () => undefined,
      quarantine: keep,
      snapshots: new SnapshotFile(join(folder, 'windows.json'), nodeFileSystem),
      snapshotIntervalMs: 10_000,
      alertKey: Buffer.alloc(32),
      clock,
      counters,
      logger,
    });
    correlator = runtimeOf({
      name: 'correlation',
      source,
      consumer,
      quarantine: (entry, reason) => keep(entry.section(SECTION.facts) ?? Buffer.alloc(0), reason),
      clock,
      counters,
      logger,
    });
    await correlator.start();
    await clock.advanceAsync(0);
    await clock.advanceAsync(0);
  }

  it('leaves out one row that the rules cannot cope with, kept and counted', async () => {
    const source = journalOf([
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
    const source = journalOf([[rowOf('bad', 'one')], [rowOf('a', 'two')]]);
    await correlate(source);
    await correlator?.shutdown({ atMs: clock.monotonic() + 1000 });
    expect(source.committed).to.equal(1);
    const again = journalOf([[rowOf('bad', 'one')], [rowOf('a', 'two')]]);
    await correlate(again);
    expect(quarantined).to.have.length(1);
    expect(raised).to.deep.equal(['two']);
  });

  it('goes on behind an entry that cannot be read, however often it tries, and for good', async () => {
    const source = journalOf(['damaged', [rowOf('a', 'one')]]);
    await correlate(source);
    await clock.advanceAsync(2000);
    expect(raised).to.deep.equal(['one']);
    expect(quarantined).to.deep.equal([
      { text: '\u0001'.repeat(21), reason: 'threw facts version' },
    ]);
    expect(counted.get('consumer.failed')).to.equal(3);
    expect(counted.get('consumer.quarantined')).to.equal(1);
    await correlator?.shutdown({ atMs: clock.monotonic() + 1000 });
    await correlate(journalOf(['damaged', [rowOf('a', 'one')]]));
    await clock.advanceAsync(2000);
    expect(quarantined).to.have.length(1);
    expect(logged).to.include('facts version');
  });

  it('goes on after the journal failed, and after an alert could not be raised', async () => {
    const source = journalOf([[rowOf('a', 'one'), rowOf('b', 'two')]]);
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
    const source = journalOf(
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

  it('saves nothing behind an alert that the end keeps from the outbox', async () => {
    let refuse: () => void = () => undefined;
    raise = () => new Promise((resolve) => (refuse = () => resolve(false)));
    const source = journalOf([[rowOf('a', 'one')]]);
    await correlate(source);
    const ending = correlator?.shutdown({ atMs: clock.monotonic() + 1000 });
    await clock.advanceAsync(1000);
    await ending;
    refuse();
    for (let turn = 0; turn < 100; turn += 1) await clock.advanceAsync(0);
    expect(source.committed).to.equal(-1);
    raise = ({ entity }) => Promise.resolve(raised.push(entity.value) > 0);
    await correlate(journalOf([[rowOf('a', 'one')]]));
    expect(raised).to.deep.equal(['one']);
  });
});
