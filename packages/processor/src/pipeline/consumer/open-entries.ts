/** Which records a consumer was handed and is not done with: how long the oldest of them has waited. */
import type { Entry } from './entry-source.ts';

/** Records appended within so long count as one: ages are right to this, and little is remembered. */
const GRAIN_MS = 250;

interface Stretch {
  readonly sinceMs: number;
  lastSequence: number;
}

/** See the head of this file. */
export class OpenEntries {
  /** The oldest first. */
  readonly #open: Stretch[] = [];

  /** When the oldest was appended, in its journal's own time; undefined where there is none. */
  get sinceMs(): number | undefined {
    return this.#open[0]?.sinceMs;
  }

  /** An entry is handed out; they come in order. */
  add({ sequence, appendedAtMs }: Pick<Entry, 'sequence' | 'appendedAtMs'>): void {
    const last = this.#open.at(-1);
    if (last !== undefined && appendedAtMs - last.sinceMs < GRAIN_MS) last.lastSequence = sequence;
    else this.#open.push({ sinceMs: appendedAtMs, lastSequence: sequence });
  }

  /** Everything up to a sequence is done with. */
  close(sequence: number): void {
    while ((this.#open[0]?.lastSequence ?? Infinity) <= sequence) this.#open.shift();
  }
}
