/** SeededRandom repeats itself, stays in range and covers it; mutateBytes only damages copies. */

import { expect } from 'chai';

import { mutateBytes } from './mutate-bytes.ts';
import { SeededRandom } from './seeded-random.ts';

function draw(seed: number): number[] {
  return [...new SeededRandom(seed).bytes(16)];
}

describe('SeededRandom', () => {
  it('repeats a sequence for the same seed and differs for another', () => {
    expect(draw(7)).to.deep.equal(draw(7));
    expect(draw(7)).not.to.deep.equal(draw(8));
  });

  it('draws whole numbers from both ends of the range and none outside', () => {
    const random = new SeededRandom(1);
    const seen = new Set(Array.from({ length: 200 }, () => random.int(3, 6)));
    expect([...seen]).to.have.members([3, 4, 5, 6]);
  });

  it('shuffles into another order of the same items', () => {
    const items = Array.from({ length: 20 }, (_, at) => at);
    const shuffled = new SeededRandom(2).shuffle(items);
    expect(shuffled).not.to.deep.equal(items);
    expect(shuffled.toSorted((a, b) => a - b)).to.deep.equal(items);
  });

  it('refuses to pick from nothing', () => {
    expect(() => new SeededRandom(1).pick([])).to.throw(RangeError);
  });
});

describe('mutateBytes', () => {
  it('leaves its input alone and usually gives something else', () => {
    const random = new SeededRandom(3);
    const bytes = random.bytes(64);
    const before = [...bytes];
    let changed = 0;
    for (let round = 0; round < 500; round++) {
      if (!Buffer.from(mutateBytes(bytes, random)).equals(bytes)) changed++;
    }
    expect([...bytes]).to.deep.equal(before);
    expect(changed).to.be.above(450);
  });

  it('takes empty input', () => {
    const random = new SeededRandom(4);
    for (let round = 0; round < 100; round++) mutateBytes(new Uint8Array(0), random);
  });
});
