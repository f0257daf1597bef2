import { expect } from 'chai';
import { LabelledSum } from './labelled-sum.ts';

describe('LabelledSum', () => {
  it('adds up each combination of labels by itself, in whatever order they are written', () => {
    const sum = new LabelledSum(['signal', 'reason']);
    sum.add(2, { signal: 'logs', reason: 'age' });
    sum.add(3, { reason: 'age', signal: 'logs' });
    sum.add(5, { signal: 'age', reason: 'logs' });
    expect([...sum.readings()]).to.deep.equal([
      { value: 5, labels: { signal: 'logs', reason: 'age' } },
      { value: 5, labels: { signal: 'age', reason: 'logs' } },
    ]);
  });

  it('has one reading without labels, and none before it was added to', () => {
    const sum = new LabelledSum([]);
    expect([...sum.readings()]).to.deep.equal([]);
    sum.add(0);
    sum.add(4);
    expect([...sum.readings()]).to.deep.equal([{ value: 4, labels: {} }]);
  });
});
