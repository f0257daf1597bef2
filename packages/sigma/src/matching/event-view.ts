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
