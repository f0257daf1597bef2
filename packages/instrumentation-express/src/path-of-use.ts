/** Finds the path in what an application passed to `use`. Pure. */

/** The path of a `use(path, ...handlers)` call; `undefined` when the call has none. */
export function pathOfUse(args: readonly unknown[]): unknown {
  let first = args[0];
  while (Array.isArray(first) && first.length > 0) first = first[0];
  return typeof first === 'function' ? undefined : args[0];
}
