import { expect } from 'chai';
import fc from 'fast-check';
import { scalarPrefilter } from './scalar-prefilter.ts';
import { createPrefilter } from './simd-prefilter.ts';

describe('the prefilter', () => {
  const scalar = scalarPrefilter();
  const simd = createPrefilter();

  it('marks the same in its SIMD and its plain form', () => {
    const interesting = fc.constantFrom(
      ...Array.from('@=:>%-0123456789 +eyJBbAaSsghpk_password token".\\\0', (one) =>
        one.charCodeAt(0),
      ),
    );
    const byte = fc.oneof({ weight: 4, arbitrary: interesting }, fc.nat(255));
    const text = fc.constantFrom(
      ...['password', 'api_key', 'toke%6e', 'secre\\u0074', 'secre\\u00zz', '"v"', ' v ', 'value'],
      ...['https', 'otps', 'numbers/'],
      ...[
        '","',
        "', '",
        ' "',
        "('",
        ' \\"',
        ' -',
        ' --',
        '--',
        'VALUES (',
        'values  (',
        'Values\n(',
      ],
      ...['Bearer ', 'basic ', "dBY '", '%3D', '%70', '"'],
    );
    const part = fc.oneof(
      byte.map((one) => Buffer.of(one)),
      text.map((one) => Buffer.from(one)),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (content) => {
        const bytes = Uint8Array.from(Buffer.concat(content));
        expect([...simd.mark(bytes)]).to.deep.equal([...scalar.mark(bytes)]);
      }),
      { numRuns: 10_000 },
    );
    // Longer than what is classified in one go, with each part in many places of it.
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 20 }), fc.nat(900), (content, more) => {
        const once = Buffer.concat(content);
        const bytes = Buffer.alloc(600 + more, once.length > 0 ? once : 'a');
        const { marks, notable } = simd.markBatch(bytes);
        const plain = scalar.markBatch(bytes);
        expect([...marks]).to.deep.equal([...plain.marks]);
        expect([...notable]).to.deep.equal([...plain.notable]);
      }),
      { numRuns: 1000 },
    );
  });

  it('notes bytes that are marked, and those that are not ASCII', () => {
    const bytes = Uint8Array.of(0x40, 0x61, 0x7f, 0x80, 0x61, 0xff);
    for (const prefilter of [simd, scalar]) {
      const { marks, notable } = prefilter.markBatch(bytes);
      expect([marks[0], notable[0]]).to.deep.equal([0b1, 0b10_1001]);
    }
  });

  it('marks signs behind names of secrets, and none behind the scheme of a URL or a slash', () => {
    const isMarked = (text: string): boolean =>
      [simd, scalar].some((one) => one.mark(Buffer.from(text)).some((word) => word !== 0));
    for (const text of ['otps=1', 'totps: 1', 'x-otps":', 'ot%70s=1', 'a/otps=1', 'numbers:']) {
      expect(isMarked(text), text).to.equal(true);
    }
    for (const text of ['https:', 'HTTPS:', '"https":', 'card numbers/:id', '/pins/"']) {
      expect(isMarked(text), text).to.equal(false);
    }
  });

  it('forgets the batch before, and grows with a larger one', () => {
    const large = new Uint8Array(300_000).fill(0x40);
    expect(simd.mark(large)[9000]).to.equal(0xffffffff);
    expect([...simd.mark(Uint8Array.of(0x41, 0x40))]).to.deep.equal([2]);
    expect([...simd.mark(new Uint8Array(0))]).to.deep.equal([0]);
  });
});
