import { expect } from 'chai';
import { array, assert, nat, property, tuple } from 'fast-check';
import { isMarked } from './marks.ts';

function marksAt(...places: number[]): Uint32Array {
  const marks = new Uint32Array(8);
  for (const at of places) marks[at >>> 5] = (marks[at >>> 5] ?? 0) | (1 << (at & 31));
  return marks;
}

describe('isMarked', () => {
  it('agrees with looking at every bit', () => {
    assert(
      property(tuple(array(nat(255), { maxLength: 4 }), nat(256), nat(256)), ([places, a, b]) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        const slow = places.some((at) => at >= start && at < end);
        expect(isMarked(marksAt(...places), start, end)).to.equal(slow);
      }),
    );
  });

  it('takes null for a bitmap full of marks, and an empty range for unmarked', () => {
    expect(isMarked(null, 3, 4)).to.equal(true);
    expect(isMarked(null, 3, 3)).to.equal(false);
  });

  it('takes what lies beyond the bitmap for marked', () => {
    expect(isMarked(new Uint32Array(1), 0, 32)).to.equal(false);
    expect(isMarked(new Uint32Array(1), 0, 33)).to.equal(true);
    expect(isMarked(new Uint32Array(1), 500, 501)).to.equal(true);
  });
});
