/** Tells how many tokens a text has, or which, from tokens that let somebody in: `tokens: 512`, `[101, 7592]`. */
import { textOf } from './text-of.ts';

/** Longer numbers count nothing, and numbers that only blanks part may be one in groups. */
const NUMBERS =
  /^[\s[]*[-+]?\d{1,11}(?:\.\d{1,11})?(?:\s*,\s*[-+]?\d{1,11}(?:\.\d{1,11})?)*[\s\]]*$/;

/** Whether what stands behind a name like `tokens` is a number or a list of numbers. */
export function isTokenCount(bytes: Uint8Array, start: number, end: number): boolean {
  return NUMBERS.test(textOf(bytes, start, end));
}
