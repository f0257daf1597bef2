/**
 * Marks the few bytes worth a closer look, in one pass over a whole batch: texts and structure alike. A
 * superset: wherever a detector would find something in a value, a byte of that value is marked. What is
 * marked:
 *
 * - `@`;
 * - `=`, `:`, `>`, `%3D` and `%3A` where the last three letters before end a sensitive name, or one of a value
 *   (`"value":`, `"v":`), whose own name stands elsewhere;
 * - `,` behind a quote behind such letters; a quote or backslash behind a space or `(` behind them;
 * - the first dash of `--x`, the dash of ` -x`, and the first letter of `values (`;
 * - the 12th and every further digit of a run, separators of card numbers allowed between;
 * - escapes that may hide any of these: `%4X` to `%7X`, `%25`, `\u00`;
 * - `-12-3456` of social security numbers, and the first letter of `GB82` and eleven capitals or digits;
 * - the first three bytes of a token prefix and of `Bearer`, the second to fourth of `Basic`, and `---`.
 *
 * Structure bytes look like text, so nothing may hang on what stands before a value: digits are marked
 * at the end of a run, never at its beginning, which might lie in a length.
 *
 * This is the plain form, for machines without WebAssembly SIMD, and the oracle of the other.
 */
import { hasTrigram, type TriggerTables, trigramHash, triggerTables } from './triggers.ts';

/** What is noted of a batch. */
export interface Marked {
  /** Bit `i & 31` of word `i >>> 5` stands for byte `i`. */
  readonly marks: Uint32Array;
  /** The same for bytes that are marked or not ASCII: texts of others are neither sensitive nor ill-formed. */
  readonly notable: Uint32Array;
}

/** Marks bytes. */
export interface Prefilter {
  /** The marks of one text. Valid until the next call, of either method. */
  mark(bytes: Uint8Array): Uint32Array;
  /** The marks and notes of a batch. Valid until the next call, of either method. */
  markBatch(bytes: Uint8Array): Marked;
}

/** Fewer digits are no card number. */
const DIGITS_MIN = 12;
/** How far before a sign its name may end: quotes, escapes and spaces lie between. */
export const NAME_DISTANCE_MAX = 32;
const [PERCENT, DASH, BACKSLASH, SPACE, PAREN, QUOTE, APOSTROPHE, COMMA, LF] = [
  0x25, 0x2d, 0x5c, 0x20, 0x28, 0x22, 0x27, 0x2c, 0x0a,
] as const;
const [AT, SLASH, SMALL_P, SMALL_S, SMALL_V] = [0x40, 0x2f, 0x70, 0x73, 0x76] as const;
const V_DISTANCE_MAX = 6;
const VALUES: readonly number[] = [0x76, 0x61, 0x6c, 0x75, 0x65, 0x73];
const VALUES_SPACES_MAX = 4;
/** Capitals, digits and spaces behind country and check digits of the shortest account number. */
const IBAN_REST = 11;

/** The plain prefilter. */
export function scalarPrefilter(): Prefilter {
  const tables = triggerTables();
  let [marks, notable] = [new Uint32Array(1024), new Uint32Array(1024)];
  const mark = (bytes: Uint8Array): Uint32Array => {
    const words = (bytes.length >>> 5) + 1;
    if (words > marks.length) marks = new Uint32Array(words * 2);
    const view = marks.subarray(0, words);
    view.fill(0);
    scan(bytes, view, tables);
    return view;
  };
  return {
    mark,
    markBatch: (bytes) => {
      const marked = mark(bytes);
      if (marked.length > notable.length) notable = new Uint32Array(marks.length);
      const view = notable.subarray(0, marked.length);
      view.set(marked);
      for (const [at, byte] of bytes.entries()) if (byte > 0x7f) setMark(view, at);
      return { marks: marked, notable: view };
    },
  };
}

function scan(bytes: Uint8Array, marks: Uint32Array, tables: TriggerTables): void {
  let run = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x30 && byte <= 0x39) {
      run += 1;
      if (run >= DIGITS_MIN) setMark(marks, at);
    } else if (!isSeparator(byte, tables.separators)) run = 0;
    if (byte === PAREN) markValues(bytes, at, marks);
    if (byte !== AT && !passesNibbles(bytes, at, tables.nibbles)) continue;
    const marked = markedBytes(bytes, at, tables);
    if (marked > 0) setMark(marks, at + marked - 1);
  }
}

/** The coarse test that the SIMD form makes of sixteen bytes at once. */
function passesNibbles(bytes: Uint8Array, at: number, nibbles: Uint8Array): boolean {
  let buckets = 0xff;
  for (let place = 0; place < 3; place++) {
    const byte = bytes[at + place] ?? 0;
    const table = place * 32;
    buckets &= (nibbles[table + (byte & 15)] ?? 0) & (nibbles[table + 16 + (byte >> 4)] ?? 0);
    if (buckets === 0) return false;
  }
  return true;
}

/** 0 for no mark; 1 where this byte is marked, 2 where the next one is. */
function markedBytes(bytes: Uint8Array, at: number, tables: TriggerTables): number {
  const byte = bytes[at] ?? 0;
  const next = bytes[at + 1] ?? 0;
  const third = bytes[at + 2] ?? 0;
  if (isBeforeQuote(byte) || byte === QUOTE || byte === APOSTROPHE) {
    return marksNext(bytes, at, tables.names) ? 2 : 0;
  }
  return isTrigger(bytes, at, tables) || beginsLetters(byte, next, third) ? 1 : 0;
}

/** `-x` behind a space, a quote behind a name and a space or bracket, a comma behind a name in quotes. */
function marksNext(bytes: Uint8Array, at: number, names: Uint8Array): boolean {
  const byte = bytes[at] ?? 0;
  const next = bytes[at + 1] ?? 0;
  if (next === COMMA) return !isBeforeQuote(byte) && endsSensitiveName(bytes, at, names);
  if (!isBeforeQuote(byte)) return false;
  if (next === DASH) return byte === SPACE && isLetter(bytes[at + 2] ?? 0);
  const isQuote = next === QUOTE || next === APOSTROPHE || next === BACKSLASH;
  return isQuote && isWord(bytes[at - 1] ?? 0) && endsSensitiveName(bytes, at, names);
}

function isBeforeQuote(byte: number): boolean {
  return byte === SPACE || byte === PAREN;
}

function isTrigger(bytes: Uint8Array, at: number, { names, tokens }: TriggerTables): boolean {
  const byte = bytes[at] ?? 0;
  const next = bytes[at + 1] ?? 0;
  const third = bytes[at + 2] ?? 0;
  if (byte === AT) return true;
  if (byte === 0x3d || byte === 0x3a || byte === 0x3e) return mayNameSecret(bytes, at, names);
  if (byte === PERCENT) {
    if (next >= 0x34 && next <= 0x37) return true;
    if (next === 0x32) return third === 0x35;
    const code = third | 0x20;
    return next === 0x33 && (code === 0x64 || code === 0x61) && mayNameSecret(bytes, at, names);
  }
  if (byte === BACKSLASH) return next === 0x75 && third === 0x30;
  if (byte === DASH) {
    if (next === DASH) return third === DASH || isLetter(third);
    return isDigit(next) && isDigit(third) && bytes[at + 3] === DASH && isDigit(bytes[at + 7] ?? 0);
  }
  if (isCapital(byte) && isCapital(next) && isDigit(third) && beginsIban(bytes, at)) return true;
  return hasTrigram(tokens, trigramHash(byte, next, third));
}

/** `Bea` of `Bearer`, `asi` of `Basic`. */
function beginsLetters(byte: number, next: number, third: number): boolean {
  const letters = ((byte | 0x20) << 16) | ((next | 0x20) << 8) | third | 0x20;
  return letters === 0x626561 || letters === 0x617369;
}

/** The first letter of `values (`, with few spaces or none: told from the bracket, which is rare. */
function markValues(bytes: Uint8Array, paren: number, marks: Uint32Array): void {
  let end = paren;
  const limit = paren - VALUES_SPACES_MAX;
  while (end > limit && (bytes[end - 1] === SPACE || bytes[end - 1] === LF)) end -= 1;
  const at = end - VALUES.length;
  if (at < 0) return;
  for (const [place, letter] of VALUES.entries()) {
    if (((bytes[at + place] ?? 0) | 0x20) !== letter) return;
  }
  setMark(marks, at);
}

/** Whether a sign may stand behind the name of a secret, or of a value whose name stands elsewhere. */
export function mayNameSecret(bytes: Uint8Array, at: number, names: Uint8Array): boolean {
  return endsSensitiveName(bytes, at, names) || endsSingleV(bytes, at);
}

/** `"v":`, `v=`: too short a name for its last three letters. */
function endsSingleV(bytes: Uint8Array, at: number): boolean {
  let from = at - 1;
  const limit = Math.max(0, at - V_DISTANCE_MAX);
  while (from > limit && isBesideV(bytes[from] ?? 0)) from -= 1;
  return from > 0 && ((bytes[from] ?? 0) | 0x20) === SMALL_V && !isWord(bytes[from - 1] ?? 0);
}

function isBesideV(byte: number): boolean {
  return byte === SPACE || byte === QUOTE || byte === APOSTROPHE || byte === BACKSLASH;
}

/**
 * Whether the last three letters before a sign end a sensitive name, escaped ones included. Digits behind
 * them do not count. Looks at most {@link NAME_DISTANCE_MAX} bytes back.
 */
export function endsSensitiveName(bytes: Uint8Array, at: number, names: Uint8Array): boolean {
  const limit = Math.max(0, at - NAME_DISTANCE_MAX);
  let found = 0;
  let middle = 0;
  let last = 0;
  for (let from = at - 1; from >= limit; from--) {
    let byte = bytes[from] ?? 0;
    // No name goes on before a slash: `/users/:id`.
    if (byte === SLASH) return false;
    if (!isWord(byte)) continue;
    // Both digits are looked at: the percent sign might be the length of a value that begins behind it.
    const isPercent =
      from >= 2 && bytes[from - 2] === PERCENT && isHex(byte) && isHex(bytes[from - 1] ?? 0);
    if (isPercent || endsUnicodeEscape(bytes, from)) {
      byte = hexByte(bytes[from - 1] ?? 0, byte);
      from -= isPercent ? 2 : 5;
      if (!isWord(byte)) continue;
    }
    if (found === 0 && isDigit(byte)) continue;
    const small = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
    if (found === 2) {
      // `https:` ends as `otps:` does.
      const isHttps = last === SMALL_S && middle === SMALL_P && isLetterT(small);
      if (isHttps && isLetterT(bytes[from - 1] ?? 0)) return false;
      return hasTrigram(names, trigramHash(small, middle, last));
    }
    if (found === 1) middle = small;
    else last = small;
    found += 1;
  }
  return false;
}

/**
 * `\u00XX`, in full: ids that end in `\u` stand before some values, but no tag of a value is a zero digit.
 */
function endsUnicodeEscape(bytes: Uint8Array, at: number): boolean {
  return (
    at >= 5 &&
    bytes[at - 5] === BACKSLASH &&
    bytes[at - 4] === 0x75 &&
    bytes[at - 3] === 0x30 &&
    bytes[at - 2] === 0x30
  );
}

function isWord(byte: number): boolean {
  const small = byte | 0x20;
  return (small >= 0x61 && small <= 0x7a) || (byte >= 0x30 && byte <= 0x39);
}

function isLetter(byte: number): boolean {
  const small = byte | 0x20;
  return small >= 0x61 && small <= 0x7a;
}

function isLetterT(byte: number): boolean {
  return (byte | 0x20) === 0x74;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isHex(byte: number): boolean {
  const small = byte | 0x20;
  return isDigit(byte) || (small >= 0x61 && small <= 0x66);
}

/** Of two hexadecimal digits; 0 where one is none. */
function hexByte(high: number, low: number): number {
  if (!isHex(high) || !isHex(low)) return 0;
  const value = (digit: number): number => (digit & 15) + (isDigit(digit) ? 0 : 9);
  return (value(high) << 4) | value(low);
}

function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

function isSeparator(byte: number, tables: Uint8Array): boolean {
  return ((tables[byte & 15] ?? 0) & (tables[16 + (byte >> 4)] ?? 0)) !== 0;
}

function beginsIban(bytes: Uint8Array, at: number): boolean {
  if (!isDigit(bytes[at + 3] ?? 0)) return false;
  for (let place = at + 4; place < at + 4 + IBAN_REST; place++) {
    const byte = bytes[place] ?? 0;
    if (!isCapital(byte) && !isDigit(byte) && byte !== 0x20) return false;
  }
  return true;
}

function setMark(marks: Uint32Array, at: number): void {
  marks[at >>> 5] = (marks[at >>> 5] ?? 0) | (1 << (at & 31));
}
