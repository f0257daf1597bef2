import { expect } from 'chai';
import fc from 'fast-check';
import type { PlainEvent, EngineOptions } from '../src/index.ts';
import {
  COUNT,
  DISTINCT,
  engineOf,
  event,
  observe,
  ORDERED,
  SUCCEEDED,
  SUM,
  TEMPORAL,
} from './engine-fixtures.ts';

/** Times at which something is told; rules that stand alone do not count. */
function told(rule: string, events: readonly PlainEvent[], options?: EngineOptions): number[] {
  const engine = engineOf(rule, options);
  return events
    .flatMap((one) => observe(engine, one))
    .filter((match) => match.rule.name === 'it')
    .map(({ lastMs }) => lastMs);
}

describe('the correlation engine', () => {
  it('counts events in a window that slides: at its edge, and beyond', () => {
    expect(told(COUNT, [event(0), event(5000), event(9999)])).to.deep.equal([9999]);
    expect(told(COUNT, [event(0), event(5000), event(10_000)])).to.deep.equal([]);
    expect(told(COUNT, [event(9000), event(10_500), event(11_000)])).to.deep.equal([11_000]);
  });

  it('keeps groups apart, and leaves out events that lack the field', () => {
    expect(told(COUNT, [event(0), event(1), event(2, { ip: 'b' })])).to.deep.equal([]);
    const withoutIp = event(2, { ip: undefined });
    expect(told(COUNT, [event(0), event(1), withoutIp])).to.deep.equal([]);
  });

  it('does not group by an empty field, and counts what it leaves out', () => {
    const engine = engineOf(COUNT);
    const empty = [0, 1, 2].map((timeMs) => event(timeMs, { ip: '' }));
    const matches = empty.flatMap((one) => observe(engine, one));
    expect(matches.filter(({ rule }) => rule.name === 'it')).to.deep.equal([]);
    expect(engine.stats().ungrouped).to.equal(3);
  });

  it('tells an attack once, and again after it has paused', () => {
    const steady = Array.from({ length: 50 }, (_, index) => event(index * 1000));
    expect(told(COUNT, steady)).to.deep.equal([2000]);
    const again = [80_000, 80_001, 80_002].map((timeMs) => event(timeMs));
    expect(told(COUNT, [...steady, ...again])).to.deep.equal([2000, 80_002]);
  });

  it('remembers ids before any time is believed', () => {
    const at0 = (id: string, ip: string) => event(0, { id, ip });
    const sent = [at0('x', 'a'), at0('y', 'b'), at0('z', 'b'), at0('x', 'a'), at0('w', 'a')];
    expect(told(COUNT, sent)).to.deep.equal([]);
  });

  it('gives one event to every rule that it matches', () => {
    const engine = engineOf(SUCCEEDED.replaceAll('succeeded', 'other'));
    const matches = observe(engine, event(0, { kind: 'ok' }));
    expect(matches.map(({ rule }) => rule.name)).to.have.members(['succeeded', 'other']);
  });

  it('tells one attack once where a late event fills its pause', () => {
    const times = [0, 1, 2, 15_000, 15_001, 15_002, 9000, 9001, 8999];
    const inOrder = times.toSorted((a, b) => a - b);
    for (const order of [times, inOrder]) {
      expect(
        told(
          COUNT,
          order.map((timeMs) => event(timeMs)),
        ),
      ).to.deep.equal([2]);
    }
    const apart = (timeMs: number) =>
      [0, 1, 2, timeMs, timeMs, timeMs].map((at, index) => event(at, { id: String(index) }));
    expect(told(COUNT, apart(30_002))).to.deep.equal([2]);
    expect(told(COUNT, apart(30_003))).to.deep.equal([2, 30_003]);
  });

  it('names an episode the same in whatever order its events come, and no two the same', () => {
    const episodes = (times: readonly number[]): string[] => {
      const engine = engineOf(COUNT);
      return times
        .flatMap((timeMs) => observe(engine, event(timeMs)))
        .filter(({ rule }) => rule.name === 'it')
        .map(({ episode }) => episode);
    };
    const named = episodes([60_000, 61_000, 62_000, 63_000]);
    expect(named).to.deep.equal(['1970-01-01T00:01:00.000Z']);
    expect(episodes([60_000, 61_000, 63_000, 62_000])).to.deep.equal(named);
    expect(episodes([62_000, 63_000, 60_000, 61_000])).to.deep.equal(named);
    // As near to each other as two can be, and with all state lost in between.
    const two = [60_000, 60_001, 60_002, 90_003, 90_004, 90_005];
    expect(new Set(episodes(two))).to.have.length(2);
    expect(new Set([...episodes(two.slice(0, 3)), ...episodes(two.slice(3))])).to.have.length(2);
  });

  it('counts an event that is sent again once', () => {
    expect(told(COUNT, [event(0, { id: 'x' }), event(0, { id: 'x' }), event(1)])).to.deep.equal([]);
  });

  it('takes late events in where they belong, and those too late not at all', () => {
    expect(told(COUNT, [event(0), event(20_000), event(1), event(2)])).to.deep.equal([2]);
    const options = { latenessMs: 5000 };
    const borneOut = event(19_999, { ip: 'b' });
    expect(
      told(COUNT, [event(10_000), event(20_000), borneOut, event(14_999), event(19_000)], options),
    ).to.deep.equal([]);
    expect(
      told(COUNT, [event(14_000), event(20_000), borneOut, event(15_000), event(19_000)], options),
    ).to.deep.equal([20_000]);
  });

  it('does not believe one time far ahead: neither its source nor its group falls silent', () => {
    const three = [0, 1, 2].map((timeMs) => event(timeMs));
    const [first, ...others] = three;
    const ahead = event(1e12);
    expect(told(COUNT, [ahead, ...three])).to.deep.equal([2]);
    expect(told(COUNT, [...(first ? [first] : []), ahead, ...others, event(3)])).to.deep.equal([3]);
    expect(
      told(COUNT, [...three, ahead, ...[60_000, 60_001, 60_002].map((at) => event(at))]),
    ).to.deep.equal([2, 60_002]);
    // The same time again proves nothing.
    expect(told(COUNT, [ahead, event(1e12, { id: 'again' }), ...three])).to.deep.equal([2]);
    // Nor does what one such time told keep the group from being told about.
    const alone = engineOf(COUNT);
    const ok = [1e12, 0].flatMap((timeMs) => observe(alone, event(timeMs, { kind: 'ok' })));
    expect(ok.map(({ lastMs }) => lastMs)).to.deep.equal([1e12, 0]);
    // Another source bears out what is true.
    const other = (timeMs: number) => ({ ...event(timeMs, { ip: 'b' }), source: 'other' });
    const engine = engineOf(COUNT);
    for (const one of [ahead, other(1e12 + 1), ...three]) observe(engine, one);
    expect(engine.stats().late).to.equal(3);
  });

  it('moves time on to the wall clock and 5 s at most, where it is given', () => {
    const late = (now: () => number): number => {
      const engine = engineOf(COUNT, { now });
      for (const timeMs of [1e9, 1e9 + 1, 0]) observe(engine, event(timeMs));
      return engine.stats().late;
    };
    expect(late(() => 25_000)).to.equal(0);
    expect(late(() => 1e9)).to.equal(1);
  });

  it('counts distinct values', () => {
    const users = (...names: string[]) => names.map((user, at) => event(at, { user }));
    expect(told(DISTINCT, users('a', 'b', 'a', 'b'))).to.deep.equal([]);
    expect(told(DISTINCT, users('a', 'b', 'a', 'c'))).to.deep.equal([3]);
  });

  it('does not take a missing field for a value', () => {
    const users = (...names: (string | undefined)[]) =>
      names.map((user, at) => event(at, { user, id: String(at) }));
    expect(told(DISTINCT, users('a', 'b', undefined))).to.deep.equal([]);
    expect(told(DISTINCT, users('a', 'b', undefined, 'c'))).to.deep.equal([3]);
  });

  it('sums amounts from 0, in whatever order, and passes by what is no amount', () => {
    const sums = (...amounts: (number | string | undefined)[]) =>
      told(
        SUM,
        amounts.map((bytes, at) => event(at, { bytes, id: String(at) })),
      );
    expect(sums(90, 9)).to.deep.equal([]);
    expect(sums(90, 10)).to.deep.equal([1]);
    expect(sums(90, '10')).to.deep.equal([1]);
    expect(sums(90, -50, 20)).to.deep.equal([2]);
    expect(sums(90, 20, -50)).to.deep.equal([1]);
    expect(sums(90, 'many', undefined, '', Infinity, '0x3e7', '1e9', ' 50', 0)).to.deep.equal([]);
  });

  it('sees an order, equal times included, and only within a group', () => {
    const ok = (timeMs: number, fields = {}) => event(timeMs, { kind: 'ok', ...fields });
    expect(told(ORDERED, [event(0), ok(1)])).to.deep.equal([1]);
    expect(told(ORDERED, [event(0), ok(0)])).to.deep.equal([0]);
    expect(told(ORDERED, [ok(0), event(1)])).to.deep.equal([]);
    expect(told(ORDERED, [event(0), ok(1, { ip: 'b' })])).to.deep.equal([]);
    expect(told(ORDERED, [event(0), ok(10_000)])).to.deep.equal([]);
    expect(told(TEMPORAL, [ok(0), event(1)])).to.deep.equal([1]);
    expect(told(TEMPORAL, [ok(0), ok(1)])).to.deep.equal([]);
  });

  it('tells the same in whatever order events come, within the lateness', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ timeMs: fc.nat(20_000), ip: fc.constantFrom('a', 'b') }), {
          selector: ({ timeMs }) => timeMs,
          maxLength: 25,
        }),
        fc.infiniteStream(fc.nat(1000)),
        (rows, random) => {
          const events = rows.map(({ timeMs, ip }) => event(timeMs, { ip }));
          const groups = (order: readonly PlainEvent[]): string[] => {
            const engine = engineOf(COUNT);
            const matches = order
              .flatMap((one) => observe(engine, one))
              .filter(({ rule }) => rule.name === 'it');
            return matches.map(({ group, episode }) => `${group[0]?.value} ${episode}`).toSorted();
          };
          const shuffled = events
            .map((one) => ({ one, at: random.next().value }))
            .toSorted((a, b) => Number(a.at) - Number(b.at))
            .map(({ one }) => one);
          expect(groups(shuffled)).to.deep.equal(
            groups(events.toSorted((a, b) => a.timeMs - b.timeMs)),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never gives two episodes of a group one name', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ timeMs: fc.nat(300_000), lateMs: fc.nat(29_999) }), {
          maxLength: 80,
        }),
        (rows) => {
          const engine = engineOf(COUNT);
          const names = rows
            .toSorted((a, b) => a.timeMs + a.lateMs - b.timeMs - b.lateMs)
            .flatMap(({ timeMs }, index) => observe(engine, event(timeMs, { id: index })))
            .filter(({ rule }) => rule.name === 'it')
            .map(({ episode }) => episode);
          expect(new Set(names)).to.have.length(names.length);
          expect(engine.stats().late).to.equal(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('goes on from a snapshot as if nothing had happened', () => {
    for (const rule of [COUNT, DISTINCT, ORDERED, TEMPORAL]) {
      const events = [
        event(0, { user: 'a' }),
        event(1, { user: 'b' }),
        event(2, { user: 'c' }),
        event(3, { kind: 'ok' }),
      ];
      const uncut = engineOf(rule);
      const whole = events
        .flatMap((one) => observe(uncut, one))
        .map(({ rule: { name }, lastMs }) => `${name} ${lastMs}`);
      for (let cut = 0; cut <= events.length; cut++) {
        const first = engineOf(rule);
        const before = events.slice(0, cut).flatMap((one) => observe(first, one));
        const second = engineOf(rule);
        second.restore(first.snapshot());
        const after = events.slice(cut).flatMap((one) => observe(second, one));
        expect(
          [...before, ...after].map(({ rule: { name }, lastMs }) => `${name} ${lastMs}`),
        ).to.deep.equal(whole);
      }
    }
  });

  it('refuses a snapshot that is none, and is then empty', () => {
    const empty = engineOf(COUNT).snapshot();
    const full = engineOf(COUNT);
    for (const timeMs of [1e9, 1e9 + 1]) observe(full, event(timeMs));
    const whole = full.snapshot();
    for (const state of [new Uint8Array(0), Buffer.from('{}'), whole.subarray(0, -1)]) {
      expect(() => full.restore(state)).to.throw(/not a snapshot/);
      expect(full.stats().groups).to.equal(0);
    }
    const engine = engineOf(COUNT);
    expect(() => engine.restore(Buffer.concat([whole, Buffer.alloc(1)]))).to.throw(
      /behind the end/,
    );
    expect(engine.snapshot()).to.deep.equal(empty);
  });

  it('forgets the least recent groups at its limit, and counts them', () => {
    const engine = engineOf(COUNT, { groupBytesMax: 20_000 });
    for (let index = 0; index < 100; index++) observe(engine, event(index, { ip: `ip-${index}` }));
    const { groups, groupBytes, evictedGroups } = engine.stats();
    expect(groups).to.be.within(10, 40);
    expect(groupBytes).to.be.within(15_000, 20_000);
    expect(evictedGroups).to.equal(100 - groups);
    for (let index = 90; index < 100; index++) {
      const match = [0, 1].flatMap((at) =>
        observe(engine, event(index, { ip: `ip-${index}`, id: `again ${index} ${at}` })),
      );
      expect(match, 'the most recent ones are there').to.have.length(1);
    }
  });

  it('knows an attack it has told when its group comes back, snapshot or not', () => {
    for (const saved of [false, true]) {
      let engine = engineOf(COUNT, { groupBytesMax: 20_000 });
      const toldAt = (times: readonly number[]): number[] =>
        times
          .flatMap((timeMs) => observe(engine, event(timeMs)))
          .filter(({ rule }) => rule.name === 'it')
          .map(({ lastMs }) => lastMs);
      expect(toldAt([0, 1, 2])).to.deep.equal([2]);
      // Groups with a history push out one with a history.
      for (let index = 0; index < 200; index++) {
        const ip = `ip-${index >> 1}`;
        observe(engine, event(3, { ip, id: `flood ${index}` }));
      }
      expect(engine.stats().evictedGroups).to.be.above(60);
      if (saved) {
        const state = engine.snapshot();
        engine = engineOf(COUNT, { groupBytesMax: 20_000 });
        engine.restore(state);
      }
      expect(toldAt([10, 11, 12])).to.deep.equal([]);
      expect(toldAt([40_000, 40_001, 40_002])).to.deep.equal([40_002]);
    }
  });

  it('remembers the ids of what matched only', () => {
    const engine = engineOf(COUNT);
    const isRemembered = (id: string): boolean =>
      Buffer.from(engine.snapshot()).includes(id, 0, 'latin1');
    for (const id of ['passed-by', 'passed-by']) observe(engine, event(0, { kind: 'other', id }));
    expect(isRemembered('passed-by')).to.equal(false);
    for (const id of ['matched', 'matched']) observe(engine, event(0, { id }));
    expect(isRemembered('matched')).to.equal(true);
    expect(engine.stats().repeated).to.equal(1);
  });

  it('counts windows that passed their bound', () => {
    const engine = engineOf(COUNT);
    const fill = (count: number): number => {
      for (let index = 0; index < count; index++)
        observe(engine, event(5, { id: `${count} ${index}` }));
      return engine.stats().thinned;
    };
    expect(fill(1024)).to.equal(0);
    expect(fill(1)).to.equal(1);
  });

  it('counts by weight, and gives evidence from both ends', () => {
    const engine = engineOf(COUNT);
    const [match] = observe(engine, { ...event(0), weight: 5 });
    expect(match).to.include({ count: 5, firstMs: 0 });
    expect(match?.evidence).to.deep.equal([{ traceId: '0', spanId: '', service: '' }]);
  });
});
