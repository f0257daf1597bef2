/** What is saved, whole or by changes, and taken over again. */
import { expect } from 'chai';
import fc from 'fast-check';
import {
  CorrelationEngine,
  type EngineOptions,
  type PlainEvent,
  type Ruleset,
  SigmaError,
} from '../src/index.ts';
import {
  COUNT,
  DISTINCT,
  event,
  FAILED,
  observe,
  ORDERED,
  rulesOf,
  SUCCEEDED,
  SUM,
  TEMPORAL,
} from './engine-fixtures.ts';

const named = (rule: string, name: string): string =>
  rule.replaceAll(/^(title|name): it$/gm, `$1: ${name}`);
const OUTER = named(COUNT, 'outer').replace('rules: [failed]', 'rules: [count]');

/** Every kind of window, and a correlation that stands on another. */
const RULES = rulesOf(
  ...[FAILED, SUCCEEDED, named(COUNT, 'count'), named(DISTINCT, 'distinct'), named(SUM, 'sum')],
  ...[named(ORDERED, 'ordered'), named(TEMPORAL, 'temporal'), OUTER.replace('gte: 3', 'gte: 1')],
);

const told = (engine: CorrelationEngine, events: readonly PlainEvent[]): unknown[] =>
  events.map((one) =>
    observe(engine, one).map(({ rule, ...match }) => ({ rule: rule.name, ...match })),
  );

const anyEvent = fc
  .record({
    timeMs: fc.nat(60_000),
    kind: fc.constantFrom('fail', 'ok', 'other'),
    ip: fc.constantFrom('a', 'b', 'c', 'ü😀', '\ud800', { key: 'k', text: 'shown' }),
    user: fc.constantFrom('u', 'v', 'w', ['x', 'y'], undefined),
    bytes: fc.nat(80),
    source: fc.constantFrom('shop', 'desk', ''),
    again: fc.nat(30),
    weight: fc.constantFrom(1, 4),
  })
  .map(({ timeMs, source, again, weight, ...fields }): PlainEvent => {
    const id = again === 0 ? 'again' : `${timeMs} ${JSON.stringify(fields)}`;
    return { ...event(timeMs, { ...fields, id }), source, weight };
  });

const step = fc.record({
  events: fc.array(anyEvent, { maxLength: 12 }),
  save: fc.constantFrom('nothing', 'changes', 'changes', 'whole', 'restart'),
  nowMs: fc.integer({ min: -5_000, max: 80_000 }),
});
const steps = fc.array(step, { maxLength: 12 });

/** Goes the steps with an engine that is never stopped, and with one that lives from what it saved. */
function compare(
  going: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[],
  bounds: EngineOptions,
  clock?: { nowMs: number },
): void {
  const options = clock === undefined ? bounds : { ...bounds, now: () => clock.nowMs };
  const uncut = new CorrelationEngine(RULES, options);
  let saving = new CorrelationEngine(RULES, options);
  let saved: { whole: Uint8Array; changes: Uint8Array[] } = {
    whole: saving.snapshot(),
    changes: [],
  };
  for (const { events, save, nowMs } of going) {
    if (clock !== undefined) clock.nowMs = nowMs;
    expect(told(saving, events)).to.deep.equal(told(uncut, events));
    if (save === 'whole') saved = { whole: saving.snapshot(), changes: [] };
    if (save === 'changes') saved.changes.push(saving.changes());
    if (save !== 'restart') continue;
    saved.changes.push(saving.changes());
    saving = new CorrelationEngine(RULES, options);
    saving.restore(saved.whole, saved.changes);
    const [before, after] = [uncut.stats(), saving.stats()];
    expect([after.groups, after.groupBytes]).to.deep.equal([before.groups, before.groupBytes]);
  }
}

describe('a snapshot with its changes', () => {
  it('goes on as if nothing had happened, wherever it is cut', () => {
    fc.assert(
      fc.property(steps, (going) => compare(going, { idsMax: 20, idMemoryMs: 5_000 })),
      { numRuns: 300 },
    );
  });

  it('does so where there is hardly room, and sources and ids are forgotten', () => {
    const options = { groupBytesMax: 6_000, idsMax: 5, sourcesMax: 2 };
    fc.assert(
      fc.property(steps, (going) => compare(going, options)),
      { numRuns: 300 },
    );
  });

  it('does so while the clock is set forward and back', () => {
    fc.assert(
      fc.property(steps, (going) => compare(going, { sourcesMax: 2 }, { nowMs: 0 })),
      { numRuns: 300 },
    );
  });

  it('takes as long as what changed', () => {
    const engine = new CorrelationEngine(RULES);
    for (let index = 0; index < 2_000; index += 1) observe(engine, event(1, { ip: `ip-${index}` }));
    const whole = engine.snapshot();
    const nothing = engine.changes();
    expect(nothing.length).to.be.below(100);
    observe(engine, event(2, { ip: 'ip-7' }));
    const one = engine.changes();
    expect(one.length).to.be.within(nothing.length, nothing.length + whole.length / 500);
    const again = new CorrelationEngine(RULES);
    again.restore(whole, [nothing, one]);
    expect(again.stats().groups).to.equal(engine.stats().groups);
    expect(told(again, [event(3, { ip: 'ip-7' })])).to.deep.equal(
      told(engine, [event(3, { ip: 'ip-7' })]),
    );
  });

  it('is whole where there is nothing it could go on top of', () => {
    const engine = new CorrelationEngine(RULES);
    observe(engine, event(1));
    const first = engine.changes();
    const again = new CorrelationEngine(RULES);
    again.restore(first);
    expect(again.stats().groups).to.equal(engine.stats().groups);
    // Rules that changed number their correlations otherwise.
    const other = new CorrelationEngine(rulesOf(SUCCEEDED, FAILED, named(COUNT, 'count')));
    other.restore(first);
    observe(other, event(2));
    const third = new CorrelationEngine(rulesOf(SUCCEEDED, FAILED, named(COUNT, 'count')));
    third.restore(first, [other.changes()]);
    expect(third.stats().groups).to.equal(other.stats().groups);
  });

  it('is refused where one of the row is missing, or belongs to another', () => {
    const engine = new CorrelationEngine(RULES);
    const [whole, first, second] = [engine.snapshot(), engine.changes(), engine.changes()];
    const [otherWhole, otherFirst] = [engine.snapshot(), engine.changes()];
    const restore = (base: Uint8Array, changes: readonly Uint8Array[]): void =>
      new CorrelationEngine(RULES).restore(base, changes);
    restore(whole, [first, second]);
    restore(whole, [first, otherWhole, otherFirst]);
    for (const [base, changes] of [
      [whole, [second]],
      [whole, [second, first]],
      [whole, [first, first]],
      [whole, [otherFirst]],
      [first, []],
    ] as const) {
      expect(() => restore(base, changes)).to.throw(SigmaError, /is missing/);
    }
  });

  it('leaves correlations that changed since empty, and the others as they were', () => {
    const before = rulesOf(FAILED, SUCCEEDED, named(COUNT, 'count'), named(ORDERED, 'ordered'));
    const changed = named(COUNT, 'count').replace('10s', '11s');
    const after = rulesOf(SUCCEEDED, FAILED, named(ORDERED, 'ordered'), changed);
    const engine = new CorrelationEngine(before);
    const whole = engine.snapshot();
    const failures = [0, 1].map((timeMs) => event(timeMs));
    told(engine, failures);
    const names = (rules: Ruleset): unknown[] => {
      const again = new CorrelationEngine(rules);
      again.restore(whole, [engine.changes()]);
      const matches = observe(again, event(2), event(3, { kind: 'ok' }));
      return matches.map(({ rule }) => rule.name);
    };
    expect(names(after)).to.deep.equal(['ordered']);
  });

  it('is taken over or refused with its own error, whatever happened to its bytes', () => {
    const engine = new CorrelationEngine(RULES);
    const whole = engine.snapshot();
    for (let at = 0; at < 40; at += 1) {
      observe(
        engine,
        event(at, { ip: `ü${at % 5}`, user: `u${at}`, kind: at % 3 ? 'fail' : 'ok' }),
      );
    }
    const bytes = Buffer.from(engine.changes());
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 3 }),
        fc.nat(bytes.length),
        fc.boolean(),
        (mutations, length, isCut) => {
          const damaged = Buffer.from(bytes);
          for (const [at, value] of mutations) damaged[at] = value;
          const again = new CorrelationEngine(RULES);
          try {
            again.restore(whole, [isCut ? damaged.subarray(0, length) : damaged]);
          } catch (error) {
            expect(error).to.be.instanceOf(SigmaError);
            expect(again.stats().groups).to.equal(0);
          }
          // It goes on in any case.
          observe(again, event(50), event(51, { kind: 'ok' }));
          again.snapshot();
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
