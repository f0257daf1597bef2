/** Tells how many tokens a text has, or which, from tokens that let somebody in: `tokens: 512`, `[101, 7592]`. */
import { CLASS, isClass } from './byte-classes.ts';

/** Longer numbers count nothing. */
const DIGITS_MAX = 11;
const [PLUS, COMMA, MINUS, DOT, BRACKET, BRACKET_END] = [
  0x2b, 0x2c, 0x2d, 0x2e, 0x5b, 0x5d,
] as const;

/** Whether what stands behind a name like `tokens` is a number or a list of numbers. */
export function isTokenCount(bytes: Uint8Array, start: number, end: number): boolean {
  let digits = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (isClass(byte, CLASS.digit)) {
      digits += 1;
      if (digits > DIGITS_MAX) return false;
      continue;
    }
    digits = 0;
    const isSign = byte === PLUS || byte === MINUS || byte === DOT || byte === COMMA;
    const isBracket = byte === BRACKET || byte === BRACKET_END;
    if (!isSign && !isBracket && !isClass(byte, CLASS.space)) return false;
  }
  return true;
}
