import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { inflate } from './inflate.ts';

describe('inflate', () => {
  const bytesMax = 4 * 1024 * 1024;

  for (const [name, bytes] of [
    ['nothing', 0],
    ['a few bytes', 10],
    ['less than a chunk', 20_000],
    ['more than a chunk', 300_000],
    ['what goes to the thread pool', 3_000_000],
  ] as const) {
    it(`gives the memory of ${name} back, and nobody else's`, async () => {
      const neighbour = Buffer.from('a small buffer of the pool');
      const plain = pseudoRandom(bytes);
      const inflated = await inflate(gzipSync(plain), { encoding: 'gzip', bytesMax });
      if (inflated.kind !== 'plain') throw new Error(inflated.kind);
      expect(Buffer.compare(inflated.bytes, plain)).to.equal(0);
      inflated.free();
      if (bytes >= Buffer.poolSize >>> 1) expect(inflated.bytes).to.have.length(0);
      expect(neighbour.toString()).to.equal('a small buffer of the pool');
      expect(Buffer.from('x').toString()).to.equal('x');
    });
  }

  it('leaves a body that was plain to its owner', async () => {
    const body = Buffer.from('plain');
    const inflated = await inflate(body, { encoding: 'identity', bytesMax });
    if (inflated.kind === 'plain') inflated.free();
    expect(body.toString()).to.equal('plain');
  });

  it('gives exactly the limit, and nothing above it', async () => {
    const at = (length: number) =>
      inflate(gzipSync(Buffer.alloc(length)), { encoding: 'gzip', bytesMax: 1000 });
    expect((await at(1000)).kind).to.equal('plain');
    expect((await at(1001)).kind).to.equal('too_large');
  });
});

/** Bytes that hardly shrink, the same at every run. */
function pseudoRandom(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let at = 0; at < length; at++) {
    state = Math.imul(state, 1_664_525) + 1_013_904_223;
    bytes[at] = state >>> 24;
  }
  return bytes;
}
