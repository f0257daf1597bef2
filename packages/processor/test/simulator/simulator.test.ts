import { expect } from 'chai';
import { simulate } from './simulate.ts';

/**
 * `SIMULATOR_SEEDS=17` runs that seed alone, `SIMULATOR_SEEDS=1-2000` two thousand. Equal seeds run equally.
 */
const [FIRST = 1, LAST = FIRST] = (process.env['SIMULATOR_SEEDS'] ?? '1-200')
  .split('-')
  .map(Number);

describe('a processor that is killed at any step, on a disk and among destinations that fail', () => {
  it(`keeps every promise, whatever the seed: ${FIRST} to ${LAST}`, async () => {
    for (let seed = FIRST; seed <= LAST; seed += 1) {
      expect(await simulate(seed), `SIMULATOR_SEEDS=${seed}`).to.equal(undefined);
    }
  });
});
