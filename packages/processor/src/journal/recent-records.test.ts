import { expect } from 'chai';
import { RecentRecords } from './recent-records.ts';
import type { RecordHeader } from './record-format.ts';

const BYTES = 5000;

describe('recent records', () => {
  let recent: RecentRecords;

  beforeEach(() => (recent = new RecentRecords(2 * BYTES)));

  function keep(sequence: number, { bytes = BYTES, readers = 1 } = {}): void {
    const header: RecordHeader = {
      kind: 'batch',
      signal: 0,
      sequence,
      payloadBytes: bytes,
      observationsBytes: 2,
      itemCount: 1,
      appendedAtMs: 0,
      itemsBefore: 0,
    };
    const payload = Buffer.alloc(bytes - 2, sequence);
    recent.keep(header, { observations: Buffer.from('[]'), payload }, readers);
  }

  it('gives a record to as many readers as there are, observations first', () => {
    keep(7, { readers: 2 });
    for (const _ of [1, 2]) {
      const record = recent.take(7);
      expect(record?.header.sequence).to.equal(7);
      expect(record?.payload.subarray(0, 3)).to.deep.equal(Buffer.from([0x5b, 0x5d, 7]));
      expect(record?.payload).to.have.length(BYTES);
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
    expect(two?.payload.at(-1)).to.equal(1);
    two?.release();
    keep(3);
    expect(recent.take(3)?.payload.buffer).to.equal(two?.payload.buffer);
  });

  it('leaves what is taken to its reader, even where it lets it go', () => {
    keep(1, { readers: 2 });
    const taken = recent.take(1);
    for (const sequence of [2, 3, 4]) keep(sequence);
    expect(recent.take(1)).to.equal(undefined);
    expect(taken?.payload.at(-1)).to.equal(1);
  });
});
