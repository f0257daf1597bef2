/** What is cut before it is masked keeps no half of anything. */
import { expect } from 'chai';
import { cutAtBoundary } from './cut-at-boundary.ts';

describe('cutAtBoundary', () => {
  it('cuts where no token goes on', () => {
    expect(cutAtBoundary('short', 5)).to.equal('short');
    expect(cutAtBoundary('first,second', 8)).to.equal('first,');
    expect(cutAtBoundary(`a, b ${'x'.repeat(2000)}`, 1000)).to.equal('a,');
  });

  it('keeps nothing of what may all be one secret', () => {
    expect(cutAtBoundary('x'.repeat(2000), 1000)).to.equal('');
    expect(cutAtBoundary('card 4111 1111 1111 1111', 15)).to.equal('');
  });
});
