import { expect } from 'chai';
import { assert, property, uint8Array } from 'fast-check';
import { FieldCursor } from './field-cursor.ts';

function read(...bytes: number[]) {
  const cursor = new FieldCursor(Uint8Array.from(bytes), 0, bytes.length);
  const hasField = cursor.next();
  const { error, field, wireType, start, end } = cursor;
  return { hasField, error, field, wireType, start, end };
}

const nine = Array.from({ length: 9 }, () => 0xff);

describe('FieldCursor', () => {
  it('reads each wire type', () => {
    expect(read(0x08, 0x96, 0x01)).to.include({ field: 1, wireType: 0, start: 1, end: 3 });
    expect(read(0x11, 1, 2, 3, 4, 5, 6, 7, 8)).to.include({ field: 2, wireType: 1, end: 9 });
    expect(read(0x1a, 2, 7, 7)).to.include({ field: 3, wireType: 2, start: 2, end: 4 });
    expect(read(0x25, 1, 2, 3, 4)).to.include({ field: 4, wireType: 5, end: 5 });
  });

  it('takes varints of 64 bits and refuses more', () => {
    expect(read(0x08, ...nine, 0x01)).to.include({ hasField: true, end: 11 });
    expect(read(0x08, ...nine, 0x02).error).to.equal('varint_too_long');
    expect(read(0x08, ...nine, 0x81, 0x00).error).to.equal('varint_too_long');
  });

  it('takes lengths that are longer than they need to be', () => {
    expect(read(0x0a, 0x81, 0x80, 0x00, 0x61)).to.include({ start: 4, end: 5 });
  });

  it('tells a length beyond the end from one beyond 2^31-1', () => {
    expect(read(0x0a, 0xff, 0xff, 0xff, 0xff, 0x07).error).to.equal('truncated');
    expect(read(0x0a, 0x80, 0x80, 0x80, 0x80, 0x08).error).to.equal('length_too_large');
  });

  it('takes field numbers up to 2^29-1', () => {
    expect(read(0xf8, 0xff, 0xff, 0xff, 0x0f, 0x00)).to.include({ field: 536_870_911 });
    expect(read(0x80, 0x80, 0x80, 0x80, 0x10, 0x00).error).to.equal('invalid_field_number');
    expect(read(0x00).error).to.equal('invalid_field_number');
  });

  it('stays within the message, not only within the bytes', () => {
    const cursor = new FieldCursor(Uint8Array.of(0x0a, 2, 1, 1), 0, 3);
    expect(cursor.next()).to.equal(false);
    expect(cursor.error).to.equal('truncated');
  });

  it('comes to an end on any bytes, moving on at each step', () => {
    assert(
      property(uint8Array({ maxLength: 40 }), (bytes) => {
        const cursor = new FieldCursor(bytes, 0, bytes.length + 5);
        let before = 0;
        while (cursor.next()) {
          expect(cursor.position).to.be.above(before).and.at.most(bytes.length);
          expect(cursor.end).to.equal(cursor.position);
          before = cursor.position;
        }
        expect(cursor.error !== undefined || cursor.position === bytes.length).to.equal(true);
        expect(cursor.next()).to.equal(false);
      }),
      { numRuns: 2000 },
    );
  });
});
