import { expect } from 'chai';
import { CleanValues } from './clean-values.ts';

const YOUNG_MAX = 256;
const KEPT_MAX = 4096;

describe('clean values', () => {
  let clean: CleanValues;
  let others = 0;

  beforeEach(() => (clean = new CleanValues()));

  function addOthers(count: number): void {
    for (let other = 0; other < count; other++) clean.add(0, `other ${(others += 1)}`);
  }

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

  it('go when they come no more', () => {
    clean.add(0, 'once');
    addOthers(2 * YOUNG_MAX);
    expect(clean.has(0, 'once')).to.equal(false);
  });

  it('go even where one request asked for them often', () => {
    clean.add(0, 'once');
    for (let time = 0; time < 9; time++) expect(clean.has(0, 'once')).to.equal(true);
    addOthers(2 * YOUNG_MAX);
    expect(clean.has(0, 'once')).to.equal(false);
  });

  it('stay when they come again later', () => {
    clean.add(0, 'often');
    addOthers(YOUNG_MAX);
    expect(clean.has(0, 'often')).to.equal(true);
    addOthers(9 * YOUNG_MAX);
    expect(clean.has(0, 'often')).to.equal(true);
  });

  it('start over when as many are kept as may be', () => {
    for (let round = 0; round <= KEPT_MAX / YOUNG_MAX; round++) {
      for (let value = 0; value < YOUNG_MAX; value++) clean.add(0, `${round}.${value}`);
      addOthers(YOUNG_MAX);
      for (let value = 0; value < YOUNG_MAX; value++) clean.has(0, `${round}.${value}`);
      addOthers(YOUNG_MAX);
    }
    expect(clean.has(0, '0.0')).to.equal(false);
    expect(clean.has(0, `${KEPT_MAX / YOUNG_MAX}.0`)).to.equal(true);
  });
});
