import { SeededRandom } from '@spanguard/testkit';
import { expect } from 'chai';
import { nodeFileSystem } from '../pipeline/file-system.ts';
import { silentLogger } from '../pipeline/logger.ts';
import type { RecordHeader } from './record-header.ts';
import { newForm } from './record-format.ts';
import { Segment } from './segment.ts';
import { SegmentList } from './segment-list.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_128);
const RECORD_BYTES = 100;
const file = {
  write: () => Promise.resolve(0),
  read: () => Promise.resolve(0),
  sync: () => Promise.resolve(),
  size: () => Promise.resolve(0),
  close: () => Promise.resolve(),
};

/** A record of two items. */
function headerOf(sequence: number, itemsBefore: number): RecordHeader {
  const rest = { kind: 0, signal: 0, itemCount: 2, appendedAtMs: 0, sections: [] };
  return { ...rest, sequence, itemsBefore, bytes: RECORD_BYTES };
}

describe('the list of segments', () => {
  /** Segments with leaps between and within them; the last one may be empty. */
  function listOf(random: SeededRandom): { list: SegmentList; segments: readonly Segment[] } {
    const segments: Segment[] = [];
    let [sequence, items] = [random.int(0, 5), 0];
    const count = random.int(0, 12);
    for (let index = 0; index < count; index += 1) {
      const form = newForm(Buffer.alloc(8));
      const segment = new Segment({ path: `/${index}`, file, form }, 0);
      const isEmpty = index === count - 1 && random.int(0, 1) === 0;
      const records = isEmpty ? 0 : random.int(1, 6);
      for (let record = 0; record < records; record += 1) {
        segment.add(headerOf(sequence, items), record * RECORD_BYTES);
        items += 2;
        sequence += random.int(1, 3);
      }
      segments.push(segment);
      sequence += random.int(0, 10);
    }
    const list = new SegmentList({ segments, fileSystem: nodeFileSystem, logger: silentLogger });
    return { list, segments };
  }

  it('finds what one finds who looks at every record', () => {
    const random = new SeededRandom(SEED);
    for (let round = 0; round < 60; round += 1) {
      const { list, segments } = listOf(random);
      const all = segments.flatMap((segment) =>
        Array.from({ length: segment.count }, (_, row) => ({ segment, row })),
      );
      const last = list.lastSequence;
      expect(last).to.equal(all.at(-1)?.segment.sequenceAt(all.at(-1)?.row ?? 0) ?? -1);
      for (let sequence = -1; sequence <= last + 2; sequence += 1) {
        const what = `seed ${SEED}, round ${round}, after ${sequence}`;
        const after = all.filter(({ segment, row }) => segment.sequenceAt(row) > sequence);
        const [first] = after;
        const found = list.find(sequence);
        expect(found?.segment, what).to.equal(first?.segment);
        expect(found?.row, what).to.equal(first?.row);
        expect(list.after(sequence), what).to.deep.equal({
          records: after.length,
          bytes: after.length * RECORD_BYTES,
        });
        const at = all.find(({ segment, row }) => segment.sequenceAt(row) === sequence);
        const items = at?.segment.itemsThroughAt(at.row);
        if (sequence < 0) continue;
        expect(list.positionOf(sequence)?.items, what).to.equal(items);
      }
    }
  });
});
