/** Looks at objects that clients and applications made, without running anything of theirs. */

/** Whether a value may have members. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** An own data property: a getter may have side effects, a prototype may be polluted. */
export function ownValue(object: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(object, name)?.value;
}
