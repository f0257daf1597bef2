/** Masks and caps attribute values of every shape in place. Knows neither spans nor log records. */
import type { AnyValue, Attributes } from '@opentelemetry/api';
import { type KeyDecision, mayNameValue } from '@spanguard/redaction';
import { cutAtBoundary, cutAtCharacter } from '@spanguard/verdict';
import type { StructureMask } from './create-security-mask.ts';

/** What masking may keep of one value. */
export interface MaskLimits {
  /** Longest string kept, in UTF-16 units. Default 16384, at most 1048576. */
  readonly charsMax: number;
}

/** The defaults of {@link MaskLimits}: above the largest payload an instrumentation records. */
export const DEFAULT_MASK_LIMITS: MaskLimits = { charsMax: 16_384 };

const DEPTH_MAX = 16;
const TOO_DEEP = '[too_deep]';
const NOT_TEXT = '[bytes]';
const TOO_LONG = '[too_long]';
// Read beyond what is kept, so that a secret at the cut is masked whole. Longer than any secret there is.
const READ_BEYOND_CHARS = 16_384;

interface ListUnderKey {
  readonly key: string;
  readonly items: AnyValue[];
  /** It is an item of a list itself. */
  readonly isNested: boolean;
}

/** Masks text and attributes with one policy and one set of limits. */
export class AttributeMasker {
  readonly #mask: StructureMask;
  readonly #charsMax: number;
  /** Frozen lists of which nothing was masked, and under which key. */
  readonly #clean = new WeakMap<object, string>();

  constructor(mask: StructureMask, limits: MaskLimits = DEFAULT_MASK_LIMITS) {
    this.#mask = mask;
    this.#charsMax = limits.charsMax;
  }

  /** Free text (span name, status message, log body), masked and then capped. */
  text(text: string): string {
    return this.#cut(this.#mask.text(this.#readable(text)));
  }

  /** Masks every value in place; what the policy drops is deleted. */
  attributes(attributes: Attributes): void {
    let beside: ReadonlyMap<string, KeyDecision> | undefined;
    for (const key of Object.keys(attributes)) {
      const value = attributes[key];
      // Of a hundred spans hardly one has a key whose name may stand beside it.
      if (mayNameValue(key)) beside ??= this.#besideAttributes(attributes);
      const outer = beside?.get(key) ?? 0;
      const masked = this.#value(key, value, outer, 0);
      if (masked === undefined) delete attributes[key];
      else if (masked !== value) attributes[key] = masked;
    }
  }

  /** Keys with dots belong to the conventions that they are named for, not to each other. */
  #besideAttributes(attributes: Attributes): ReadonlyMap<string, KeyDecision> {
    const keys = Object.keys(attributes).filter((key) => !key.includes('.'));
    const values = keys.map((key) => attributes[key]);
    const beside = this.#mask.namedBeside(values, 0, { keys });
    return new Map(Array.from(beside, ([index, decision]) => [keys[index] ?? '', decision]));
  }

  /** One value under its key; `undefined` means: drop it. Unchanged values are returned as they are. */
  value(key: string, value: AnyValue): AnyValue {
    return this.#value(key, value, 0, 0);
  }

  /** `outer` is the strictest decision on the keys around the value and on the names beside it. */
  #value(key: string, value: AnyValue, outer: KeyDecision, depth: number): AnyValue {
    if (typeof value === 'string') {
      const masked = this.#mask.attribute(key, this.#readable(value), outer);
      return typeof masked === 'string' ? this.#cut(masked) : masked;
    }
    if (typeof value === 'number' || typeof value === 'boolean') {
      return this.#mask.attribute(key, value, outer);
    }
    if (typeof value === 'bigint') return this.#mask.attribute(key, String(value), outer);
    if (value === null) return value;
    // Functions and symbols are no attribute values: they are dropped.
    if (typeof value !== 'object') return undefined;
    // Nobody can say what bytes hold, so they do not leave; foreign depth never becomes our stack.
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return NOT_TEXT;
    if (depth >= DEPTH_MAX) return TOO_DEEP;
    if (outer === 0 && this.#clean.get(value) === key) return value;
    const around = Math.max(outer, this.#mask.decisionOf(key));
    return Array.isArray(value)
      ? this.#list({ key, items: value, isNested: false }, around, depth)
      : this.#map(value, around, depth);
  }

  // Masked first and cut afterwards: half a secret looks like none. What bounds the work is a cut as well, at
  // a place where no secret goes on; where there is none, nothing can be shown.
  #readable(text: string): string {
    const readMax = this.#charsMax + READ_BEYOND_CHARS;
    return text.length <= readMax ? text : cutAtBoundary(text, readMax) || TOO_LONG;
  }

  #cut(text: string): string {
    return cutAtCharacter(text, this.#charsMax);
  }

  #list({ key, items, isNested }: ListUnderKey, around: KeyDecision, depth: number): AnyValue {
    const beside = this.#mask.namedBeside(items, around, { isNested });
    const masked: AnyValue[] = items.map((item, index) => {
      const outer = beside.get(index) ?? around;
      return Array.isArray(item) && depth + 1 < DEPTH_MAX
        ? this.#list({ key, items: item, isNested: true }, outer, depth + 1)
        : (this.#value(key, item, outer, depth + 1) ?? null);
    });
    if (!masked.every((item, at) => item === items[at])) return masked;
    // A few lists of words, made once, stand on every span.
    if (Object.isFrozen(items) && !items.some(isHolder)) this.#clean.set(items, key);
    return items;
  }

  #map(map: object, around: KeyDecision, depth: number): AnyValue {
    const names = Object.keys(map);
    const values: AnyValue[] = Object.values(map);
    const beside = this.#mask.namedBeside(values, around, { keys: names });
    const copy: Record<string, AnyValue> = Object.create(null);
    for (const [index, name] of names.entries()) {
      const outer = beside.get(index) ?? around;
      const masked = this.#value(name, values[index], outer, depth + 1);
      if (masked !== undefined) copy[name] = masked;
    }
    return copy;
  }
}

function isHolder(item: AnyValue): boolean {
  return typeof item === 'object' && item !== null;
}
