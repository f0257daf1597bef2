/** A detection rule that no correlation uses tells by itself. */
import { expect } from 'chai';
import { CorrelationEngine, parseRules, Ruleset } from '../src/index.ts';
import { event, FAILED, type Fields, FIELDS, observe } from './engine-fixtures.ts';

/** Groups that are told, for events a second apart. */
function told(rule: string, events: readonly Fields[]): string[] {
  const parsed = parseRules(rule, { file: 'test.yaml' });
  if (!parsed.ok) throw new Error(parsed.errors.map(({ message }) => message).join());
  const result = Ruleset.from([parsed], {
    standaloneGroupBy: ['ip', 'service'],
    vocabulary: { fields: FIELDS },
  });
  if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join());
  const engine = new CorrelationEngine(result.ruleset);
  const matches = events.flatMap((fields, second) => observe(engine, event(second * 1000, fields)));
  const again = new CorrelationEngine(result.ruleset);
  again.restore(engine.snapshot());
  expect(
    events.flatMap((fields, second) => observe(again, event(second * 1000 + 1, fields))),
  ).to.deep.equal([], 'told again after a snapshot');
  return matches.map(({ group }) => group.map(({ value }) => value).join(' '));
}

describe('a rule that stands alone', () => {
  const shop = { service: 'shop' };

  it('is told once for each client and service', () => {
    const events = [{ ip: 'a' }, { ip: 'b' }, { ip: 'a' }, { ip: 'a', service: 'desk' }];
    const all = events.map((each) => ({ ...shop, ...each }));
    expect(told(FAILED, all)).to.deep.equal(['a shop', 'b shop', 'a desk']);
  });

  it('is told for events without a client too', () => {
    const nobody = { ...shop, ip: undefined };
    expect(told(FAILED, [nobody, nobody, { ip: 'a', ...shop }])).to.deep.equal([' shop', 'a shop']);
    expect(told(FAILED, [{ ip: undefined }])).to.deep.equal([' ']);
  });

  it('is grouped as it says, where it says', () => {
    const own = `${FAILED}spanguard: { group-by: [user] }\n`;
    const events = [{ user: 'x' }, { user: 'x', ip: 'b' }, { user: undefined }, { user: 'y' }];
    expect(told(own, events)).to.deep.equal(['x', 'y']);
  });
});
