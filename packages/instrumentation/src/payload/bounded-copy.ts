/** A bounded plain copy of a foreign value: cheap whatever the application hands over. */
import { cutAtBoundary } from '@spanguard/verdict';

/** How much of a value is copied. */
export interface CopyBounds {
  /** Characters of keys and values altogether. */
  readonly charsMax: number;
}

/** What was copied, and whether something was left out. */
export interface BoundedCopy {
  readonly value: unknown;
  readonly truncated: boolean;
}

const depthMax = 12;
const entriesMax = 128;
const valueCharsMax = 1024;
const keyCharsMax = 128;
const TRUNCATED = '...truncated';
// Quotes, colon and comma around a property.
const SYNTAX_CHARS = 6;

/**
 * Copies plain data by own enumerable data properties: no getter and no `toJSON` runs, functions and
 * symbols are left out, buffers become their size, instances with a `toJSON` a placeholder. Depth,
 * entries a node, characters a value and altogether are bounded; cycles end at the depth bound.
 */
export function boundedCopy(value: unknown, { charsMax }: CopyBounds): BoundedCopy {
  const budget = { charsLeft: charsMax, truncated: false };
  return { value: copy(value, budget, 0), truncated: budget.truncated };
}

interface Budget {
  charsLeft: number;
  truncated: boolean;
}

function copy(value: unknown, budget: Budget, depth: number): unknown {
  if (typeof value === 'string') return copyText(value, budget);
  if (typeof value === 'bigint') return copyText(String(value), budget);
  if (typeof value === 'object' && value !== null) return copyObject(value, budget, depth);
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  budget.charsLeft -= SYNTAX_CHARS;
  return value;
}

function copyText(text: string, budget: Budget): string {
  const charsMax = Math.min(valueCharsMax, Math.max(0, budget.charsLeft));
  const kept = cutAtBoundary(text, charsMax);
  budget.charsLeft -= kept.length;
  if (kept.length === text.length) return text;
  budget.truncated = true;
  return kept + TRUNCATED;
}

// The recursion is ours to bound: `depthMax` levels, whatever depth the client sent.
function copyObject(object: object, budget: Budget, depth: number): unknown {
  if (depth >= depthMax || budget.charsLeft <= 0) {
    budget.truncated = true;
    return TRUNCATED;
  }
  if (ArrayBuffer.isView(object)) return `[${object.byteLength} bytes]`;
  if (object instanceof Date) return Number.isNaN(object.getTime()) ? null : object.toISOString();
  if (Array.isArray(object)) return copyArray(object, budget, depth);
  // What such an instance holds is not what it would send, and its `toJSON` is not ours to call.
  if (hasToJson(object)) return '[object]';
  return copyProperties(object, budget, depth);
}

function hasToJson(object: object): boolean {
  return 'toJSON' in object && typeof object.toJSON === 'function';
}

function copyArray(array: readonly unknown[], budget: Budget, depth: number): unknown[] {
  const copied: unknown[] = [];
  for (let i = 0; i < array.length; i++) {
    if (i >= entriesMax || budget.charsLeft <= 0) {
      budget.truncated = true;
      copied.push(TRUNCATED);
      break;
    }
    copied.push(copy(array[i], budget, depth + 1) ?? null);
  }
  return copied;
}

function copyProperties(object: object, budget: Budget, depth: number): Record<string, unknown> {
  const copied: Record<string, unknown> = Object.create(null);
  let entries = 0;
  for (const key in object) {
    if (!Object.hasOwn(object, key)) continue;
    if (entries >= entriesMax || budget.charsLeft <= 0) {
      budget.truncated = true;
      copied['...'] = 'truncated';
      break;
    }
    entries += 1;
    const property = Object.getOwnPropertyDescriptor(object, key);
    const shortKey = key.length > keyCharsMax ? cutKey(key, budget) : key;
    budget.charsLeft -= shortKey.length + SYNTAX_CHARS;
    copied[shortKey] = copy(property?.value, budget, depth + 1);
  }
  return copied;
}

function cutKey(key: string, budget: Budget): string {
  budget.truncated = true;
  return cutAtBoundary(key, keyCharsMax) + TRUNCATED;
}
