/** Correlations that stand on others hear of what holds: once for each part of time, or each time. */
import { expect } from 'chai';
import { CorrelationEngine, type PlainEvent } from '../src/index.ts';
import { COUNT, event, FAILED, observe, rulesOf, SUCCEEDED } from './engine-fixtures.ts';

const INNER = COUNT.replaceAll(': it', ': inner');

function outer(body: string): string {
  return `
title: outer
name: outer
correlation:
  group-by: [ip]
  timespan: 10s
${body.replaceAll(/^/gmu, '  ')}
level: high
`;
}

const OFTEN = outer('type: event_count\nrules: [inner]\ncondition: { gte: 13 }');
const ONCE = outer('type: event_count\nrules: [inner]\ncondition: { gte: 1 }');
const THEN = outer('type: temporal_ordered\nrules: [inner, succeeded]');

function engineWith(rule: string): CorrelationEngine {
  return new CorrelationEngine(rulesOf(FAILED, SUCCEEDED, INNER, rule));
}

function told(engine: CorrelationEngine, events: readonly PlainEvent[]): number[] {
  return events
    .flatMap((one) => observe(engine, one))
    .filter(({ rule }) => rule.name === 'outer')
    .map(({ lastMs }) => lastMs);
}

const flood = Array.from({ length: 300 }, (_, index) => event(index * 20));

describe('a correlation that stands on another', () => {
  it('hears of each instant where it counts them', () => {
    const times = [0, 1, 2, 3, 4, 5];
    expect(
      told(
        engineWith(OFTEN),
        times.map((timeMs) => event(timeMs)),
      ),
    ).to.deep.equal([5]);
  });

  it('is told of the first instant where it asks whether, and not the same again', () => {
    expect(told(engineWith(ONCE), flood)).to.deep.equal([40]);
  });

  it('is told of an earlier instant that came late, though a later one of the same part of time was', () => {
    const [a, b, late, newest] = [event(0), event(1), event(2), event(30)];
    const success = event(5, { kind: 'ok' });
    const orders = [
      [a, b, late, success, newest],
      [a, b, newest, late, success],
      [a, b, newest, success, late],
    ];
    for (const order of orders) expect(told(engineWith(THEN), order)).to.deep.equal([5]);
  });

  it('sees what lasts, in whatever part of time it ends', () => {
    for (const atMs of [5_999, 6_000, 9_000, 15_900]) {
      const events = [...flood, event(atMs, { kind: 'ok' })];
      expect(told(engineWith(THEN), events), String(atMs)).to.deep.equal([atMs]);
    }
    expect(told(engineWith(THEN), [...flood, event(16_000, { kind: 'ok' })])).to.deep.equal([]);
  });

  it('goes on the same from a snapshot', () => {
    const whole = engineWith(ONCE);
    const cut = engineWith(ONCE);
    told(whole, flood);
    told(cut, flood.slice(0, 150));
    const restored = engineWith(ONCE);
    restored.restore(cut.snapshot());
    told(restored, flood.slice(150));
    expect(Buffer.from(restored.snapshot()).length).to.equal(Buffer.from(whole.snapshot()).length);
  });

  it('takes memory for what happened, not for how often it was told', () => {
    const engine = engineWith(ONCE);
    told(engine, flood);
    expect(engine.stats().groupBytes).to.be.below(flood.length * 500);
  });
});
