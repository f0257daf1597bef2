import { expect } from 'chai';
import { CleanValues } from './clean-values.ts';

const GENERATION = 2048;

describe('clean values', () => {
  it('are known under their decision only', () => {
    const clean = new CleanValues();
    clean.add(0, 'GET');
    expect(clean.has(0, 'GET')).to.equal(true);
    expect(clean.has(1, 'GET')).to.equal(false);
    expect(clean.has(0, 'get')).to.equal(false);
  });

  it('are kept up to their length', () => {
    const clean = new CleanValues();
    for (const length of [128, 129]) clean.add(0, 'x'.repeat(length));
    expect([128, 129].map((length) => clean.has(0, 'x'.repeat(length)))).to.deep.equal([
      true,
      false,
    ]);
  });

  it('stay while they are asked for, and go when they are not', () => {
    const clean = new CleanValues();
    clean.add(0, 'often');
    clean.add(0, 'once');
    for (let value = 0; value < 3 * GENERATION; value++) {
      clean.add(0, String(value));
      expect(clean.has(0, 'often')).to.equal(true);
    }
    expect(clean.has(0, 'once')).to.equal(false);
    expect(clean.has(0, '0')).to.equal(false);
    expect(clean.has(0, String(3 * GENERATION - 1))).to.equal(true);
  });
});
