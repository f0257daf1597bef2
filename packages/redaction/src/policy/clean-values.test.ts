import { expect } from 'chai';
import { CleanValues } from './clean-values.ts';

describe('clean values', () => {
  let clean: CleanValues;

  beforeEach(() => (clean = new CleanValues()));

  it('are known under their decision only', () => {
    clean.add(0, 'GET');
    expect(clean.has(0, 'GET')).to.equal(true);
    expect(clean.has(1, 'GET')).to.equal(false);
    expect(clean.has(0, 'get')).to.equal(false);
  });

  it('are known up to their length', () => {
    const known = [128, 129].map((length) => {
      clean.add(0, 'x'.repeat(length));
      return clean.has(0, 'x'.repeat(length));
    });
    expect(known).to.deep.equal([true, false]);
  });
});
