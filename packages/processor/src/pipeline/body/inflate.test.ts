import { deflateSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { ByteBudget } from '../byte-budget.ts';
import { type ContentEncoding, type Inflated, Inflater } from './inflate.ts';

const MIB = 1024 * 1024;

describe('Inflater', () => {
  /** An inflater with a budget of its own, and how much of that is taken. */
  function inflating({ bytesMax = 4 * MIB, budgetBytes = 64 * MIB } = {}) {
    const inflater = new Inflater();
    const budget = new ByteBudget({ bytesMax: budgetBytes, clientBytesMax: budgetBytes });
    return {
      budget,
      inflate: async (body: Uint8Array, encoding: ContentEncoding = 'gzip') => {
        const account = budget.open('a client');
        const inflated = await inflater.inflate(body, { encoding, account, bytesMax });
        return { inflated, account, taken: budget.bytes };
      },
    };
  }

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
      const { inflated } = await inflating().inflate(gzipSync(plain));
      expect(bytesOf(inflated).equals(plain)).to.equal(true);
      if (inflated.kind !== 'plain') throw new Error(inflated.kind);
      inflated.free();
      if (bytes >= Buffer.poolSize >>> 1) expect(inflated.bytes).to.have.length(0);
      expect(neighbour.toString()).to.equal('a small buffer of the pool');
      expect(Buffer.from('x').toString()).to.equal('x');
    });
  }

  it('leaves a body that was plain to its owner', async () => {
    const body = Buffer.from('plain');
    const { inflated, taken } = await inflating().inflate(body, 'identity');
    if (inflated.kind === 'plain') inflated.free();
    expect([body.toString(), taken]).to.deep.equal(['plain', 0]);
  });

  it('gives exactly the limit, and nothing above it', async () => {
    for (const [encoding, packed] of [
      ['gzip', gzipSync],
      ['deflate', deflateSync],
      ['identity', (bytes: Buffer) => bytes],
    ] as const) {
      const { inflate } = inflating({ bytesMax: 1000 });
      const at = async (length: number) =>
        (await inflate(packed(Buffer.alloc(length)), encoding)).inflated.kind;
      expect([await at(1000), await at(1001)]).to.deep.equal(['plain', 'too_large']);
    }
  });

  it('takes of the budget what comes out, before it does, and gives it back with the account', async () => {
    const { inflate, budget } = inflating();
    const { taken, account } = await inflate(gzipSync(Buffer.alloc(3 * MIB)));
    expect(taken).to.equal(3 * MIB);
    account.close();
    expect(budget.bytes).to.equal(0);
  });

  it('inflates nothing that the budget has no room for', async () => {
    const body = gzipSync(Buffer.alloc(2 * MIB));
    const within = await inflating({ budgetBytes: 2 * MIB }).inflate(body);
    const above = await inflating({ budgetBytes: 2 * MIB - 1 }).inflate(body);
    expect([within.inflated.kind, above.inflated.kind]).to.deep.equal(['plain', 'busy']);
    expect(above.taken).to.equal(0);
  });

  it('takes nothing for what is refused', async () => {
    const { inflate } = inflating({ bytesMax: MIB });
    const cut = gzipSync(pseudoRandom(1000)).subarray(0, 500);
    for (const [body, kind] of [
      [Buffer.from('no gzip at all, but long enough to be'), 'malformed'],
      [cut, 'malformed'],
      [gzipSync(Buffer.alloc(MIB + 1)), 'too_large'],
      [withLengthTold(gzipSync(Buffer.alloc(MIB + 1)), 10), 'malformed'],
    ] as const) {
      const { inflated, taken } = await inflate(body);
      expect([inflated.kind, taken]).to.deep.equal([kind, 0]);
    }
  });

  it('believes no length that so few bytes cannot have, and takes several members', async () => {
    const { inflate } = inflating({ bytesMax: 4 * MIB, budgetBytes: 4 * MIB });
    const members = Buffer.concat([gzipSync(Buffer.alloc(2 * MIB)), gzipSync(Buffer.from('end'))]);
    const { inflated, taken, account } = await inflate(members);
    expect(bytesOf(inflated)).to.have.length(2 * MIB + 3);
    expect(taken).to.be.within(2 * MIB, 4 * MIB);
    account.close();
    const lie = withLengthTold(Buffer.from(members.subarray(-23)), 0xffff_ffff);
    expect((await inflate(lie)).inflated.kind).to.equal('malformed');
  });

  it('inflates many large ones, a few at a time', async () => {
    const { inflate } = inflating({ bytesMax: 4 * MIB, budgetBytes: 30 * MIB });
    const body = gzipSync(Buffer.alloc(3 * MIB));
    const all = await Promise.all(Array.from({ length: 12 }, () => inflate(body)));
    const kinds = all.map(({ inflated }) => inflated.kind);
    expect(kinds.filter((kind) => kind === 'plain')).to.have.length(10);
    expect(kinds.filter((kind) => kind === 'busy')).to.have.length(2);
  });
});

function bytesOf(inflated: Inflated): Buffer {
  if (inflated.kind !== 'plain') throw new Error(inflated.kind);
  return Buffer.from(inflated.bytes);
}

/** The same gzip with another length at its end. */
function withLengthTold(gzip: Buffer, length: number): Buffer {
  gzip.writeUInt32LE(length, gzip.length - 4);
  return gzip;
}

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
