import { expect } from 'chai';
import { samplingWeight } from './sampling-weight.ts';

function weighs(state: string, weight: number): void {
  const bytes = Buffer.from(`#${state}#`);
  expect(samplingWeight(bytes, 1, bytes.length - 1), state).to.be.closeTo(weight, 1e-6);
}

describe('the weight of a sampled span', () => {
  it('is what its trace state tells, among others', () => {
    weighs('ot=th:8', 2);
    weighs('ot=th:c', 4);
    weighs('ot=th:fd70a3d70a3d71', 100);
    weighs('ot=rv:abcdef01234567;th:c', 4);
    weighs('vendor=a:b, ot=th:c,other=1', 4);
    weighs('ot=th:0', 1);
  });

  it('is one where nothing is told, or nothing that can be', () => {
    for (const state of [
      '',
      'ot=',
      'ot=rv:12',
      'ot=th:',
      'ot=th:xyz',
      'ot=th:C',
      'x=th:c',
      'not=th:c',
    ]) {
      weighs(state, 1);
    }
    weighs('ot=th:123456789012345', 1);
    expect(samplingWeight(Buffer.from('ot=th:c'), -1, -1)).to.equal(1);
  });

  it('is at most 10,000, whatever a client writes', () => {
    weighs('ot=th:fff', 4096);
    weighs('ot=th:fffff', 10_000);
    weighs('ot=th:ffffffffffffff', 10_000);
  });
});
