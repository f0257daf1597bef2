import { FakeClock } from '@spanguard/testkit';
import { expect } from 'chai';
import type { Alert } from '../model/alert.ts';
import { AlertBudget } from './alert-budget.ts';

function alertOf(id: string, { rule = 'r1', entity = '203.0.113.7/32', lastMs = 0 } = {}): Alert {
  return {
    id,
    rule: {
      id: rule,
      name: 'brute_force',
      title: 'Password guessing',
      description: '',
      level: 'high',
      tags: [],
      action: '',
    },
    entity: { kind: 'client', value: entity },
    count: 8,
    firstMs: lastMs - 10,
    lastMs,
    evidence: [{ traceId: id.padStart(32, '0'), spanId: 'ab'.repeat(8) }],
    services: ['shop'],
  };
}

describe('an alert budget', () => {
  let clock: FakeClock;
  let told: Alert[];
  let budget: AlertBudget;

  beforeEach(() => {
    clock = new FakeClock();
    told = [];
    budget = new AlertBudget({
      clock,
      tell: (alert) => void told.push(alert),
      idOf: ({ id }) => `more-${id}`,
    });
  });

  const takeAll = (alerts: readonly Alert[]): number =>
    alerts.filter((alert) => budget.take(alert)).length;
  const many = (count: number, of: (index: number) => Partial<{ entity: string; rule: string }>) =>
    Array.from({ length: count }, (_, index) =>
      alertOf(`${index}`, { ...of(index), lastMs: index }),
    );

  it('lets ten of a rule and client through, and tells of the eleventh with others', () => {
    const alerts = many(50, (index) => ({ entity: `203.0.113.7/32, user u-${index}` }));
    expect(takeAll(alerts.slice(0, 10))).to.equal(10);
    expect(takeAll(alerts.slice(10))).to.equal(0);
    clock.advance(59_999);
    expect(told).to.deep.equal([]);
    clock.advance(1);
    expect(told).to.have.length(1);
    expect(told[0]).to.deep.include({
      id: 'more-10',
      entity: { kind: 'client', value: '203.0.113.7/32' },
      count: 40 * 8,
      firstMs: 0,
      lastMs: 49,
      services: ['shop'],
    });
    expect(told[0]?.rule).to.include({ title: '40 more: Password guessing', name: 'brute_force' });
    expect(told[0]?.evidence).to.have.length(16);
    expect(clock.timersPending).to.equal(0);
  });

  it('lets a hundred clients of a rule through in a minute', () => {
    expect(takeAll(many(5000, (index) => ({ entity: `client-${index}` })))).to.equal(100);
    clock.advance(60_000);
    expect(told.map(({ entity }) => entity.value)).to.deep.equal(['4900 others']);
    expect(budget.take(alertOf('later', { entity: 'client-9999' }))).to.equal(true);
  });

  it('counts every rule, and every client, by itself', () => {
    takeAll(many(5000, (index) => ({ entity: `client-${index % 400}` })));
    expect(budget.take(alertOf('x', { rule: 'r2' }))).to.equal(true);
    takeAll(many(50, () => ({ rule: 'r3', entity: 'one' })));
    expect(budget.take(alertOf('y', { rule: 'r3', entity: 'two' }))).to.equal(true);
  });

  it('goes on telling, once a minute, while an attack goes on', () => {
    for (let minute = 0; minute < 9; minute += 1) {
      takeAll(many(20, () => ({ entity: 'one' })));
      clock.advance(60_000);
    }
    expect(told.map(({ rule }) => rule.title.split(' ', 1)[0])).to.deep.equal([
      '10',
      ...Array<string>(8).fill('20'),
    ]);
  });

  it('begins anew when its window has ended', () => {
    takeAll(many(11, () => ({})));
    clock.advance(600_000);
    expect(takeAll(many(11, () => ({})))).to.equal(10);
  });

  it('tells what it holds when it is asked to, and holds no more than ten thousand windows', () => {
    takeAll(many(11, () => ({ entity: 'one' })));
    for (let rule = 0; rule < 6000; rule += 1) budget.take(alertOf('z', { rule: `rule-${rule}` }));
    expect(told).to.have.length(1);
    takeAll(many(11, () => ({ entity: 'two' })));
    budget.flush();
    expect(told).to.have.length(2);
    expect(clock.timersPending).to.equal(0);
  });
});
