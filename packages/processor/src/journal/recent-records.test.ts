import { expect } from 'chai';
import { type RecentRecord, RecentRecords } from './recent-records.ts';
import { ReadBuffers } from './read-buffers.ts';
import { recordOf } from '../../test/test-journal.ts';
import { SECTION } from '../model/sections.ts';
import { headerOf } from './append.ts';

const BYTES = 5000;

describe('recent records', () => {
  let recent: RecentRecords;

  beforeEach(() => (recent = new RecentRecords(2 * BYTES, new ReadBuffers(8 * BYTES))));

  function keep(sequence: number, { bytes = BYTES, readers = 1 } = {}): void {
    const record = recordOf(String.fromCharCode(sequence).repeat(bytes - 2), { facts: '[]' });
    const header = headerOf(record, { sequence, appendedAtMs: 0, itemsBefore: 0 });
    recent.keep(header, record.sections, readers);
  }

  /** The sections of a record that was taken: facts, then payload. */
  function bytesOf(record: RecentRecord | undefined): readonly Buffer[] {
    return (record?.header.sections ?? []).map(
      (place) => record?.bytesOf(place) ?? Buffer.alloc(0),
    );
  }
  const payloadOf = (record: RecentRecord | undefined): Buffer =>
    bytesOf(record).at(-1) ?? Buffer.alloc(0);

  it('gives a record to as many readers as there are, section by section', () => {
    keep(7, { readers: 2 });
    for (const _ of [1, 2]) {
      const record = recent.take(7);
      expect(record?.header.sequence).to.equal(7);
      expect(record?.header.sections.map(({ type }) => type)).to.deep.equal([
        SECTION.facts,
        SECTION.payload,
      ]);
      expect(bytesOf(record).map(String)).to.deep.equal(['[]', '\u0007'.repeat(BYTES - 2)]);
      record?.release();
    }
    expect(recent.take(7)).to.equal(undefined);
  });

  it('keeps nothing for nobody', () => {
    keep(1, { readers: 0 });
    expect(recent.take(1)).to.equal(undefined);
  });

  it('keeps a record right at its limit of bytes and none above it', () => {
    keep(1, { bytes: 2 * BYTES });
    keep(2, { bytes: 2 * BYTES + 1 });
    expect(recent.take(1)).to.not.equal(undefined);
    expect(recent.take(2)).to.equal(undefined);
  });

  it('lets the oldest go where there is no room', () => {
    for (const sequence of [1, 2, 3]) keep(sequence);
    expect([1, 2, 3].map((sequence) => recent.take(sequence) !== undefined)).to.deep.equal([
      false,
      true,
      true,
    ]);
  });

  it('uses memory again only when every reader has released it', () => {
    keep(1, { readers: 2 });
    const [one, two] = [recent.take(1), recent.take(1)];
    one?.release();
    keep(2);
    expect(payloadOf(two).at(-1)).to.equal(1);
    two?.release();
    keep(3);
    expect(payloadOf(recent.take(3)).buffer).to.equal(payloadOf(two).buffer);
  });

  it('leaves what is taken to its reader, even where it lets it go', () => {
    keep(1, { readers: 2 });
    const taken = recent.take(1);
    for (const sequence of [2, 3, 4]) keep(sequence);
    expect(recent.take(1)).to.equal(undefined);
    expect(payloadOf(taken).at(-1)).to.equal(1);
  });
});
