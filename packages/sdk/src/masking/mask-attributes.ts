/** Masks and caps attribute values of every shape in place. Knows neither spans nor log records. */
import type { AnyValue, Attributes } from '@opentelemetry/api';
import { type SecurityMask } from '@spanguard/instrumentation';
import { cutAtBoundary, cutAtCharacter } from '@spanguard/verdict';

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

/** Masks text and attributes with one policy and one set of limits. */
export class AttributeMasker {
  readonly #mask: SecurityMask;
  readonly #charsMax: number;

  constructor(mask: SecurityMask, limits: MaskLimits = DEFAULT_MASK_LIMITS) {
    this.#mask = mask;
    this.#charsMax = limits.charsMax;
  }

  /** Free text (span name, status message, log body), masked and then capped. */
  text(text: string): string {
    return this.#cut(this.#mask.text(this.#readable(text)));
  }

  /** Masks every value in place; what the policy drops is deleted. */
  attributes(attributes: Attributes): void {
    for (const key of Object.keys(attributes)) {
      const value = attributes[key];
      const masked = this.value(key, value);
      if (masked === undefined) delete attributes[key];
      else if (masked !== value) attributes[key] = masked;
    }
  }

  /** One value under its key; `undefined` means: drop it. Unchanged values are returned as they are. */
  value(key: string, value: AnyValue): AnyValue {
    return this.#value(key, value, 0);
  }

  #value(key: string, value: AnyValue, depth: number): AnyValue {
    if (typeof value === 'string') {
      const masked = this.#mask.attribute(key, this.#readable(value));
      return typeof masked === 'string' ? this.#cut(masked) : masked;
    }
    if (typeof value === 'number' || typeof value === 'boolean') {
      return this.#mask.attribute(key, value);
    }
    if (typeof value === 'bigint') return this.#mask.attribute(key, String(value));
    if (value === null) return value;
    // Functions and symbols are no attribute values: they are dropped.
    return typeof value === 'object' ? this.#object(key, value, depth) : undefined;
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

  #object(key: string, value: object, depth: number): AnyValue {
    // Nobody can say what bytes hold, so they do not leave; foreign depth never becomes our stack.
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return NOT_TEXT;
    if (depth >= DEPTH_MAX) return TOO_DEEP;
    if (Array.isArray(value)) {
      const items: AnyValue[] = value.map((item) => this.#value(key, item, depth + 1) ?? null);
      return items.every((item, at) => item === value[at]) ? value : items;
    }
    const copy: Record<string, AnyValue> = Object.create(null);
    for (const [name, inner] of Object.entries(value)) {
      const masked = this.#value(name, inner, depth + 1);
      if (masked !== undefined) copy[name] = masked;
    }
    return copy;
  }
}
