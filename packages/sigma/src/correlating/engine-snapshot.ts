/**
 * The state of an engine as bytes: all of it, or what changed since the last time. A correlation is known by
 * its key and definition, so that one that changed since begins empty.
 */
import { ByteReader, Damaged } from '../saving/byte-reader.ts';
import { ByteWriter } from '../saving/byte-writer.ts';
import { ReadRefs, SavedRefs } from '../saving/saved-refs.ts';
import { createWindow } from './create-window.ts';
import { Group, type GroupPlace } from './group.ts';
import type { GroupTable } from './group-table.ts';
import type { CompiledCorrelation } from './compiled-rules.ts';
import type { SeenIds } from './seen-ids.ts';
import type { Watermarks } from './watermarks.ts';
import { WINDOW_KINDS, type WindowSettings } from './window-settings.ts';

/** What is saved. */
export interface EngineState {
  readonly correlations: readonly CompiledCorrelation[];
  /** By correlation. */
  readonly windows: readonly WindowSettings[];
  readonly watermarks: Watermarks;
  readonly seen: SeenIds;
  readonly groups: GroupTable;
}

/** Where a snapshot stands in a row of them: changes go with the whole of their number, each in turn. */
export interface SnapshotPlace {
  /** Grows by one with each whole. */
  readonly whole: number;
  /** 0 for the whole itself, else the how manieth changes on top of it. */
  readonly changes: number;
}

const MAGIC = 0x53_47_57_31;
const VERSION = 5;
const PLACES: readonly GroupPlace[] = ['once', 'recurring', 'told'];
const FIELDS_MAX = 1_024;
const INPUTS_MAX = 1_024;
/** The least that a correlation, a group and a key take. */
const BYTES_MIN = { correlation: 4, group: 20, key: 1 } as const;

/** What the windows of a correlation that is no more are read with. */
const NO_WINDOW: WindowSettings = {
  kind: 'amount',
  spanMs: 0,
  latenessMs: 0,
  holds: () => false,
  length: 0,
  slotsMax: 4_096,
};

/** Writes a snapshot, of about so many bytes; what changes from now on belongs to the next. */
export function saveEngine(
  state: EngineState,
  place: SnapshotPlace,
  bytesExpected: number = 0,
): Uint8Array<ArrayBuffer> {
  const { watermarks, seen, groups } = state;
  const isWhole = place.changes === 0;
  const writer = new ByteWriter(bytesExpected);
  writer.number(MAGIC);
  writer.byte(VERSION);
  writer.count(place.whole);
  writer.count(place.changes);
  if (isWhole) saveCorrelations(state, writer);
  watermarks.save(writer, { isWhole });
  seen.save(writer, { isWhole });
  const gone = isWhole ? [] : [...groups.gone()];
  writer.count(gone.length);
  for (const key of gone) writer.text(key);
  const changed = groups.changed({ isWhole });
  const refs = new SavedRefs(writer);
  writer.count(changed.length);
  for (const group of changed) saveGroup(group, writer, refs);
  groups.saved(changed);
  return writer.finish();
}

function saveCorrelations({ correlations, windows }: EngineState, writer: ByteWriter): void {
  writer.count(correlations.length);
  for (const [number, { rule, definition }] of correlations.entries()) {
    const { kind, length } = windows[number] ?? NO_WINDOW;
    writer.text(rule.key);
    writer.text(definition);
    writer.byte(WINDOW_KINDS.indexOf(kind));
    writer.count(length);
  }
}

function saveGroup(group: Group, writer: ByteWriter, refs: SavedRefs): void {
  const { place, correlation, keys, texts, lastTrueMs, onwardMs, window } = group;
  writer.byte(PLACES.indexOf(place));
  writer.count(correlation);
  writer.count(keys.length);
  for (const key of keys) writer.text(key);
  writer.flag(texts !== keys);
  if (texts !== keys) for (const text of texts) writer.text(text);
  writer.number(lastTrueMs);
  writer.number(onwardMs);
  window?.save(writer, refs);
}

/** A correlation of a snapshot: what it is now, and how its windows are read. */
interface SavedCorrelation {
  /** Undefined where there is none like it any more. */
  readonly now: number | undefined;
  readonly fields: number | undefined;
  readonly settings: WindowSettings;
}

/** Reads a whole snapshot and the changes on top of it into an engine that is empty. */
export class EngineReader {
  readonly #state: EngineState;
  readonly #places: ReadonlyMap<string, number>;
  #correlations: readonly SavedCorrelation[] = [];
  place: SnapshotPlace | undefined;

  constructor(state: EngineState) {
    this.#state = state;
    this.#places = new Map(
      state.correlations.map(({ rule, definition }, at) => [`${rule.key} ${definition}`, at]),
    );
  }

  /** Whether the correlations are those of the snapshot, so that changes can go on top of it. */
  get isSame(): boolean {
    const { length } = this.#state.correlations;
    const isInPlace = this.#correlations.every(({ now }, at) => now === at);
    return isInPlace && this.#correlations.length === length;
  }

  /** Takes one in. Throws {@link Damaged}; the engine then has a part of it. */
  read(bytes: Uint8Array): void {
    const reader = new ByteReader(bytes);
    if (reader.number() !== MAGIC || reader.byte() !== VERSION) {
      throw new Damaged('it is not a snapshot of this version');
    }
    const max = Number.MAX_SAFE_INTEGER;
    const place = { whole: reader.count(max), changes: reader.count(max) };
    const isNext = place.whole === this.place?.whole && place.changes === this.place.changes + 1;
    if (place.changes > 0 && !isNext) throw new Damaged('one between it and the last is missing');
    this.place = place;
    if (place.changes === 0) {
      this.#state.groups.clear();
      this.#correlations = this.#readCorrelations(reader);
    }
    this.#state.watermarks.restore(reader);
    this.#state.seen.restore(reader);
    this.#readGone(reader);
    const refs = new ReadRefs(reader);
    const groups = reader.items(BYTES_MIN.group);
    for (let at = 0; at < groups; at += 1) this.#readGroup(reader, refs);
    reader.end();
  }

  #readCorrelations(reader: ByteReader): readonly SavedCorrelation[] {
    const { correlations, windows } = this.#state;
    return Array.from({ length: reader.items(BYTES_MIN.correlation) }, () => {
      const now = this.#places.get(`${reader.text()} ${reader.text()}`);
      const kind = WINDOW_KINDS[reader.byte()];
      const length = reader.count(INPUTS_MAX);
      if (kind === undefined) throw new Damaged('no such kind of window');
      const settings = windows[now ?? -1] ?? { ...NO_WINDOW, kind, length };
      if (settings.kind !== kind || settings.length !== length) {
        throw new Damaged('a correlation has other windows');
      }
      return { now, fields: correlations[now ?? -1]?.groupBy.length, settings };
    });
  }

  #readGone(reader: ByteReader): void {
    const gone = reader.items(BYTES_MIN.key);
    for (let at = 0; at < gone; at += 1) {
      const key = reader.text();
      const [number = ''] = /^\d+/.exec(key) ?? [];
      const now = this.#correlations[Number(number || -1)]?.now;
      if (now !== undefined) this.#state.groups.remove(`${now}${key.slice(number.length)}`);
    }
  }

  #readGroup(reader: ByteReader, refs: ReadRefs): void {
    const place = PLACES[reader.byte()];
    const saved = this.#correlations[reader.count(this.#correlations.length)];
    if (place === undefined || saved === undefined) throw new Damaged('a group belongs nowhere');
    const { now, fields, settings } = saved;
    const keys = Array.from({ length: reader.count(FIELDS_MAX) }, () => reader.text());
    const texts = reader.flag() ? keys.map(() => reader.text()) : keys;
    const lastTrueMs = reader.number();
    const onwardMs = reader.number();
    const window = place === 'told' ? undefined : createWindow(settings);
    window?.restore(reader, refs);
    if (now === undefined) return;
    if (keys.length !== fields) throw new Damaged('a group has other fields');
    const group = new Group({ correlation: now, keys, texts }, window);
    group.lastTrueMs = lastTrueMs;
    group.onwardMs = onwardMs;
    this.#state.groups.put(group, place);
  }
}
