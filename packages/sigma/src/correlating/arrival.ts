/** An event on its way to the correlations that look at it: a row, or another correlation's match. */
import { decimalOf } from '../matching/decimal.ts';
import type { FieldSlot } from '../rows/event-rows.ts';
import type { RowCursor } from '../rows/row-cursor.ts';
import type { Entry } from './entry.ts';
import type { Group } from './group.ts';

/** Where a correlation finds a field in the events of one of its rules. */
export type FieldPlace =
  | { readonly from: 'row'; readonly slot: FieldSlot }
  /** One of the fields the correlation below is grouped by. */
  | { readonly from: 'group'; readonly index: number }
  | { readonly from: 'nowhere' };

/** See the head of this file. */
export interface Arrival {
  readonly entry: Entry;
  /** Stands at the row; of no use to what arrives from a correlation. */
  readonly cursor: RowCursor;
  /** The group whose condition held; undefined for a row. */
  readonly group: Group | undefined;
}

/** What is kept of one value. */
const CHARACTERS_MAX = 1_024;
const FLAGS = ['', 'false', 'true'] as const;

/** By what an event is grouped; empty where it has none. */
export function keyAt(place: FieldPlace, arrival: Arrival): string {
  if (place.from === 'row' && place.slot.kind === 'text') {
    const id = arrival.cursor.textAt(place.slot.column);
    return id === 0 ? '' : arrival.cursor.texts.keyOf(id).slice(0, CHARACTERS_MAX);
  }
  if (place.from === 'group') return arrival.group?.keys[place.index] ?? '';
  return textAt(place, arrival);
}

/** What a match shows of a field; empty where there is none. */
export function textAt(place: FieldPlace, { cursor, group }: Arrival): string {
  if (place.from === 'nowhere') return '';
  if (place.from === 'group') return group?.texts[place.index] ?? '';
  const { kind, column } = place.slot;
  if (kind === 'flag') return FLAGS[cursor.flagAt(column)] ?? '';
  if (kind === 'number') {
    const value = cursor.numberAt(column);
    return Number.isNaN(value) ? '' : String(value);
  }
  const id = cursor.textAt(column);
  return id === 0 ? '' : cursor.texts.textOf(id).slice(0, CHARACTERS_MAX);
}

/** What counts as distinct values: of a list each part. Empty where there is none. */
export function valuesAt(place: FieldPlace, arrival: Arrival): readonly string[] {
  const { cursor } = arrival;
  if (place.from === 'row' && place.slot.kind === 'text') {
    const id = cursor.textAt(place.slot.column);
    if (id === 0) return [];
    const parts = cursor.texts.partsOf(id) ?? [id];
    return parts.map((part) => cursor.texts.keyOf(part).slice(0, CHARACTERS_MAX));
  }
  if (place.from === 'group') return [keyAt(place, arrival)];
  const text = textAt(place, arrival);
  return text === '' ? [] : [text];
}

/** What is summed: only a number from 0, for a sum that can fall would tell what the next event takes back. */
export function amountAt(place: FieldPlace, arrival: Arrival): number | undefined {
  const isNumber = place.from === 'row' && place.slot.kind === 'number';
  const amount = decimalOf(
    isNumber ? arrival.cursor.numberAt(place.slot.column) : textAt(place, arrival),
  );
  return amount !== undefined && amount >= 0 ? amount : undefined;
}
