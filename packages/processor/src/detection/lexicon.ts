/**
 * Turns values of records into texts of facts. Whatever gets into them passes the policy here, masked first and cut
 * afterwards; what was made of a value is remembered by its bytes, so that values that come again cost no string.
 */
import { cutRedacted } from '@spanguard/redaction';
import { neutralise } from '@spanguard/verdict';
import type { DataClasses } from '../model/data-classes.ts';
import type { FactTexts } from '../model/facts/fact-texts.ts';
import type { ByteSpan } from './byte-span.ts';
import { Entities, type Entity } from './entity.ts';
import type { FactMask } from './fact-mask.ts';
import { INTERNED_BYTES_MAX, Interner, UNKNOWN } from './interner.ts';
import { KnownList, KnownText, listOf } from './known-text.ts';
import type { Place } from './places.ts';
import { NO_SIGNS, type Sign, type SignReader } from './signs.ts';

/** What is remembered of a value besides what it is shown as. */
type Note =
  | { readonly kind: 'entity'; readonly entity: Entity | undefined }
  | { readonly kind: 'list'; readonly list: KnownList }
  | { readonly kind: 'signs'; readonly signs: readonly Sign[] }
  | { readonly kind: 'judged'; readonly answer: boolean };

/** No route or name that matters is longer. */
const TEXT_CHARACTERS_MAX = 1024;
const PARAMETER = 'security.indicator.parameter';
const PARAMETER_CHARACTERS_MAX = 64;
/** Of longer inputs recognisers get head and tail: 64 KiB is more than any server reads of a target. */
const INPUT_BYTES_MAX = 65_536;
/** Roles and events of one record; nobody has more. */
const PARTS_MAX = 64;
const CLASSES_MAX = 1024;
const TYPES = 8;
const NO_MARKS = new Uint32Array(0);
const BENIGN = { kind: 'signs', signs: NO_SIGNS } as const;
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
  readonly #classes = new Map<string, KnownList>();
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

  /** A value as text; 0 where policy shows nothing of it. */
  text(place: Place, span: ByteSpan): number {
    const key = keyOf(place, span);
    const known = this.#interner.find(key, span);
    if (known !== UNKNOWN) return this.#interner.idIn(this.#texts, known);
    return this.#remember(key, span, { shown: this.#shown(place, span) });
  }

  /** An input of a request as text; its signs of attack, which are looked for once, are {@link signs} then. */
  input(place: Place, span: ByteSpan, read: SignReader): number {
    const key = keyOf(place, span);
    const known = this.#interner.find(key, span);
    if (known !== UNKNOWN) {
      let note = this.#interner.noteOf(known);
      if (note?.kind !== 'signs') this.#interner.note(known, (note = noteOfSigns(read, span)));
      this.signs = note.signs;
      return this.#interner.idIn(this.#texts, known);
    }
    const note = noteOfSigns(read, span);
    this.signs = note.signs;
    return this.#remember(key, span, { shown: this.#shown(place, span), note });
  }

  /** Whether something holds of a value; the test is asked once for each. */
  judge(place: Place, span: ByteSpan, holds: (text: string) => boolean): boolean {
    const key = keyOf(place, span);
    const known = this.#interner.find(key, span);
    const note = known === UNKNOWN ? undefined : this.#interner.noteOf(known);
    if (note?.kind === 'judged') return note.answer;
    const answer = holds(inputText(span));
    this.#remember(key, span, { shown: NOTHING, note: { kind: 'judged', answer } });
    return answer;
  }

  /** Who a value stands for; undefined for nobody. */
  entity(place: Place, span: ByteSpan): Entity | undefined {
    const key = keyOf(place, span);
    const known = this.#interner.find(key, span);
    const note = known === UNKNOWN ? undefined : this.#interner.noteOf(known);
    if (note?.kind === 'entity') return note.entity;
    const { domain, field, decision } = place;
    const entity = this.#entities.entityOf({ domain, field, decision, text: span.text() });
    this.#remember(key, span, { shown: NOTHING, note: { kind: 'entity', entity } });
    return entity;
  }

  /** Several texts: the items of a list, or what a text names between commas. */
  list(place: Place, span: ByteSpan): number {
    const key = keyOf(place, span);
    const known = this.#interner.find(key, span);
    const note = known === UNKNOWN ? undefined : this.#interner.noteOf(known);
    if (note?.kind === 'list') return note.list.idIn(this.#texts, this.#batch);
    const items = span.isText ? span.text().split(',') : span.texts();
    const parts = items.slice(0, PARTS_MAX).flatMap((item) => {
      const shown = this.#masked(place, item.trim());
      return shown === '' ? [] : [new KnownText(shown)];
    });
    const list = new KnownList(parts);
    this.#remember(key, span, { shown: NOTHING, note: { kind: 'list', list } });
    return list.idIn(this.#texts, this.#batch);
  }

  /** The number of an entity; 0 for nobody. */
  idOf(entity: Entity | undefined): number {
    return entity === undefined ? 0 : entity.shown.idIn(this.#texts, this.#batch);
  }

  /** Several entities. */
  idOfAll(entities: readonly Entity[]): number {
    return listOf(
      this.#texts,
      entities.map((entity) => this.idOf(entity)),
    );
  }

  /** A word of ours: a name of an event, a kind of sign. */
  word(text: string): number {
    let known = this.#words.get(text);
    if (known === undefined) this.#words.set(text, (known = new KnownText(text)));
    return known.idIn(this.#texts, this.#batch);
  }

  /** The name of a parameter: an attacker's own text, which no two attacks need have in common. */
  parameter(name: string): number {
    const place = { number: 0, field: PARAMETER, decision: 0, domain: 'object' } as const;
    const shown = ENCODER.encode(this.#masked(place, name));
    return shown.length === 0 ? 0 : this.#texts.add(shown, 0, shown.length);
  }

  /** The kinds of data that have a bit. */
  classes({ names }: DataClasses, bits: number): number {
    if (bits === 0) return 0;
    const found = names.filter((_, bit) => ((bits >>> bit) & 1) === 1).toSorted();
    const key = found.join(' ');
    let list = this.#classes.get(key);
    if (list === undefined) {
      list = new KnownList(found.map((name) => new KnownText(name)));
      // Sets of kinds that come up in practice are few; a sender that makes them all gains nothing.
      if (this.#classes.size < CLASSES_MAX) this.#classes.set(key, list);
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
  #remember(
    key: number,
    span: ByteSpan,
    made: { readonly shown: Uint8Array | undefined; readonly note?: Note },
  ): number {
    const { shown = span.bytes.subarray(span.start, span.end) } = made;
    if (span.length > INTERNED_BYTES_MAX) {
      return shown.length === 0 ? 0 : this.#texts.add(shown, 0, shown.length);
    }
    return this.#interner.idIn(this.#texts, this.#interner.keep(key, span, made));
  }
}

/** Equal bytes of two types are two values. */
function keyOf(place: Place, span: ByteSpan): number {
  return place.number * TYPES + span.type;
}

function noteOfSigns(
  read: SignReader,
  span: ByteSpan,
): { readonly kind: 'signs'; readonly signs: readonly Sign[] } {
  const signs = read(inputText(span));
  return signs.length === 0 ? BENIGN : { kind: 'signs', signs };
}

function inputText(span: ByteSpan): string {
  if (!span.isText || span.length <= INPUT_BYTES_MAX) return span.text();
  const half = INPUT_BYTES_MAX / 2;
  const head = span.bytes.toString('utf8', span.start, span.start + half);
  return head + span.bytes.toString('utf8', span.end - half, span.end);
}
