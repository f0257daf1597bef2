/** Builds the one pattern that is run from parts short enough to be read. */

/** Alternation. Group numbers count through all parts, as in one literal. */
export function anyOf(...parts: readonly RegExp[]): RegExp {
  return new RegExp(parts.map(({ source }) => source).join('|'), sharedFlags(parts));
}

/** Concatenation; each part stays a unit. */
export function inOrder(...parts: readonly RegExp[]): RegExp {
  return new RegExp(parts.map(({ source }) => `(?:${source})`).join(''), sharedFlags(parts));
}

function sharedFlags(parts: readonly RegExp[]): string {
  const flags = parts[0]?.flags ?? '';
  if (parts.some((part) => part.flags !== flags)) throw new TypeError('parts differ in flags');
  return flags;
}
