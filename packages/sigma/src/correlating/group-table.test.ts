import { expect } from 'chai';
import fc from 'fast-check';
import { Group, groupKey } from './group.ts';
import { GroupTable } from './group-table.ts';
import { SlidingWindow } from './sliding-window.ts';

const EVIDENCE = { traceId: '', spanId: '', service: '' };
const NOTHING_RAN_OUT = { hasRunOut: () => false };

function groupOf(correlation: number, value: string): Group {
  const settings = {
    kind: 'amount',
    spanMs: 1,
    latenessMs: 0,
    holds: () => false,
    length: 1,
    slotsMax: 64,
  } as const;
  const group = new Group(
    { correlation, keys: [value], texts: [value] },
    new SlidingWindow(settings),
  );
  addEvent(group, 0);
  return group;
}

function addEvent({ window }: Group, timeMs: number): void {
  const entry = { timeMs, firstMs: timeMs, count: 1, evidence: EVIDENCE };
  window?.insert({ ...entry, amount: 1, value: '', input: 0 });
}

const GROUP_BYTES = groupOf(0, '0').measure();

/** Room for so many groups of one event whose value is one character. */
function tableFor(groups: number): GroupTable {
  return new GroupTable({ bytesMax: groups * GROUP_BYTES, ...NOTHING_RAN_OUT });
}

/** Takes an event in as the engine does. */
function use(table: GroupTable, correlation: number, value: string): void {
  const known = table.get(groupKey(correlation, [value]));
  table.used(known?.window === undefined ? groupOf(correlation, value) : known);
}

const held = (table: GroupTable): string[] =>
  table
    .changed({ isWhole: true })
    .filter(({ window }) => window !== undefined)
    .map(({ correlation, keys }) => `${correlation}${keys[0]}`);

describe('GroupTable', () => {
  it('gives one correlation the whole budget while others need none', () => {
    const table = tableFor(10);
    for (let index = 0; index < 10; index += 1) use(table, 0, String(index));
    expect(table).to.include({ size: 10, evicted: 0 });
    use(table, 1, 'x');
    expect(table).to.include({ size: 10, evicted: 1 });
    expect(held(table)).not.to.include('00');
  });

  it('keeps a group with a history through a flood of another correlation', () => {
    const table = tableFor(10);
    for (let times = 0; times < 2; times += 1) use(table, 0, 'k');
    for (let index = 0; index < 1_000; index += 1) use(table, 1, String(index % 100));
    expect(held(table)).to.include('0k');
    expect(table.evicted).to.be.above(900);
  });

  it('always has room for somebody new, whoever has a history', () => {
    const table = new GroupTable({ bytesMax: 100 * GROUP_BYTES, ...NOTHING_RAN_OUT });
    for (let index = 0; index < 200; index += 1) use(table, 0, String(index >> 1).padStart(2, '0'));
    // Three hundredths of the budget: they stay while two others come.
    for (const value of ['x', 'y', 'z']) use(table, 1, value);
    expect(held(table)).to.include.members(['1x', '1y', '1z']);
    use(table, 1, 'x');
    for (let index = 0; index < 1_000; index += 1) use(table, 2, String(index));
    expect(held(table), 'who came again has a history').to.include('1x');
  });

  it('lets those leave first whose window has run out', () => {
    const ranOut = new Set(['0a', '0b']);
    const hasRunOut = ({ correlation, keys }: Group): boolean =>
      ranOut.has(`${correlation}${keys[0]}`);
    const table = new GroupTable({ bytesMax: 6 * GROUP_BYTES, hasRunOut });
    for (const value of ['a', 'a', 'b', 'b', 'c', 'c', 'd', 'e']) use(table, 0, value);
    for (const value of ['f', 'g', 'h']) use(table, 0, value);
    expect(held(table)).to.have.members(['0c', '0d', '0e', '0f', '0g', '0h']);
  });

  it('remembers what was told of those that left, within an eighth of the budget', () => {
    const table = tableFor(100);
    for (let index = 0; index < 1_000; index += 1) {
      const group = groupOf(0, String(index));
      group.lastTrueMs = index;
      table.used(group);
    }
    const told = table.changed({ isWhole: true }).filter(({ window }) => window === undefined);
    expect(told).not.to.have.length(0);
    expect(told.reduce((sum, { bytes }) => sum + bytes, 0)).to.be.at.most(
      (100 * GROUP_BYTES) / 8 + GROUP_BYTES,
    );
    const newest = told.at(-1);
    expect(table.get(newest?.key ?? '')?.lastTrueMs).to.equal(Number(newest?.keys[0]));
    expect(table.bytes).to.be.at.most(100 * GROUP_BYTES);
  });

  it('never holds more than its budget, counts what left, and knows what its groups take', () => {
    const action = fc.record({ correlation: fc.nat(2), value: fc.nat(12).map(String) });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.array(action, { maxLength: 60 }),
        (max, actions) => {
          const bytesMax = (max + 2) * GROUP_BYTES;
          const table = new GroupTable({ bytesMax, ...NOTHING_RAN_OUT });
          let added = 0;
          let timeMs = 0;
          for (const { correlation, value } of actions) {
            const before = held(table);
            const known = table.get(groupKey(correlation, [value]));
            if (known !== undefined) addEvent(known, (timeMs += 1));
            use(table, correlation, value);
            if (!before.includes(`${correlation}${value}`)) added += 1;
            expect(held(table), 'what was just used').to.include(`${correlation}${value}`);
            expect(table.bytes).to.be.at.most(bytesMax);
            expect(table.size + table.evicted).to.equal(added);
            const groups = table.changed({ isWhole: true });
            const measured = groups.reduce((sum, group) => sum + group.measure(), 0);
            expect(table.bytes).to.equal(measured);
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
