/** What ends a line in a header or a log, also where it is still encoded. */

/** Source of a pattern for one. */
export const BREAK =
  '(?:[\\r\\n\\u2028\\u2029\\x85]|\\u560d|\\u560a|%0[ad]|\\\\r\\\\n|%e5%98%8[ad])';

/** Whether a text may hold one: a loop, no pattern. */
export function mayBreakLine(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || code === 13 || code === 37 || code === 92 || code === 0x85) return true;
    if (code > 0x2027) return true;
  }
  return false;
}
