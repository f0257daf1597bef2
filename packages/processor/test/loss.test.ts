import { SeededRandom } from '@spanguard/testkit';
import { expect } from 'chai';
import { LOSS_ROWS, runLossRounds } from './loss-rounds.ts';

/** `LOSS_ROUNDS=20` prints the table, and holds it to its bounds on duplicates. */
const ROUNDS = Number(process.env['LOSS_ROUNDS'] ?? 1);
const IS_TABLE = process.env['LOSS_ROUNDS'] !== undefined;
const SEED = Number(process.env['SEED'] ?? 20_261_127);
const REPEATED_PERCENT_MAX = { plain: 4, slow: 10, absent: 4, looped: 4 } as const;

describe('a processor that is killed under load', () => {
  for (const row of LOSS_ROWS) {
    it(`loses nothing it has acknowledged: backend ${row}`, async () => {
      const result = await runLossRounds(row, { rounds: ROUNDS, random: new SeededRandom(SEED) });
      const { kills, acknowledged, lost, repeated } = result;
      const percent = (100 * repeated) / acknowledged;
      if (IS_TABLE) {
        process.stdout.write(
          `${row}: ${kills} kills, ${acknowledged} acknowledged, ${lost} lost, ` +
            `${repeated} repeated (${percent.toFixed(2)} %)\n`,
        );
        expect(percent).to.be.at.most(REPEATED_PERCENT_MAX[row]);
      }
      expect(acknowledged).to.be.above(0);
      expect(lost, `seed ${SEED}`).to.equal(0);
    }).timeout(3_600_000);
  }
});
