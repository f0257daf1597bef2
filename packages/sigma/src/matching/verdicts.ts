/** What a test decided, so that it decides once for each text of a batch, and each number. */
import type { RowCursor } from '../rows/row-cursor.ts';
import { ALWAYS, type TextTest } from './text-test.ts';

const UNDECIDED = 0;
const NO = 1;
const YES = 2;
/** Texts with a higher number are decided each time. */
const TEXTS_MAX = 1_024;
const NUMBERS_MAX = 256;

/** Several tests of one field, of which any or all must hold. */
export interface TextTests {
  readonly tests: readonly TextTest[];
  readonly isAll: boolean;
}

/** Decides texts of the batch a cursor is in. Of a list each test may hold for another part. */
export class TextVerdicts {
  readonly #tests: readonly TextTest[];
  readonly #isAll: boolean;
  #batch: object | undefined;
  #verdicts = new Uint8Array(0);

  constructor({ tests, isAll }: TextTests) {
    this.#tests = tests;
    this.#isAll = isAll;
  }

  /** `id` is not 0. */
  of(cursor: RowCursor, id: number): boolean {
    if (cursor.batch !== this.#batch) this.#begin(cursor);
    const known = this.#verdicts[id];
    if (known === YES) return true;
    if (known === NO) return false;
    const holds = this.#decide(cursor, id);
    if (known === UNDECIDED) this.#verdicts[id] = holds ? YES : NO;
    return holds;
  }

  #begin(cursor: RowCursor): void {
    this.#batch = cursor.batch;
    const length = Math.min(TEXTS_MAX, cursor.texts.count + 1);
    if (this.#verdicts.length < length) this.#verdicts = new Uint8Array(length);
    else this.#verdicts.fill(UNDECIDED, 0, length);
  }

  #decide(cursor: RowCursor, id: number): boolean {
    const parts = cursor.texts.partsOf(id);
    const text = parts === undefined ? cursor.texts.textOf(id) : '';
    const folded = parts === undefined ? cursor.foldedOf(id) : '';
    for (const test of this.#tests) {
      const holds =
        parts === undefined ? test.matches(text, folded) : holdsForOne(cursor, parts, test);
      if (holds !== this.#isAll) return holds;
    }
    return this.#isAll;
  }
}

function holdsForOne(cursor: RowCursor, ids: readonly number[], test: TextTest): boolean {
  // Of a list without parts all that can be said is that it is there.
  if (test === ALWAYS) return true;
  for (const id of ids) {
    if (test.matches(cursor.texts.textOf(id), cursor.foldedOf(id))) return true;
  }
  return false;
}

/** Decides the decimal text of numbers; remembers the last ones. */
export function onDecimal({ matches }: TextTest): (value: number) => boolean {
  const decided = new Map<number, boolean>();
  return (value) => {
    const known = decided.get(value);
    if (known !== undefined) return known;
    const text = String(value);
    const holds = matches(text, text.toLowerCase());
    if (decided.size >= NUMBERS_MAX) decided.clear();
    decided.set(value, holds);
    return holds;
  };
}
