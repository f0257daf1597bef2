/**
 * Turns values of records into texts of facts. Whatever gets into them passes the policy here, masked
 * first and cut afterwards; what was made of a value is remembered by its bytes, so that values that come
 * again cost no string.
 */
import { ATTR_SECURITY_INDICATOR_PARAMETER } from '@spanguard/conventions';
import { cutRedacted } from '@spanguard/redaction';
import { neutralise } from '@spanguard/verdict';
import type { DataClasses } from '../model/data-classes.ts';
import type { FactTexts } from '../model/facts/fact-texts.ts';
import type { ByteSpan } from './byte-span.ts';
import { Entities, type Entity } from './entity.ts';
import type { FactMask } from './fact-mask.ts';
import { Interner, KNOWN, type Made, UNKNOWN } from './interner.ts';
import { KnownList, KnownText } from './known-text.ts';
import { NO_PLACE, type Place } from './places.ts';
import { NO_SIGNS, type Sign, type SignReader } from './signs.ts';

/** What is remembered of a value besides what it is shown as. */
type Note = readonly Sign[] | KnownList;

/** No route or name that matters is longer. */
const TEXT_CHARACTERS_MAX = 1024;
const PARAMETER = ATTR_SECURITY_INDICATOR_PARAMETER;
const PARAMETER_CHARACTERS_MAX = 64;
/** Of longer inputs recognisers get head and tail: 64 KiB is more than any server reads of a target. */
const INPUT_BYTES_MAX = 65_536;
/** Roles and events of one record; nobody has more. */
const PARTS_MAX = 64;
const CLASSES_MAX = 1024;
const TYPES = 8;
/** Nobody: garbage, or what stands in place of any name. */
export const NOBODY = -1;
const NO_MARKS = new Uint32Array(0);
const NOTHING = new Uint8Array(0);
const ENCODER = new TextEncoder();

/** A batch, and what the prefilter marked in it. */
export interface MarkedBatch {
  readonly buffer: Buffer;
  /** The same bytes, as the index has them. */
  readonly bytes: Uint8Array;
  readonly marks: Uint32Array;
}

/** What a lexicon works with. */
export interface LexiconSettings {
  readonly mask: FactMask;
  /** Key of the fingerprints of entities. */
  readonly entityKey: Uint8Array;
}

/** See the head of this file. One batch at a time; what it gives are numbers in the texts of that batch. */
export class Lexicon {
  /** Of the input last asked for. */
  signs: readonly Sign[] = NO_SIGNS;
  readonly #mask: FactMask;
  readonly #entities: Entities;
  readonly #interner = new Interner<Note>();
  readonly #texts: FactTexts;
  /** Words of ours, and kinds of data: few, and known beforehand. */
  readonly #words = new Map<string, KnownText>();
  readonly #classes = new Map<number, KnownList>();
  /** By place. */
  readonly #decisions: number[] = [];
  #batch = 0;
  #buffer: Uint8Array = NOTHING;
  #marks: Uint32Array = NO_MARKS;
  /** A text of the batch as the policy is asked about it, over the bytes that were marked. */
  readonly #range = { bytes: NOTHING as Uint8Array, start: 0, end: 0 };

  constructor(texts: FactTexts, { mask, entityKey }: LexiconSettings) {
    this.#texts = texts;
    this.#mask = mask;
    this.#entities = new Entities(mask, entityKey);
  }

  /** Begins a batch. Spans over `buffer` are over the bytes that the marks are of. */
  beginBatch({ buffer, bytes, marks }: MarkedBatch): void {
    this.#batch += 1;
    this.#buffer = buffer;
    this.#range.bytes = bytes;
    this.#marks = marks;
    this.#interner.beginBatch();
  }

  /** Begins a record: entities stay valid up to the next. */
  beginRecord(): void {
    this.#interner.beginRecord();
  }

  /** A value as text; 0 where policy shows nothing of it. */
  text(place: Place, span: ByteSpan): number {
    const key = keyOf(place, span);
    const known = this.#interner.find(key, span);
    if (known !== UNKNOWN) return this.#interner.idIn(this.#texts, known);
    return this.#remember(key, span, { shown: this.#shown(place, span) });
  }

  /**
   * An input of a request as text; its signs of attack, which are looked for once, are {@link signs}
   * then.
   */
  input(place: Place, span: ByteSpan, read: SignReader): number {
    const key = keyOf(place, span);
    const known = this.#interner.find(key, span);
    if (known === UNKNOWN) {
      const made = { shown: this.#shown(place, span), ...examined(read, span) };
      this.signs = made.note;
      return this.#remember(key, span, made);
    }
    const flags = this.#interner.flagsOf(known);
    if ((flags & KNOWN.examined) === 0) {
      const found = examined(read, span);
      this.#interner.note(known, found.flags, found.note);
      this.signs = found.note;
    } else {
      const note = (flags & KNOWN.signs) === 0 ? undefined : this.#interner.noteOf(known);
      this.signs = note === undefined || note instanceof KnownList ? NO_SIGNS : note;
    }
    return this.#interner.idIn(this.#texts, known);
  }

  /** Signs of attack in an input of which nothing is kept; they are looked for once. */
  signsIn(place: Place, span: ByteSpan, read: SignReader): readonly Sign[] {
    const key = keyOf(place, span);
    const known = this.#interner.find(key, span);
    if (known === UNKNOWN) {
      const { flags, note } = examined(read, span);
      this.#interner.keep(key, span, { shown: NOTHING, flags, note });
      return note;
    }
    const note = this.#interner.noteOf(known);
    return note === undefined || note instanceof KnownList ? NO_SIGNS : note;
  }

  /** Whether something holds of a value; the test is asked once for each. */
  judge(place: Place, span: ByteSpan, holds: (text: string) => boolean): boolean {
    const key = keyOf(place, span);
    const known = this.#interner.find(key, span);
    const flags = known === UNKNOWN ? 0 : this.#interner.flagsOf(known);
    if ((flags & KNOWN.judged) !== 0) return (flags & KNOWN.holds) !== 0;
    const answer = holds(inputText(span));
    const judged = KNOWN.judged | (answer ? KNOWN.holds : 0);
    this.#interner.keep(key, span, { shown: NOTHING, flags: judged });
    return answer;
  }

  /**
   * Who a value stands for, up to the next record; {@link NOBODY}, or one of those the other methods
   * take.
   */
  entity(place: Place, span: ByteSpan): number {
    const key = keyOf(place, span);
    const known = this.#interner.find(key, span);
    if (known !== UNKNOWN) {
      return (this.#interner.flagsOf(known) & KNOWN.entity) === 0 ? NOBODY : known;
    }
    const { domain, field, decision } = place;
    const entity = this.#entities.entityOf({ domain, field, decision, text: span.text() });
    if (entity === undefined) {
      this.#interner.keep(key, span, { shown: NOTHING });
      return NOBODY;
    }
    return this.#keepEntity(key, span, entity);
  }

  /** One that is too long to be remembered as it came is remembered by its fingerprint. */
  #keepEntity(key: number, span: ByteSpan, entity: Entity): number {
    const { display, fingerprint, network, isProxy } = entity;
    const isNetwork = network === undefined ? 0 : KNOWN.network;
    const made = {
      shown: ENCODER.encode(display),
      ...{ fingerprint, network },
      flags: KNOWN.entity | isNetwork | (isProxy ? KNOWN.proxy : 0),
    };
    const kept = this.#interner.keep(key, span, made);
    if (kept !== UNKNOWN) return kept;
    const value = { bytes: fingerprint, start: 0, end: fingerprint.length };
    const known = this.#interner.find(key - span.type, value);
    return known === UNKNOWN ? this.#interner.keep(key - span.type, value, made) : known;
  }

  /** The number of an entity's text; 0 for nobody. */
  idOf(entity: number): number {
    return entity < 0 ? 0 : this.#interner.idIn(this.#texts, entity);
  }

  /** The number of the network that an address is counted by. */
  networkOf(address: number): number {
    return address < 0 ? 0 : this.#interner.networkIn(this.#texts, address);
  }

  /** Whether an address may be a proxy. */
  isProxy(address: number): boolean {
    return address >= 0 && (this.#interner.flagsOf(address) & KNOWN.proxy) !== 0;
  }

  /** Whether two are one. */
  areOne(one: number, other: number): boolean {
    return one >= 0 && other >= 0 && this.#interner.areOne(one, other);
  }

  /** Several texts: the items of a list, or what a text names between commas. */
  list(place: Place, span: ByteSpan): number {
    const key = keyOf(place, span);
    const known = this.#interner.find(key, span);
    const note = known === UNKNOWN ? undefined : this.#interner.noteOf(known);
    if (note instanceof KnownList) return note.idIn(this.#texts, this.#batch);
    const items = span.isText ? span.text().split(',') : span.texts();
    const parts = items.slice(0, PARTS_MAX).flatMap((item) => {
      const shown = this.#masked(place, item.trim());
      return shown === '' ? [] : [new KnownText(shown)];
    });
    const list = new KnownList(parts);
    this.#interner.keep(key, span, { shown: NOTHING, note: list });
    return list.idIn(this.#texts, this.#batch);
  }

  /** A word of ours: a name of an event, a kind of sign. */
  word(text: string): number {
    let known = this.#words.get(text);
    if (known === undefined) this.#words.set(text, (known = new KnownText(text)));
    return known.idIn(this.#texts, this.#batch);
  }

  /** The name of a parameter: an attacker's own text, which no two attacks need have in common. */
  parameter(name: string): number {
    const shown = ENCODER.encode(this.#masked({ ...NO_PLACE, field: PARAMETER }, name));
    return shown.length === 0 ? 0 : this.#texts.add(shown, 0, shown.length);
  }

  /** The kinds of data that have a bit. */
  classes({ names }: DataClasses, bits: number): number {
    let list = this.#classes.get(bits);
    if (list === undefined) {
      const found = names.filter((_, bit) => ((bits >>> bit) & 1) === 1).toSorted();
      list = new KnownList(found.map((name) => new KnownText(name)));
      // Sets of kinds that come up in practice are few; a sender that makes them all gains nothing.
      if (this.#classes.size < CLASSES_MAX) this.#classes.set(bits, list);
    }
    return list.idIn(this.#texts, this.#batch);
  }

  /** Undefined where the value may be shown as it stands. */
  #shown(place: Place, span: ByteSpan): Uint8Array | undefined {
    const isMarked = span.bytes === this.#buffer && span.isText;
    const isPlain = place.rewrite === undefined && place.field !== PARAMETER;
    if (isMarked && isPlain && span.length <= TEXT_CHARACTERS_MAX) {
      const range = this.#range;
      range.start = span.start;
      range.end = span.end;
      if (this.#mask.isClean(range, this.#decisionOf(place), this.#marks)) return undefined;
    }
    return ENCODER.encode(this.#masked(place, span.text()));
  }

  /** The strictest of the field's own name and the name it was sent by. */
  #decisionOf({ number, field, decision }: Place): number {
    return (this.#decisions[number] ??= Math.max(decision, this.#mask.decisionOf(field)));
  }

  #masked({ field, decision, rewrite }: Place, text: string): string {
    const shown = this.#mask.attribute(
      field,
      rewrite === undefined ? text : rewrite(text),
      decision,
    );
    if (shown === undefined) return '';
    if (field !== PARAMETER) return cutRedacted(shown, TEXT_CHARACTERS_MAX);
    return neutralise(cutRedacted(shown, PARAMETER_CHARACTERS_MAX), PARAMETER_CHARACTERS_MAX);
  }

  /** What is too long to be remembered goes into this batch alone. */
  #remember(key: number, span: ByteSpan, made: Made<Note>): number {
    const entry = this.#interner.keep(key, span, made);
    if (entry !== UNKNOWN) return this.#interner.idIn(this.#texts, entry);
    const { shown = span.bytes.subarray(span.start, span.end) } = made;
    return shown.length === 0 ? 0 : this.#texts.add(shown, 0, shown.length);
  }
}

/** Equal bytes of two types are two values. */
function keyOf(place: Place, span: ByteSpan): number {
  return place.number * TYPES + span.type;
}

function examined(
  read: SignReader,
  span: ByteSpan,
): { readonly flags: number; readonly note: readonly Sign[] } {
  const note = read(inputText(span));
  return { flags: KNOWN.examined | (note.length === 0 ? 0 : KNOWN.signs), note };
}

function inputText(span: ByteSpan): string {
  if (!span.isText || span.length <= INPUT_BYTES_MAX) return span.text();
  const half = INPUT_BYTES_MAX / 2;
  const head = span.bytes.toString('utf8', span.start, span.start + half);
  return head + span.bytes.toString('utf8', span.end - half, span.end);
}
