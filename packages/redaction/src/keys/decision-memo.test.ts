import { expect } from 'chai';
import { DecisionMemo } from './decision-memo.ts';

/** A memo over a judgement that counts how often it was asked. */
function countedMemo() {
  let asked = 0;
  const memo = new DecisionMemo((bytes, start, end) => {
    asked += 1;
    return bytes.subarray(start, end).reduce((sum, byte) => (sum * 31 + byte) & 0xff, 7);
  });
  const decide = (name: string): number => {
    const bytes = Buffer.from(`<${name}>`);
    return memo.decide(bytes, 1, bytes.length - 1);
  };
  return { decide, asked: () => asked };
}

describe('the memo of decisions', () => {
  it('asks once for a name, wherever it stands', () => {
    const { decide, asked } = countedMemo();
    expect(decide('password')).equal(decide('password'));
    expect(asked()).equal(1);
  });

  it('remembers a name of 32 bytes, and asks again for one of 33', () => {
    const { decide, asked } = countedMemo();
    for (const length of [32, 32, 33, 33]) decide('n'.repeat(length));
    expect(asked()).equal(3);
  });

  it('judges no bytes as anything', () => {
    const { decide } = countedMemo();
    expect(decide('')).equal(7);
  });

  it('answers as without it for more names than it holds', () => {
    const { decide } = countedMemo();
    const fresh = (name: string): number => countedMemo().decide(name);
    for (let round = 0; round < 2; round += 1) {
      for (let n = 0; n < 10_000; n += 1)
        expect(decide(`k${n * 7919}`)).equal(fresh(`k${n * 7919}`));
    }
  });
});
