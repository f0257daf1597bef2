/** What a rule sees of an event. */

/** A value of an event's field. */
export type EventValue = string | number | boolean | undefined;

/** Read access to one event; nothing is copied. */
export interface EventView {
  /** The value of a field, undefined when the event has none. */
  get(field: string): EventValue;
  /** All values, for rules with keywords. Without it keywords match nothing. */
  values?(): Iterable<EventValue>;
}

/** Decides one event. */
export type EventMatcher = (event: EventView) => boolean;

/** Decides one value. */
export type ValueMatcher = (value: EventValue) => boolean;

/** Decides one text. */
export type TextMatcher = (text: string) => boolean;

/** Decimal digits with at most one sign, point: no exponent, no `0x`, no blanks, no `Infinity`. */
const DECIMAL = /^-?\d{1,300}(?:\.\d{1,300})?$/;

/** The number a value is: itself, or the decimal text it is; undefined for all else. */
export function decimalOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' && DECIMAL.test(value) ? Number(value) : undefined;
}
