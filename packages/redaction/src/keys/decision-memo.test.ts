import { expect } from 'chai';
import { DecisionMemo } from './decision-memo.ts';

/** A judgement that differs for most names. */
const judged = (bytes: Uint8Array): number =>
  bytes.reduce((sum, byte) => (sum * 31 + byte) & 0xff, 7);

/** A memo over a judgement that counts how often it was asked. */
function countedMemo() {
  let asked = 0;
  const memo = new DecisionMemo((bytes, start, end) => {
    asked += 1;
    return judged(bytes.subarray(start, end));
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

  it('takes as long texts and as many as it is made for', () => {
    let asked = 0;
    const memo = new DecisionMemo(
      (bytes, start, end) => {
        asked += 1;
        return judged(bytes.subarray(start, end));
      },
      { slots: 2, bytesMax: 64 },
    );
    const bytes = Buffer.from('n'.repeat(65));
    for (const length of [64, 64, 65, 65]) memo.decide(bytes, 0, length);
    expect(asked).equal(3);
    const names = Array.from({ length: 20 }, (_, n) => Buffer.from(`k${n}`));
    for (const name of names) expect(memo.decide(name, 0, name.length)).equal(judged(name));
  });

  it('judges no bytes as anything', () => {
    const { decide } = countedMemo();
    expect(decide('')).equal(7);
  });

  it('answers as without it for more names than it holds', () => {
    const { decide } = countedMemo();
    const names = Array.from({ length: 10_000 }, (_, n) => `k${n * 7919}`);
    const expected = names.map((name) => judged(Buffer.from(name)));
    expect(names.map(decide)).deep.equal(expected);
    expect(names.map(decide)).deep.equal(expected);
  });
});
