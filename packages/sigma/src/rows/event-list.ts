/** Events written one by one as plain objects, as the rows that rules look at. */
import type { EventRows, EvidenceRef, FieldSlot, FieldSlots, RowTexts } from './event-rows.ts';

type PlainScalar = string | number | boolean;

/** A text that is counted by something else than it shows. */
export interface PlainEntity {
  readonly key: string;
  readonly text: string;
}

/** A value of a field. What the kind of the field does not take counts as none. */
export type PlainValue = PlainScalar | PlainEntity | readonly PlainScalar[] | undefined;

/** One event. */
export interface PlainEvent {
  /** Event time, ms since the epoch. */
  readonly timeMs: number;
  /** Equal for an event that is sent again. */
  readonly id: string;
  /** Whose clock and order it comes in: a service. Default: one for all. */
  readonly source?: string;
  /** Default: nowhere. */
  readonly ref?: EvidenceRef;
  /** How many events it stands for, after sampling. Default 1. */
  readonly weight?: number;
  readonly fields: Readonly<Record<string, PlainValue>>;
}

const NOWHERE: EvidenceRef = { traceId: '', spanId: '', service: '' };
const ROWS_MIN = 16;

/** Places for fields of given kinds, in their order. */
export function fieldSlots(kinds: Readonly<Record<string, FieldSlot['kind']>>): FieldSlots {
  const counts = { text: 0, number: 0, flag: 0 };
  return new Map(
    Object.entries(kinds).map(([name, kind]) => [name, { kind, column: counts[kind]++ }]),
  );
}

/** Places for fields that all hold texts: numbers stand there in decimals. */
export function textSlots(names: Iterable<string>): FieldSlots {
  return new Map([...new Set(names)].map((name, column) => [name, { kind: 'text', column }]));
}

/**
 * See the head of this file. Fields without a place are left out.
 *
 * @example
 * const list = new EventList(fieldSlots({ event: 'text', status: 'number' }));
 * list.add({ timeMs: 0, id: 'a', fields: { event: 'request', status: 401 } });
 * engine.observe(list);
 */
export class EventList implements EventRows {
  readonly #slots: FieldSlots;
  readonly #texts = new ListedTexts();
  readonly #ids: string[] = [];
  readonly #sources: number[] = [];
  readonly #refs: EvidenceRef[] = [];
  textColumns: readonly Uint32Array<ArrayBuffer>[];
  numberColumns: readonly Float64Array<ArrayBuffer>[];
  flagColumns: readonly Uint8Array<ArrayBuffer>[];
  timeMs: Float64Array<ArrayBuffer> = new Float64Array(ROWS_MIN);
  weight: Float64Array<ArrayBuffer> = new Float64Array(ROWS_MIN);

  constructor(slots: FieldSlots, events: Iterable<PlainEvent> = []) {
    this.#slots = slots;
    const columns = (kind: FieldSlot['kind']): number[] => {
      const used = [...slots.values()].filter((slot) => slot.kind === kind);
      return Array.from({ length: Math.max(-1, ...used.map(({ column }) => column)) + 1 });
    };
    this.textColumns = columns('text').map(() => new Uint32Array(ROWS_MIN));
    this.numberColumns = columns('number').map(() => new Float64Array(ROWS_MIN));
    this.flagColumns = columns('flag').map(() => new Uint8Array(ROWS_MIN));
    for (const event of events) this.add(event);
  }

  get count(): number {
    return this.#ids.length;
  }

  get texts(): RowTexts {
    return this.#texts;
  }

  add({ timeMs, id, source = '', ref = NOWHERE, weight = 1, fields }: PlainEvent): void {
    const row = this.count;
    if (row === this.timeMs.length) this.#grow(row * 2);
    this.timeMs[row] = timeMs;
    this.weight[row] = weight;
    this.#ids.push(id);
    this.#sources.push(source === '' ? 0 : this.#texts.idOf(source));
    this.#refs.push(ref);
    for (const column of this.numberColumns) column[row] = Number.NaN;
    for (const [name, value] of Object.entries(fields)) {
      const slot = this.#slots.get(name);
      if (slot !== undefined && value !== undefined) this.#set(slot, row, value);
    }
  }

  idOf(row: number): string {
    return this.#ids[row] ?? '';
  }

  sourceOf(row: number): number {
    return this.#sources[row] ?? 0;
  }

  refOf(row: number): EvidenceRef {
    return this.#refs[row] ?? NOWHERE;
  }

  #set({ kind, column }: FieldSlot, row: number, value: NonNullable<PlainValue>): void {
    const [texts, numbers, flags] = [this.textColumns, this.numberColumns, this.flagColumns];
    if (kind === 'text') (texts[column] ?? [])[row] = this.#texts.idOf(value);
    else if (kind === 'number' && typeof value === 'number') (numbers[column] ?? [])[row] = value;
    else if (kind === 'flag' && typeof value === 'boolean') {
      (flags[column] ?? [])[row] = value ? 2 : 1;
    }
  }

  #grow(rows: number): void {
    this.textColumns = this.textColumns.map((column) => longer(new Uint32Array(rows), column));
    this.numberColumns = this.numberColumns.map((column) => longer(new Float64Array(rows), column));
    this.flagColumns = this.flagColumns.map((column) => longer(new Uint8Array(rows), column));
    this.timeMs = longer(new Float64Array(rows), this.timeMs);
    this.weight = longer(new Float64Array(rows), this.weight);
  }
}

function longer<T extends Uint32Array | Float64Array | Uint8Array>(into: T, from: T): T {
  into.set(from);
  return into;
}

interface ListedText {
  readonly text: string;
  readonly key: string;
  readonly parts: readonly number[] | undefined;
}

/** Equal values have one number. */
class ListedTexts implements RowTexts {
  readonly #listed: ListedText[] = [];
  readonly #ids = new Map<string, number>();

  get count(): number {
    return this.#listed.length;
  }

  textOf(id: number): string {
    return this.#listed[id - 1]?.text ?? '';
  }

  keyOf(id: number): string {
    return this.#listed[id - 1]?.key ?? '';
  }

  partsOf(id: number): readonly number[] | undefined {
    return this.#listed[id - 1]?.parts;
  }

  idOf(value: NonNullable<PlainValue>): number {
    if (isList(value)) {
      const text = value.map(String).join(', ');
      const parts = value.map((part) => this.idOf(part));
      return this.#listedAs(JSON.stringify(value.map(String)), { text, key: text, parts });
    }
    const isEntity = typeof value === 'object';
    const text = isEntity ? value.text : String(value);
    const key = isEntity ? value.key : text;
    return this.#listedAs(`${key.length} ${key}${text}`, { text, key, parts: undefined });
  }

  #listedAs(name: string, listed: ListedText): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    this.#listed.push(listed);
    this.#ids.set(name, this.count);
    return this.count;
  }
}

function isList(value: NonNullable<PlainValue>): value is readonly PlainScalar[] {
  return Array.isArray(value);
}
