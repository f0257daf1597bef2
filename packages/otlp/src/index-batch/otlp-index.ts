/** What is known of one batch: frames, candidates, records and cells over its bytes. */

import type { OtlpLimits } from '../limits.ts';
import { FaultTable } from './fault-table.ts';
import { CandidateTable, CellTable, FrameTable, RecordTable } from './tables.ts';

const NO_BYTES = new Uint8Array(0);

/**
 * The arena of one batch at a time. Made once, filled by `indexOtlp` again and again; the tables
 * keep their memory, which the limits of the batches bound. All offsets are into `bytes`.
 */
export class OtlpIndex {
  /** The batch last indexed. */
  bytes: Uint8Array = NO_BYTES;
  /** False while and after a walk that ended in an error: such an index must not be used. */
  isComplete = false;
  /** Length-delimited fields that OTLP does not know and whose bytes are marked. */
  unknownMarked = 0;
  /** What has to be mended before the batch goes anywhere: see `mendOtlp`. */
  readonly faults: FaultTable = new FaultTable();
  readonly frames: FrameTable = new FrameTable();
  readonly candidates: CandidateTable = new CandidateTable();
  readonly records: RecordTable = new RecordTable();
  /** Cells of the records' attributes: row = record. */
  readonly recordCells: CellTable = new CellTable();
  /** Cells of the resources' attributes: row = `records.resource`. */
  readonly resourceCells: CellTable = new CellTable();

  /** Empties all tables for a batch with so many columns. Called by `indexOtlp`. */
  begin(bytes: Uint8Array, columns: number, limits: OtlpLimits): void {
    this.bytes = bytes;
    this.isComplete = false;
    this.unknownMarked = 0;
    this.faults.begin();
    this.frames.begin(limits.frames);
    this.candidates.begin(limits.candidates);
    this.records.begin(limits.records);
    this.recordCells.begin(columns, limits.records);
    this.resourceCells.begin(columns, limits.resources);
  }
}
