/** Numbers as rules read them out of values. */

/** Decimal digits with at most one sign, point: no exponent, no `0x`, no blanks, no `Infinity`. */
const DECIMAL = /^-?\d{1,300}(?:\.\d{1,300})?$/;

/** The number a value is: itself, or the decimal text it is; undefined for all else. */
export function decimalOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' && DECIMAL.test(value) ? Number(value) : undefined;
}
