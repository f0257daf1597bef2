/** Makes a wrapper look like what it wraps, and tells what we wrapped from what we did not. */
import type { LibraryMethod } from './patch.ts';

const PATCHED: symbol = Symbol.for('spanguard.patched');
const wrapsFollowedMax = 8;

/** Gives a wrapper the name, length, own properties and prototype of what it replaces. */
export function likeOriginal<Wrapped extends LibraryMethod>(
  wrapped: Wrapped,
  original: object,
): Wrapped {
  for (const key of Reflect.ownKeys(original)) {
    // Our own mark says what it was put on; it is never inherited by a copy.
    if (key === PATCHED) continue;
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    const own = Object.getOwnPropertyDescriptor(wrapped, key);
    if (descriptor === undefined) continue;
    // A function's own `prototype` cannot be redefined, but it can be assigned.
    if (own === undefined || own.configurable === true) {
      Object.defineProperty(wrapped, key, descriptor);
    } else if (own.writable === true && 'value' in descriptor) {
      Reflect.set(wrapped, key, descriptor.value);
    }
  }
  Object.setPrototypeOf(wrapped, Reflect.getPrototypeOf(original));
  mark(wrapped, original);
  return wrapped;
}

/** Marks a wrapper as ours. */
export function mark(wrapped: LibraryMethod, original: object): void {
  Object.defineProperty(wrapped, PATCHED, { value: original, configurable: true });
}

/** Takes the mark off a wrapper that does nothing any more. */
export function unmark(wrapped: LibraryMethod): void {
  Reflect.deleteProperty(wrapped, PATCHED);
}

/** Whether a method is wrapped by any copy of us, also below what others wrapped around ours. */
export function isPatched(method: object): boolean {
  let current: unknown = method;
  // Shimmer, which nearly all use, leaves a trail.
  for (let i = 0; i < wrapsFollowedMax && isObjectLike(current); i++) {
    if (Object.hasOwn(current, PATCHED)) return true;
    current = Reflect.get(current, '__original');
  }
  return false;
}

/** Whether a value can have properties. */
export function isObjectLike(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Whether a value can be called. */
export function isMethod(value: unknown): value is LibraryMethod {
  return typeof value === 'function';
}
