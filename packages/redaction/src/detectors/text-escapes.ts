/** Escapes of JSON, forms and strings of programs: where one ends, and quotes however often escaped. */

const [QUOTE, APOSTROPHE, BACKSLASH, PERCENT, SMALL_U, ZERO] = [
  0x22, 0x27, 0x5c, 0x25, 0x75, 0x30,
] as const;
/** Six levels of JSON in JSON have 63 backslashes. Longer runs are cut: they quote nothing real. */
const BACKSLASHES_MAX = 64;

/** A quote: its sign, the backslashes before it, and how all of it is written. */
export interface Quote {
  readonly byte: number;
  readonly backslashes: number;
  /** `"`, `\"`, `\\\"`, `\u0022`. */
  readonly text: string;
}

/** The value of a hexadecimal digit; -1 for other bytes. */
export function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= ZERO && byte <= 0x39) return byte - ZERO;
  const small = byte | 0x20;
  return small >= 0x61 && small <= 0x66 ? small - 0x57 : -1;
}

/** The byte that `%XX` at this place stands for; -1 where there is none before `end`. */
export function percentEscape(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] !== PERCENT || at + 2 >= end) return -1;
  const high = hexValue(bytes[at + 1]);
  const low = hexValue(bytes[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/** The ASCII character that `\u00XX` at this place stands for; -1 where there is none before `end`. */
export function unicodeEscape(bytes: Uint8Array, at: number, end: number): number {
  if (at + 5 >= end || bytes[at] !== BACKSLASH || bytes[at + 1] !== SMALL_U) return -1;
  if (bytes[at + 2] !== ZERO || bytes[at + 3] !== ZERO) return -1;
  const high = hexValue(bytes[at + 4]);
  const low = hexValue(bytes[at + 5]);
  return high < 0 || low < 0 || high > 7 ? -1 : high * 16 + low;
}

/** Whether the byte at `at` is the last of an escape, and so no part of the word behind it. */
export function isEscapeEnd(bytes: Uint8Array, start: number, at: number): boolean {
  const byte = bytes[at] ?? 0;
  if (at > start && bytes[at - 1] === BACKSLASH) {
    // n, r, t, b, f
    return byte === 0x6e || byte === 0x72 || byte === 0x74 || byte === 0x62 || byte === 0x66;
  }
  if (hexValue(byte) < 0) return false;
  if (at - 2 >= start && percentEscape(bytes, at - 2, at + 1) >= 0) return true;
  return at - 5 >= start && unicodeEscape(bytes, at - 5, at + 1) >= 0;
}

/** The quote, backslashes included, that begins at this place. */
export function quoteAt(bytes: Uint8Array, at: number, end: number): Quote | undefined {
  let from = at;
  while (from < end && bytes[from] === BACKSLASH && from - at < BACKSLASHES_MAX) from += 1;
  const byte = from < end ? (bytes[from] ?? 0) : 0;
  if (byte === QUOTE || byte === APOSTROPHE) return quoteOf(byte, from - at, false);
  const escaped = from > at ? unicodeEscape(bytes, from - 1, end) : -1;
  if (escaped === QUOTE || escaped === APOSTROPHE) return quoteOf(escaped, from - at, true);
  return undefined;
}

/**
 * The place behind backslashes that {@link quoteAt} found to belong to no quote. Of a run too long for one,
 * the last ones still may.
 */
export function behindBackslashes(bytes: Uint8Array, at: number, end: number): number {
  let to = at;
  while (to < end && bytes[to] === BACKSLASH) to += 1;
  return to - at > BACKSLASHES_MAX ? to - BACKSLASHES_MAX : Math.max(to, at + 1);
}

/** The quote that ends right before `end`. */
export function quoteBefore(bytes: Uint8Array, start: number, end: number): Quote | undefined {
  const last = end > start ? (bytes[end - 1] ?? 0) : 0;
  let from = end - 1;
  let byte = last;
  const isUnicode = end - 6 >= start && unicodeEscape(bytes, end - 6, end) >= 0;
  if (isUnicode) {
    byte = unicodeEscape(bytes, end - 6, end);
    from = end - 5;
  }
  if (byte !== QUOTE && byte !== APOSTROPHE) return undefined;
  const quoteFrom = from;
  while (from > start && bytes[from - 1] === BACKSLASH && quoteFrom - from < BACKSLASHES_MAX)
    from -= 1;
  return quoteOf(byte, quoteFrom - from, isUnicode);
}

/** Nearly all quotes are one of these: made once. */
const PLAIN_QUOTE: Quote = { byte: QUOTE, backslashes: 0, text: '"' };
const PLAIN_APOSTROPHE: Quote = { byte: APOSTROPHE, backslashes: 0, text: "'" };

function quoteOf(byte: number, backslashes: number, isUnicode: boolean): Quote {
  if (backslashes === 0 && !isUnicode) return byte === QUOTE ? PLAIN_QUOTE : PLAIN_APOSTROPHE;
  const sign = isUnicode ? `u00${byte.toString(16)}` : String.fromCharCode(byte);
  return { byte, backslashes, text: '\\'.repeat(backslashes) + sign };
}

/**
 * Whether a quote behind a run of backslashes ends a text that begins behind `opening` of them. Within the
 * text an escaped quote has more; fewer belong to a text around this one, which then ends as well.
 */
export function closes(run: number, opening: number): boolean {
  return run < opening || run % (2 * (opening + 1)) === opening;
}

/** Where the text that begins at `from` behind a quote ends: the place of the closing quote, or `end`. */
export function quotedEnd(
  bytes: Uint8Array,
  { from, end }: { readonly from: number; readonly end: number },
  { byte, backslashes, text }: Quote,
): { readonly end: number; readonly after: number } {
  // Who writes `"` closes with it: `\\u0022` stands for no quote there.
  const mayBeUnicode = text.length > backslashes + 1;
  let run = 0;
  for (let at = from; at < end; at++) {
    const one = bytes[at];
    if (one === BACKSLASH) {
      run += 1;
      continue;
    }
    const isUnicode =
      mayBeUnicode && one === SMALL_U && run > 0 && unicodeEscape(bytes, at - 1, end) === byte;
    if ((one === byte || isUnicode) && closes(run, backslashes)) {
      return { end: at - Math.min(run, backslashes), after: at + (isUnicode ? 5 : 1) };
    }
    run = 0;
  }
  return { end, after: end };
}
