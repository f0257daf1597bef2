/** Reads typed fields of one mapping and says precisely what is wrong with them. */
import { type Position, type Problems, type SigmaErrorCode, shown } from '../errors.ts';
import { entryOf, type Located, type LocatedEntry, type LocatedMap, plainOf } from './located.ts';

const TEXT_CHARACTERS_MAX = 16_384;
const LIST_ITEMS_MAX = 1_000;
const UNIT_MS = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** Longest timespan: beyond it a window would outlive any state. */
export const TIMESPAN_MS_MAX: number = 366 * 86_400_000;

/** Field access over one {@link LocatedMap}. */
export class FieldReader {
  readonly map: LocatedMap;
  readonly problems: Problems;

  constructor(map: LocatedMap, problems: Problems) {
    this.map = map;
    this.problems = problems;
  }

  entry(key: string): LocatedEntry | undefined {
    const entry = entryOf(this.map, key);
    const absent = entry?.value.kind === 'scalar' && entry.value.value === null;
    return absent ? undefined : entry;
  }

  /** A problem when the field is absent. */
  required(key: string): LocatedEntry | undefined {
    const entry = this.entry(key);
    if (entry === undefined) {
      this.problems.add('SIGMA_FIELD_MISSING', this.map.at, `${key} is missing`);
    }
    return entry;
  }

  /** Text; numbers and dates are taken as they are written. */
  text(key: string): string | undefined {
    const entry = this.entry(key);
    return entry === undefined ? undefined : this.#textOf(key, entry.value, entry.at);
  }

  /** A list of texts; one text counts as a list of one. */
  texts(key: string): readonly string[] {
    const entry = this.entry(key);
    if (entry === undefined) return [];
    if (entry.value.kind === 'scalar') return [this.#textOf(key, entry.value, entry.at) ?? ''];
    if (entry.value.kind === 'map') {
      this.invalid(entry, 'a list of texts');
      return [];
    }
    if (entry.value.items.length > LIST_ITEMS_MAX) {
      this.invalid(entry, `at most ${LIST_ITEMS_MAX} items`);
      return [];
    }
    return entry.value.items.flatMap((item) => this.#textOf(key, item, item.at) ?? []);
  }

  choice<T extends string>(key: string, allowed: readonly T[]): T | undefined {
    const entry = this.entry(key);
    if (entry === undefined) return undefined;
    const found = allowed.find((value) => value === plainOf(entry.value));
    if (found === undefined) this.invalid(entry, `one of ${allowed.join(', ')}`);
    return found;
  }

  boolean(key: string): boolean | undefined {
    const entry = this.entry(key);
    if (entry === undefined) return undefined;
    const value = plainOf(entry.value);
    if (typeof value === 'boolean') return value;
    this.invalid(entry, 'true or false');
    return undefined;
  }

  mapping(key: string): FieldReader | undefined {
    const entry = this.entry(key);
    if (entry === undefined) return undefined;
    if (entry.value.kind === 'map') return new FieldReader(entry.value, this.problems);
    this.invalid(entry, 'a map');
    return undefined;
  }

  /** A Sigma timespan in milliseconds. */
  timespanMs(key: string): number | undefined {
    const entry = this.entry(key);
    if (entry === undefined) return undefined;
    const match = /^(\d{1,6})([smhd])$/.exec(String(plainOf(entry.value)));
    const unitMs = UNIT_MS.get(match?.[2] ?? '');
    if (match === null || unitMs === undefined) {
      this.invalid(entry, 'a number followed by s, m, h or d');
      return undefined;
    }
    const spanMs = Number(match[1]) * unitMs;
    if (spanMs >= 1_000 && spanMs <= TIMESPAN_MS_MAX) return spanMs;
    this.invalid(entry, 'a timespan from 1s to 366d');
    return undefined;
  }

  onlyKnown(known: readonly string[]): void {
    for (const { key, at } of this.map.entries) {
      if (known.includes(key)) continue;
      const sentence = `${shown(key)} is not known here, expected one of ${known.join(', ')}`;
      this.problems.add('SIGMA_FIELD_UNKNOWN', at, sentence);
    }
  }

  invalid(
    entry: LocatedEntry,
    expected: string,
    code: SigmaErrorCode = 'SIGMA_FIELD_INVALID',
  ): void {
    const found = shown(plainOf(entry.value));
    this.problems.add(code, entry.at, `${entry.key} is ${found}, expected ${expected}`);
  }

  #textOf(key: string, value: Located, at: Position): string | undefined {
    if (value.kind === 'scalar') {
      const text = typeof value.value === 'string' ? value.value : value.text;
      if (text.length <= TEXT_CHARACTERS_MAX) return text;
    }
    const sentence = `${key} is ${shown(plainOf(value))}, expected text`;
    this.problems.add('SIGMA_FIELD_INVALID', at, `${sentence} of at most ${TEXT_CHARACTERS_MAX}`);
    return undefined;
  }
}
