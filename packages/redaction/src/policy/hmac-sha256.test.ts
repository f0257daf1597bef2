import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import { assert, property, string, uint8Array } from 'fast-check';
import { HmacSha256 } from './hmac-sha256.ts';

describe('HMAC-SHA-256', () => {
  function expectAsOpenSsl(key: Uint8Array, text: string): void {
    const expected = createHmac('sha256', key).update(text).digest('hex');
    expect(new HmacSha256(key).digest(text).toString('hex')).to.equal(expected);
  }

  it('gives what RFC 4231 says (test case 2)', () => {
    const digest = new HmacSha256(Buffer.from('Jefe')).digest('what do ya want for nothing?');
    expect(digest.toString('hex')).to.equal(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('gives what OpenSSL gives, for any key and text', () => {
    assert(
      property(
        uint8Array({ maxLength: 140 }),
        string({ unit: 'binary', maxLength: 400 }),
        expectAsOpenSsl,
      ),
      { numRuns: 500 },
    );
  });

  for (const bytes of [64, 65]) {
    it(`takes keys of ${bytes} bytes, at the block's limit`, () => {
      expectAsOpenSsl(new Uint8Array(bytes).fill(7), 'text');
    });
  }

  for (const length of [341, 342]) {
    it(`takes texts of ${length} characters of three bytes`, () => {
      expectAsOpenSsl(new Uint8Array(32).fill(7), '€'.repeat(length));
    });
  }

  it('leaves nothing of a longer text in the next', () => {
    const hmac = new HmacSha256(new Uint8Array(32));
    const before = hmac.digest('b').toString('hex');
    hmac.digest('a much longer text');
    expect(hmac.digest('b').toString('hex')).to.equal(before);
  });
});
