import { expect } from 'chai';
import fc from 'fast-check';
import { lowestBit, RowSet, STRETCH_ROWS_MAX } from './row-set.ts';

function rowsOf(set: RowSet): number[] {
  return Array.from({ length: STRETCH_ROWS_MAX }, (_, row) => row).filter((row) => set.has(row));
}

function setOf(rows: number, members: readonly number[]): RowSet {
  const set = new RowSet();
  set.clear(rows);
  for (const row of members) set.add(row);
  return set;
}

const two = fc
  .integer({ min: 1, max: STRETCH_ROWS_MAX })
  .chain((rows) =>
    fc.tuple(
      fc.constant(rows),
      fc.array(fc.nat(rows - 1), { maxLength: 60 }),
      fc.array(fc.nat(rows - 1), { maxLength: 60 }),
    ),
  );

describe('RowSet', () => {
  it('adds, keeps and removes as sets do', () => {
    fc.assert(
      fc.property(two, ([rows, one, other]) => {
        const [members, others] = [new Set(one), new Set(other)];
        const all = Array.from({ length: rows }, (_, row) => row);
        const cases = [
          ['addAll', all.filter((row) => members.has(row) || others.has(row))],
          ['keep', all.filter((row) => members.has(row) && others.has(row))],
          ['remove', all.filter((row) => members.has(row) && !others.has(row))],
        ] as const;
        for (const [how, expected] of cases) {
          const set = setOf(rows, one);
          set[how](setOf(rows, other));
          expect(rowsOf(set), how).to.deep.equal(expected);
          expect(set.isEmpty).to.equal(expected.length === 0);
        }
      }),
    );
  });

  it('is filled to its last row and no further, whatever was in it', () => {
    const set = setOf(STRETCH_ROWS_MAX, [STRETCH_ROWS_MAX - 1]);
    for (const rows of [1, 31, 32, 33, 64, STRETCH_ROWS_MAX]) {
      set.fill(rows);
      const copy = new RowSet();
      copy.copy(set);
      expect(rowsOf(copy)).to.have.length(rows);
      copy.clear(rows);
      expect(copy.isEmpty).to.equal(true);
    }
  });

  it('tells the lowest bit of a word', () => {
    for (let bit = 0; bit < 32; bit += 1) expect(lowestBit(-1 << bit)).to.equal(bit);
  });
});
