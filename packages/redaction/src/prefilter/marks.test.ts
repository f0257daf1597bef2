import { expect } from 'chai';
import { assert, nat, property, uniqueArray } from 'fast-check';
import { behindLastMark, isAnyMarked } from './marks.ts';

const BYTES = 128;

describe('marks', () => {
  function bitmap(marked: readonly number[]): Uint32Array {
    const marks = new Uint32Array(BYTES / 32);
    for (const at of marked) marks[at >>> 5] = (marks[at >>> 5] ?? 0) | (1 << (at & 31));
    return marks;
  }

  it('are found within a stretch, and not beside it', () => {
    assert(
      property(
        uniqueArray(nat(BYTES - 1), { maxLength: 6 }),
        nat(BYTES - 1),
        nat(BYTES - 1),
        (marked, one, other) => {
          const [start, end] = [Math.min(one, other), Math.max(one, other) + 1];
          const within = marked.filter((at) => at >= start && at < end);
          const marks = bitmap(marked);
          expect(isAnyMarked(marks, start, end)).to.equal(within.length > 0);
          expect(Math.max(start, behindLastMark(marks, start, end))).to.equal(
            within.length > 0 ? Math.max(...within) + 1 : start,
          );
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('are taken for set beyond the end of the bitmap', () => {
    expect(isAnyMarked(bitmap([]), BYTES, BYTES + 1)).to.equal(true);
    expect(behindLastMark(bitmap([]), BYTES, BYTES + 8)).to.equal(BYTES + 8);
  });
});
