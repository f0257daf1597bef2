/** What a batch holds that decodes, and that a strict backend refuses together with all around it. */

const ROWS_MIN = 16;

/** Kinds of fault. */
export const FAULT = {
  /** A text that is not UTF-8; the frame is the text. */
  text: 1,
  /** A record with an id that is neither absent nor of 16 or 8 bytes; the frame is the record. */
  recordId: 2,
} as const;

/** Faults in the order of the bytes. Bounded as frames are: each has a frame of its own. */
export class FaultTable {
  count = 0;
  /** {@link FAULT}. */
  kind: Uint8Array<ArrayBuffer> = new Uint8Array(ROWS_MIN);
  frame: Int32Array<ArrayBuffer> = new Int32Array(ROWS_MIN);
  #lastRecord = -1;

  begin(): void {
    this.count = 0;
    this.#lastRecord = -1;
  }

  /** A frame that found no place (-1) is told of by whoever adds the next one. */
  addText(frame: number): void {
    if (frame < 0) return;
    this.#add(FAULT.text, frame);
  }

  /** Refuses a record; once, however many of its ids are wrong. */
  addRecord(frame: number): void {
    if (frame === this.#lastRecord) return;
    this.#lastRecord = frame;
    this.#add(FAULT.recordId, frame);
  }

  #add(kind: number, frame: number): void {
    const row = this.count++;
    if (row >= this.kind.length) {
      const [kinds, frames] = [this.kind, this.frame];
      this.kind = new Uint8Array(row * 2);
      this.kind.set(kinds);
      this.frame = new Int32Array(row * 2);
      this.frame.set(frames);
    }
    this.kind[row] = kind;
    this.frame[row] = frame;
  }
}
