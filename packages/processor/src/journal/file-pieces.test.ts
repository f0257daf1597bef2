import { crc32 } from 'node:zlib';
import { SeededRandom } from '@spanguard/testkit';
import { expect } from 'chai';
import type { OpenFile } from '../pipeline/file-system.ts';
import { FilePieces } from './file-pieces.ts';

const PIECE_BYTES = 256 * 1024;

/** A file of some bytes, read in however small parts. */
function fileOf(content: Buffer): OpenFile {
  return {
    write: () => Promise.resolve(0),
    read: (buffer, at) => Promise.resolve(content.copy(buffer, 0, at)),
    sync: () => Promise.resolve(),
    size: () => Promise.resolve(content.length),
    close: () => Promise.resolve(),
  };
}

describe('a file in pieces', () => {
  const content = Buffer.from(new SeededRandom(7).bytes(3 * PIECE_BYTES + 100));

  it('gives the bytes that were asked for, and fewer at the end only', async () => {
    const pieces = new FilePieces(fileOf(content), content.length);
    for (const at of [0, 10, PIECE_BYTES - 1, 5, 2 * PIECE_BYTES, content.length - 3]) {
      const bytes = await pieces.from(at, 100);
      expect(bytes.subarray(0, 100), `at ${at}`).to.deep.equal(content.subarray(at, at + 100));
    }
    expect(await pieces.from(content.length, 100)).to.have.length(0);
  });

  it('sums up what is larger than a piece, and says where the file ends before', async () => {
    const pieces = new FilePieces(fileOf(content), content.length);
    const bytes = content.length - 50;
    expect(await pieces.checksum(50, bytes, 7)).to.equal(crc32(content.subarray(50), 7));
    expect(await pieces.checksum(50, bytes + 1, 7)).to.equal(undefined);
    expect(await pieces.checksum(50, 0, 7)).to.equal(7);
  });

  it('finds what lies across two pieces', async () => {
    for (let before = 0; before <= 8; before += 1) {
      const marked = Buffer.alloc(2 * PIECE_BYTES);
      const at = PIECE_BYTES - before;
      marked.write('marked!!', at);
      const pieces = new FilePieces(fileOf(marked), marked.length);
      expect(await pieces.find(Buffer.from('marked!!'), 0)).to.equal(at);
      expect(await pieces.find(Buffer.from('marked!!'), at + 1)).to.equal(undefined);
    }
  });
});
