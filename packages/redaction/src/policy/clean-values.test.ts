import { expect } from 'chai';
import { CleanValues } from './clean-values.ts';

const VALUES_MAX = 4096;

describe('clean values', () => {
  let clean: CleanValues;

  beforeEach(() => (clean = new CleanValues()));

  function addTwice(decision: number, value: string): void {
    clean.add(decision, value);
    clean.add(decision, value);
  }

  it('are known from their second time on', () => {
    clean.add(0, 'GET');
    expect(clean.has(0, 'GET')).to.equal(false);
    clean.add(0, 'GET');
    expect(clean.has(0, 'GET')).to.equal(true);
  });

  it('are known under their decision only', () => {
    addTwice(0, 'GET');
    expect(clean.has(1, 'GET')).to.equal(false);
    expect(clean.has(0, 'get')).to.equal(false);
  });

  it('are kept up to their length', () => {
    for (const length of [128, 129]) addTwice(0, 'x'.repeat(length));
    expect([128, 129].map((length) => clean.has(0, 'x'.repeat(length)))).to.deep.equal([
      true,
      false,
    ]);
  });

  it('start over when they are as many as may be', () => {
    for (let value = 0; value < VALUES_MAX; value++) addTwice(value % 3, String(value));
    expect(clean.has(0, '0')).to.equal(true);
    addTwice(0, 'one more');
    expect(clean.has(0, '0')).to.equal(false);
    expect(clean.has(0, 'one more')).to.equal(true);
  });
});
