import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { DistinctCount } from './distinct-count.ts';

const fingerprint = (text: string): Uint8Array => createHash('sha256').update(text).digest();

function countOf(from: number, to: number): DistinctCount {
  const count = new DistinctCount();
  for (let each = from; each < to; each++) count.add(fingerprint(`thing ${each}`), 0);
  return count;
}

describe('DistinctCount', () => {
  for (const exact of [1, 2, 10, 100, 1000, 10_000, 100_000]) {
    it(`is right to a tenth of ${exact}`, () => {
      expect(countOf(0, exact).estimate()).to.be.closeTo(exact, exact * 0.1);
    });
  }

  it('is nothing of nothing, and takes no memory', () => {
    const none = new DistinctCount();
    expect([none.estimate(), none.bytes, none.encode().length]).to.deep.equal([0, 0, 0]);
  });

  it('counts what comes again once', () => {
    const count = countOf(0, 500);
    const before = count.estimate();
    count.merge(countOf(0, 500));
    expect(count.estimate()).to.equal(before);
  });

  it('merges to what one would have counted', () => {
    const count = countOf(0, 6000);
    count.merge(countOf(4000, 9000));
    expect(count.estimate()).to.equal(countOf(0, 9000).estimate());
  });

  for (const things of [0, 1, 50, 5000]) {
    it(`is the same read back, with ${things} things`, () => {
      const count = countOf(0, things);
      const read = DistinctCount.decode(count.encode());
      expect(read.estimate()).to.equal(count.estimate());
      expect(read.encode()).to.deep.equal(count.encode());
    });
  }

  it('reads bytes that are none of its own as few things, and never throws', () => {
    for (const bytes of [[9], [2, 1], [1, 255, 255, 255], [1, 0]]) {
      expect(DistinctCount.decode(Uint8Array.from(bytes)).estimate()).to.be.at.most(1);
    }
  });
});
