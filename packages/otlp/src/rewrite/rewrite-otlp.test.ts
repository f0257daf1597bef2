import { expect } from 'chai';
import { field, keyValue, resourceOf, spanOf, varint } from '../../test/wire-bytes.ts';
import { indexOtlp } from '../index-batch/index-otlp.ts';
import { KeyTable } from '../index-batch/key-table.ts';
import { OtlpIndex } from '../index-batch/otlp-index.ts';
import { ByteArena } from '../wire/byte-arena.ts';
import { deleteCandidate, deleteFrame, replaceCandidate } from './edit-candidate.ts';
import { EditList } from './edit-list.ts';
import { rewriteOtlp } from './rewrite-otlp.ts';

const keys = new KeyTable({ classify: () => 0, columns: [] });
const index = new OtlpIndex();
const edits = new EditList();
const out = new ByteArena();
const text = (value: string): number[] => field(1, value);
const bytesOf = (value: string): Uint8Array => new TextEncoder().encode(value);

/** A span whose name has this length. */
function named(length: number): Uint8Array {
  return spanOf(field(5, 'n'.repeat(length)), [0x30, 2]);
}

/** A span's name behind a tag of three bytes. */
function wide(name: string): number[] {
  return [0xaa, 0x80, 0x00, name.length, ...bytesOf(name)];
}

/** Indexes, lets `edit` edit, rewrites. */
function rewritten(bytes: Uint8Array, edit: () => void): Uint8Array {
  expect(indexOtlp(index, { signal: 'traces', bytes, marks: null, keys }).ok).to.equal(true);
  edits.clear();
  edit();
  return rewriteOtlp(index, edits, out);
}

/** Frame of a candidate, `[start, end)` of which is its value. */
function frameOf(candidate: number): { frame: number; start: number; end: number } {
  const frame = index.candidates.frame[candidate] ?? -1;
  return { frame, start: index.frames.start[frame] ?? -1, end: index.frames.end[frame] ?? -1 };
}

describe('rewriteOtlp', () => {
  it('widens and narrows the lengths of all ancestors', () => {
    for (const [from, to] of [
      [10, 127],
      [10, 128],
      [10, 20_000],
      [127, 128],
      [128, 127],
      [20_000, 0],
    ] as const) {
      const result = rewritten(named(from), () => {
        replaceCandidate(edits, index, 0, bytesOf('n'.repeat(to)));
      });
      expect(result).to.deep.equal(named(to));
    }
  });

  it('keeps a length that is longer than it need be unless it changes', () => {
    const name = [0x2a, ...varint(3, 3), 0x61, 0x62, 0x63];
    const same = rewritten(spanOf(name), () => replaceCandidate(edits, index, 0, bytesOf('xyz')));
    expect(same).to.deep.equal(spanOf([0x2a, ...varint(3, 3), 0x78, 0x79, 0x7a]));
    const other = rewritten(spanOf(name), () => replaceCandidate(edits, index, 0, bytesOf('xy')));
    expect(other).to.deep.equal(spanOf(field(5, 'xy')));
  });

  it('mends a length behind a tag that is longer than it need be', () => {
    const result = rewritten(spanOf(wide('abc')), () => {
      replaceCandidate(edits, index, 0, bytesOf('x'));
    });
    expect(result).to.deep.equal(spanOf(wide('x')));
  });

  it('replaces a number by a string', () => {
    const result = rewritten(resourceOf(keyValue('pin', [0x18, 7])), () => {
      replaceCandidate(edits, index, 1, bytesOf('[pin]'));
    });
    expect(result).to.deep.equal(resourceOf(keyValue('pin', text('[pin]'))));
  });

  it('deletes attributes and unknown fields, and empties names', () => {
    const bytes = spanOf(
      field(5, 'name'),
      field(9, field(1, 'k'), field(2, text('v'))),
      field(99, 'x'),
    );
    const result = rewritten(bytes, () => {
      for (let row = 0; row < index.candidates.count; row++) deleteCandidate(edits, index, row);
    });
    expect(result).to.deep.equal(spanOf(field(5)));
  });

  it('drops what lies inside a deleted attribute, in whatever order it was said', () => {
    const bytes = resourceOf(keyValue('a', text('v')), keyValue('b', text('w')));
    const expected = resourceOf(keyValue('b', text('new')));
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      const result = rewritten(bytes, () => {
        const { frame, start, end } = frameOf(1);
        const does = [
          () => edits.replace(frame, start, end, bytesOf('longer than before')),
          () => deleteCandidate(edits, index, 0),
          () => replaceCandidate(edits, index, 3, bytesOf('new')),
          () => edits.replace(frame, end, end, bytesOf('at its end')),
        ];
        for (const which of order) does[which]?.();
        does[3]?.();
      });
      expect(result).to.deep.equal(expected);
    }
  });

  it('lets of two overlapping edits the later begin where the earlier ends', () => {
    const result = rewritten(spanOf(field(5, '0123456789')), () => {
      const { frame, start } = frameOf(0);
      edits.replace(frame, start + 3, start + 8, bytesOf('<later>'));
      edits.replace(frame, start + 1, start + 5, bytesOf('<earlier>'));
    });
    expect(result).to.deep.equal(spanOf(field(5, '0<earlier><later>89')));
  });

  it('inserts, inner frames before outer ones', () => {
    const bytes = spanOf(field(9, field(1, 'k'), field(2, text('v'))));
    const added = Uint8Array.from(field(9, field(1, 'n'), field(2, text('w'))));
    const result = rewritten(bytes, () => {
      const span = index.records.frame[0] ?? -1;
      const { frame, end } = frameOf(1);
      edits.replace(span, index.frames.end[span] ?? 0, index.frames.end[span] ?? 0, added);
      edits.replace(frame, end, end, bytesOf('!'));
    });
    expect(result).to.deep.equal(spanOf(field(9, field(1, 'k'), field(2, text('v!'))), [...added]));
  });

  it('deletes a whole record', () => {
    const result = rewritten(spanOf(field(5, 'name')), () => {
      deleteFrame(edits, index, index.records.frame[0] ?? -1);
    });
    expect(result).to.deep.equal(Uint8Array.from(field(1, field(2))));
  });

  it('gives the input itself when nothing is edited', () => {
    const bytes = spanOf(field(5, 'name'));
    expect(rewritten(bytes, () => undefined).buffer).to.equal(bytes.buffer);
  });

  it('refuses, as the mistakes they are, edits outside their frame and lists that overflowed', () => {
    const bytes = spanOf(field(5, 'name'));
    const outside = (frame: number, start: number, end: number) => () =>
      rewritten(bytes, () => edits.replace(frame, start, end, bytesOf('')));
    expect(outside(0, 0, bytes.length + 1)).to.throw(RangeError);
    expect(outside(1, 0, 1)).to.throw(RangeError);
    expect(outside(0, 2, 1)).to.throw(RangeError);
    expect(outside(99, 0, 0)).to.throw(RangeError);
    expect(outside(-1, 0, 0)).to.throw(RangeError);
    expect(() => rewritten(bytes, () => (edits.overflow = true))).to.throw(RangeError);
    indexOtlp(index, { signal: 'traces', bytes: Uint8Array.of(1), marks: null, keys });
    edits.clear();
    expect(() => rewriteOtlp(index, edits, out)).to.throw(RangeError);
  });
});

describe('EditList', () => {
  it('overflows beyond its number of edits, and starts over when cleared', () => {
    const list = new EditList({ edits: 2, replacementBytes: 100 });
    expect([1, 2].map(() => list.replace(0, 0, 0, bytesOf('x')))).to.deep.equal([true, true]);
    expect(list.overflow).to.equal(false);
    expect(list.replace(0, 0, 0, bytesOf('x'))).to.equal(false);
    expect(list).to.include({ overflow: true, count: 2 });
    list.clear();
    expect(list.replace(0, 0, 0, bytesOf('x'))).to.equal(true);
  });

  it('overflows beyond its bytes, and takes nothing after that', () => {
    const list = new EditList({ edits: 100, replacementBytes: 4 });
    expect(list.replace(0, 0, 0, bytesOf('four'))).to.equal(true);
    expect(list.replace(0, 0, 0, bytesOf(''))).to.equal(true);
    expect(list.replace(0, 0, 0, bytesOf('x'))).to.equal(false);
    expect(list.replace(0, 0, 0, bytesOf(''))).to.equal(false);
  });
});
