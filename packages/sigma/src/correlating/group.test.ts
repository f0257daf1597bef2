import { expect } from 'chai';
import fc from 'fast-check';
import { Group, groupKey, GroupTable } from './group.ts';
import { SlidingWindow } from './sliding-window.ts';

function window(): SlidingWindow {
  return new SlidingWindow({ spanMs: 1, latenessMs: 0, measure: 'amount', holds: () => false });
}

/** Uses a group as the engine does: found, or added. */
function use(table: GroupTable, correlation: number, value: string): void {
  const key = groupKey(correlation, [value]);
  if (table.get(key) !== undefined) return;
  table.add(key, new Group(correlation, [{ field: 'f', value }], window()));
}

const held = (table: GroupTable): string[] =>
  [...table.values()].map(({ correlation, fields }) => `${correlation}${fields[0]?.value}`);

describe('GroupTable', () => {
  it('gives one correlation the whole budget while others need none', () => {
    const table = new GroupTable(10);
    for (let index = 0; index < 10; index += 1) use(table, 0, String(index));
    expect(table).to.include({ size: 10, evicted: 0 });
    use(table, 1, 'x');
    expect(table).to.include({ size: 10, evicted: 1 });
    expect(held(table)).not.to.include('00');
  });

  it('keeps a group in use through a flood of another correlation', () => {
    const table = new GroupTable(10);
    use(table, 0, 'kept');
    for (let index = 0; index < 1_000; index += 1) {
      use(table, 1, String(index));
      if (index % 5 === 0) use(table, 0, 'kept');
    }
    expect(held(table)).to.include('0kept');
    expect(table.evicted).to.equal(991);
  });

  it('never holds more than its budget, and counts every group that left', () => {
    const action = fc.record({ correlation: fc.nat(2), value: fc.nat(12).map(String) });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.array(action, { maxLength: 60 }),
        (max, actions) => {
          const table = new GroupTable(max);
          let added = 0;
          for (const { correlation, value } of actions) {
            const before = held(table);
            use(table, correlation, value);
            if (!before.includes(`${correlation}${value}`)) added += 1;
            expect(held(table), 'what was just used').to.include(`${correlation}${value}`);
            expect(table.size).to.be.at.most(max);
            expect(table.size + table.evicted).to.equal(added);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives no two groups one key, whatever is in their values', () => {
    const group = fc.tuple(
      fc.nat(12),
      fc.array(fc.string({ unit: fc.constantFrom('1', ':', 'a') }), { maxLength: 3 }),
    );
    fc.assert(
      fc.property(group, group, (a, b) => {
        const isSame = JSON.stringify(a) === JSON.stringify(b);
        expect(groupKey(...a) === groupKey(...b)).to.equal(isSame);
      }),
      { numRuns: 2_000 },
    );
  });
});
