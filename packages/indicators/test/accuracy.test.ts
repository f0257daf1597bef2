/** What seeded generators measure stays above its floors, and the page says it as it is. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { type Accuracy, measureAccuracy, renderAccuracy } from './accuracy/render-accuracy.ts';
import type { Tallies } from './accuracy/recall.ts';

/** Least share of each row with a sign of high confidence, and with any. */
const FLOORS = {
  families: { high: 0.5, any: 0.9 },
  places: { high: 0.88, any: 0.97 },
  encodings: { high: 0.88, any: 0.95 },
} as const;
const ORDINARY_MAX = { high: 0, any: 0.004 } as const;

describe('what the recognisers see in seeded requests', () => {
  let accuracy: Accuracy;

  before(() => {
    accuracy = measureAccuracy();
  });

  const shares = (tallies: Tallies): readonly { name: string; high: number; any: number }[] =>
    tallies.rows.map(([name, { count, high, any }]) => ({
      name,
      high: high / count,
      any: any / count,
    }));

  for (const by of ['families', 'places', 'encodings'] as const) {
    it(`is nearly every attack, whatever its ${by}`, () => {
      for (const { name, high, any } of shares(accuracy[by])) {
        expect(high, `${name}, high`).to.be.at.least(FLOORS[by].high);
        expect(any, `${name}, any`).to.be.at.least(FLOORS[by].any);
      }
    });
  }

  it('is next to nothing in ordinary requests', () => {
    const [, ordinary] = shares(accuracy.all);
    expect(ordinary?.name).to.equal('ordinary requests');
    expect(ordinary?.high).to.be.at.most(ORDINARY_MAX.high);
    expect(ordinary?.any).to.be.at.most(ORDINARY_MAX.any);
  });

  it('is what the page says', () => {
    const page = readFileSync(new URL('../ACCURACY.md', import.meta.url), 'utf8');
    expect(page, 'stale: npm run generate').to.equal(renderAccuracy(accuracy));
  });
});
