import { isUtf8 } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import { TextCheck } from './text-check.ts';

describe('TextCheck', () => {
  it('finds in any part of any buffer what Node finds in it', () => {
    const piece = fc.oneof(
      fc.constantFrom('é', '€', '😀', 'abcdefgh').map((text) => [...Buffer.from(text)]),
      fc.constantFrom([0x80], [0xc3], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc0, 0xaf]),
      fc.uint8Array({ maxLength: 6 }).map((bytes) => [...bytes]),
      fc.integer({ min: 0x20, max: 0x7e }).map((byte) => [byte]),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.nat(3),
        fc.nat(40),
        fc.nat(40),
        (pieces, misaligned, from, length) => {
          const content = Uint8Array.from([...Array<number>(misaligned).fill(0), ...pieces.flat()]);
          const bytes = content.subarray(misaligned);
          const start = Math.min(from, bytes.length);
          const end = Math.min(start + length, bytes.length);
          expect(new TextCheck(bytes).isUtf8(start, end)).to.equal(
            isUtf8(bytes.subarray(start, end)),
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('takes empty buffers and empty texts', () => {
    expect(new TextCheck(new Uint8Array(0)).isUtf8(0, 0)).to.equal(true);
    expect(new TextCheck(Uint8Array.of(0xff)).isUtf8(0, 0)).to.equal(true);
  });
});
