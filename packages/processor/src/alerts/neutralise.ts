/** Makes text harmless for a terminal and a line-based log. */

/** Controls (C0, DEL, C1), line and paragraph separators, and bidirectional marks. */
const HARMFUL =
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Replaces what could forge a line, move the cursor or turn text around by a visible `\u{…}`. */
export function neutralise(text: string): string {
  return text.replaceAll(HARMFUL, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}
