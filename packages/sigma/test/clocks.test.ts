import { expect } from 'chai';
import fc from 'fast-check';
import type { CorrelationEngine, PlainEvent } from '../src/index.ts';
import { COUNT, engineOf, event, observe, ORDERED } from './engine-fixtures.ts';

const HOUR_MS = 3_600_000;

/** How often the correlation is told by these events. */
function told(engine: CorrelationEngine, events: readonly PlainEvent[]): number {
  const matches = events.flatMap((one) => observe(engine, one));
  return matches.filter(({ rule }) => rule.name === 'it').length;
}

let ids = 0;

function at(timeMs: number, ip: string, source = 'shop'): PlainEvent {
  return { ...event(timeMs, { ip, id: `${(ids += 1)}` }), source };
}

describe('event time', () => {
  it('comes back with the clock, however far that was ahead, snapshot or not', () => {
    for (const aheadMs of [6_000, 34_000, 36_000, HOUR_MS, 24 * HOUR_MS]) {
      for (const saved of [false, true]) {
        let nowMs = 1e12 + aheadMs;
        const now = () => nowMs;
        let engine = engineOf(COUNT, { now });
        const three = (ip: string) => [0, 1, 2].map((ms) => at(nowMs + ms, ip));
        expect(told(engine, three('a')), 'ahead').to.equal(1);
        if (saved) {
          const state = engine.snapshot();
          engine = engineOf(COUNT, { now });
          engine.restore(state);
        }
        nowMs = 1e12;
        expect(told(engine, three('b')), `a new group, ${aheadMs} ms back`).to.equal(1);
        nowMs += 70_000;
        expect(told(engine, three('a')), `the same group, ${aheadMs} ms back`).to.equal(1);
        expect(engine.stats().late).to.equal(0);
      }
    }
  });

  it('comes back for rules in order too', () => {
    let nowMs = 1e12 + HOUR_MS;
    const engine = engineOf(ORDERED, { now: () => nowMs });
    const ok = (timeMs: number): PlainEvent => event(timeMs, { kind: 'ok' });
    expect(told(engine, [event(nowMs), ok(nowMs + 1)])).to.equal(1);
    nowMs = 1e12;
    expect(told(engine, [event(nowMs), ok(nowMs + 1)])).to.equal(1);
  });

  it('heals at once after the last of any steps of the clock', () => {
    const step = fc.record({
      clockMs: fc.oneof(fc.integer({ min: -2 * HOUR_MS, max: 2 * HOUR_MS }), fc.nat(5_000)),
      events: fc.array(
        fc.record({ ip: fc.constantFrom('a', 'b'), source: fc.constantFrom('s', 't') }),
        {
          maxLength: 5,
        },
      ),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let nowMs = 1e12;
        const engine = engineOf(COUNT, { now: () => nowMs });
        for (const { clockMs, events } of steps) {
          nowMs += clockMs;
          for (const { ip, source } of events) observe(engine, at(nowMs, ip, source));
        }
        for (const source of ['s', 't']) {
          expect(
            told(
              engine,
              [0, 1, 2].map((ms) => at(nowMs + ms, `new ${source}`, source)),
            ),
          ).to.equal(1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('of one source does not stand in the way of another, whatever its clock says', () => {
    const noise = fc.record({
      offsetMs: fc.oneof(fc.integer({ min: -2 * HOUR_MS, max: 2 * HOUR_MS }), fc.constant(HOUR_MS)),
      passMs: fc.nat(2_000),
      ip: fc.constantFrom('shared', 'own'),
    });
    fc.assert(
      fc.property(fc.array(noise, { minLength: 3, maxLength: 20 }), (rows) => {
        let nowMs = 1e12;
        const engine = engineOf(COUNT, { now: () => nowMs });
        const found: number[] = [];
        for (const [index, { offsetMs, passMs, ip }] of rows.entries()) {
          nowMs += passMs;
          observe(engine, at(nowMs + offsetMs, ip, 'wrong'));
          // Between two of the wrong clock, one of the right one, to a group that both have.
          if (index < rows.length - 3) continue;
          found.push(told(engine, [at(nowMs, 'right only', 'right')]));
          const lateBefore = engine.stats().late;
          observe(engine, at(nowMs, 'shared', 'right'));
          expect(engine.stats().late, 'none of them left out').to.equal(lateBefore);
        }
        expect(found).to.deep.equal([0, 0, 1]);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps what shares all but its record apart, and one record one', () => {
    // Without time, trace or anything else that differs, the id alone says what is the same.
    const engine = engineOf(COUNT);
    const same = (id: string): PlainEvent => event(1_000, { id });
    expect(told(engine, [same('r1'), same('r1'), same('r1'), same('r2')])).to.equal(0);
    expect(engine.stats().repeated).to.equal(2);
    expect(told(engine, [same('r3')])).to.equal(1);
  });
});

describe('the memory of ids', () => {
  it('is bounded, and counts what it forgets before its time', () => {
    const engine = engineOf(COUNT, { idsMax: 10 });
    const show = (from: number, to: number): number => {
      for (let index = from; index < to; index += 1)
        observe(engine, event(1_000, { id: `i${index}` }));
      return engine.stats().forgottenIds;
    };
    expect(show(0, 20), 'two generations full').to.equal(0);
    expect(show(20, 21), 'one more').to.equal(10);
    show(0, 1);
    expect(engine.stats().repeated, 'the first is forgotten').to.equal(0);
    show(10, 11);
    expect(engine.stats().repeated, 'the eleventh is not').to.equal(1);
  });
});

describe('what a window no longer takes', () => {
  it('is counted as late, once an event', () => {
    const engine = engineOf(COUNT);
    for (const timeMs of [1e9, 1e9 + 1]) observe(engine, at(timeMs, 'a', 'one'));
    // The other source is not late by its own clock, but for the window of the group it is.
    observe(engine, at(1e9 - 39_998, 'a', 'other'));
    expect(engine.stats().late, 'span and lateness').to.equal(0);
    observe(engine, at(1e9 - 39_999, 'a', 'third'));
    expect(engine.stats().late, 'a millisecond more').to.equal(1);
  });
});
