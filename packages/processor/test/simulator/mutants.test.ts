import { expect } from 'chai';
import { MUTANTS } from './mutants.ts';
import { mutated } from './mutated.ts';

/** Within so many every fault is found; the one where it was found is tried before them. */
const SEEDS = 200;

describe('the simulator', () => {
  for (const mutant of MUTANTS) {
    it(`finds a processor that ${mutant.title}`, async () => {
      const { simulate, end } = await mutated(mutant);
      try {
        let found = await simulate(mutant.seed);
        for (let seed = 1; found === undefined && seed <= SEEDS; seed += 1) {
          found = await simulate(seed);
        }
        expect(found, `in ${SEEDS} seeds`).to.be.a('string');
      } finally {
        end();
      }
    });
  }
});
