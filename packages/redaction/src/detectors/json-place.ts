/** Follows quotes through a value to tell where in a JSON document something stands, at any nesting. */
import { placeholderEnd } from '../detectors/placeholder.ts';

const LEVELS_MAX = 6;
const [QUOTE, BACKSLASH] = [0x22, 0x5c] as const;

/**
 * Moves forward only, so that all questions on one value together read it once. A quote behind as many
 * backslashes as end in n ones, in binary, is a quote of the document n levels deep.
 */
export class JsonPlace {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  #run = 0;
  /** Whether a text is open, by level. */
  readonly #isOpen = new Uint8Array(LEVELS_MAX);
  /** Whether the open text around a level holds a document. */
  readonly #isDocument = new Uint8Array(LEVELS_MAX + 1);

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#isDocument[0] = this.#beginsDocument(start);
  }

  /** Whether the value as a whole is a document. */
  get isDocument(): boolean {
    return this.#isDocument[0] === 1;
  }

  /** The quote that makes a text of what stands bare at this place; empty inside texts. */
  quoteAt(at: number): string {
    this.#advance(at);
    for (let level = 0; level < LEVELS_MAX; level++) {
      if (this.#isDocument[level] !== 1) return '';
      if (this.#isOpen[level] !== 1) return `${'\\'.repeat(2 ** level - 1)}"`;
    }
    return '';
  }

  /** Where the innermost text of a document ends in which this place stands; the end of the value outside. */
  textEnd(at: number): number {
    this.#advance(at);
    let level = 0;
    while (level < LEVELS_MAX && this.#isDocument[level] === 1 && this.#isOpen[level] === 1) {
      level += 1;
    }
    if (level === 0) return this.#end;
    let run = 0;
    for (let to = at; to < this.#end; to++) {
      const byte = this.#bytes[to];
      if (byte === QUOTE && trailingOnes(run) < level) return to - run;
      run = byte === BACKSLASH ? run + 1 : 0;
    }
    return this.#end;
  }

  #advance(to: number): void {
    for (; this.#at < to; this.#at++) {
      const byte = this.#bytes[this.#at];
      if (byte === BACKSLASH) this.#run += 1;
      else {
        if (byte === QUOTE) this.#toggle(trailingOnes(this.#run));
        this.#run = 0;
      }
    }
  }

  #toggle(level: number): void {
    if (level >= LEVELS_MAX) return;
    const opens = this.#isOpen[level] !== 1;
    this.#isOpen.fill(0, level);
    this.#isDocument.fill(0, level + 1);
    if (opens) {
      this.#isOpen[level] = 1;
      this.#isDocument[level + 1] = this.#beginsDocument(this.#at + 1);
    }
  }

  #beginsDocument(from: number): number {
    let at = from;
    while (at < this.#end && (this.#bytes[at] ?? 0) <= 0x20) at += 1;
    const first = at < this.#end ? this.#bytes[at] : 0;
    const isReplacement = first === 0x5b && placeholderEnd(this.#bytes, at, this.#end) > 0;
    return (first === 0x7b || first === 0x5b) && !isReplacement ? 1 : 0;
  }
}

function trailingOnes(run: number): number {
  let level = 0;
  for (let rest = run; (rest & 1) === 1; rest >>= 1) level += 1;
  return level;
}
