import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { expect } from 'chai';
import { BodyEncoder } from './encode-body.ts';

const REQUESTS = [Buffer.from('the first request'), Buffer.from('and the second')];
const WHOLE = 'the first requestand the second';
const UNDO = { gzip: gunzipSync, zstd: zstdDecompressSync } as const;

describe('BodyEncoder', () => {
  it('gives requests that are not compressed as they are', async () => {
    const encoder = new BodyEncoder({ encoding: 'protobuf', compression: 'none' });
    expect(await encoder.encode('traces', REQUESTS)).to.equal(REQUESTS);
  });

  for (const compression of ['gzip', 'zstd'] as const) {
    it(`compresses several requests as one with ${compression}, and leaves theirs as they were`, async () => {
      const encoder = new BodyEncoder({ encoding: 'protobuf', compression });
      const [body = Buffer.alloc(0)] = await encoder.encode('traces', REQUESTS);
      expect(UNDO[compression](body).toString()).to.equal(WHOLE);
      expect(Buffer.concat(REQUESTS).toString()).to.equal(WHOLE);
    });
  }

  it('leaves the memory of a single request alone', async () => {
    const encoder = new BodyEncoder({ encoding: 'protobuf', compression: 'gzip' });
    const only = new Uint8Array(Buffer.from('the only request'));
    const [body = Buffer.alloc(0)] = await encoder.encode('traces', [only]);
    expect(gunzipSync(body).toString()).to.equal('the only request');
    expect(Buffer.from(only).toString()).to.equal('the only request');
  });

  it('compresses bodies in the order they come, whatever their size', async () => {
    const encoder = new BodyEncoder({ encoding: 'protobuf', compression: 'gzip' });
    const done: string[] = [];
    const large = Buffer.alloc(1024 * 1024, 'some text');
    await Promise.all([
      encoder.encode('traces', [large]).then(() => done.push('large')),
      encoder.encode('traces', REQUESTS).then(() => done.push('small')),
    ]);
    expect(done).to.deep.equal(['large', 'small']);
  });
});
