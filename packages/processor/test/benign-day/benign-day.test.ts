import { readFileSync } from 'node:fs';
import { RULES_URL } from '@spanguard/rules';
import { expect } from 'chai';
import { loadRuleset } from '#processor/service/load-ruleset.ts';
import { DAY_SEED, passDay, withDay } from './day-table.ts';
import { simulateDay } from './simulate-day.ts';

const ALERTS_MAX = 3;

describe('a benign Monday of an API of middle size', () => {
  const loaded = loadRuleset({ rules: [], shipped_rules: true });
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
  const { ruleset } = loaded;

  it('is the same from the same seed, and another from another', () => {
    const bytesOf = (seed: number): string =>
      simulateDay(seed)
        .requests.slice(0, 200)
        .map(({ bytes }) => Buffer.from(bytes).toString('hex'))
        .join();
    expect(bytesOf(7)).to.equal(bytesOf(7)).and.not.equal(bytesOf(8));
  });

  it('makes hardly any rule tell, as the table in their README says', () => {
    const result = passDay(ruleset, DAY_SEED);
    const alerts = [...result.told.values()].reduce((sum, count) => sum + count, 0);
    expect(result.records).to.be.at.least(150_000);
    expect(alerts, JSON.stringify([...result.told])).to.be.at.most(ALERTS_MAX);
    const readme = readFileSync(new URL('../README.md', RULES_URL), 'utf8');
    expect(readme, 'written by scripts/benign-day.ts').to.equal(withDay(readme, ruleset, result));
  });
});
