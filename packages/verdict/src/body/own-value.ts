/** Looks at objects that clients and applications made, without running anything of theirs. */

/** Whether a value may have members. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** An own data property, of what has any: a getter may have side effects, a prototype may be polluted. */
export function ownValue(object: unknown, name: string): unknown {
  return isObject(object) ? Object.getOwnPropertyDescriptor(object, name)?.value : undefined;
}
