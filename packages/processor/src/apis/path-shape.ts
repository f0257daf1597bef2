/**
 * Paths with placeholders, in whatever way they are written, as OpenAPI writes them; and whether two are
 * the same.
 */

/** A part of a path: a word, or a placeholder by its name. */
export type PathPart =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string };

const PLACEHOLDER = /^:|[{<[(*]/;
/** The name in `:id(\\d+)`, `{id:int}`, `<int:id>`, `[...id]`, `(?P<id>...)`. */
const NAMES: readonly RegExp[] = [
  /^:(\w+)/,
  /\{[*+]?(\w+)[^}]*\}/,
  /<(?:[^:>]*:)?(\w+)>/,
  /\[(?:\.{3})?(\w+)\]/,
];

/** The parts of a path, names told apart where two are the same. */
export function partsOf(path: string): readonly PathPart[] {
  const taken = new Set<string>();
  return path
    .split('/')
    .filter((segment) => segment !== '' && segment !== '^')
    .map((segment): PathPart => {
      if (!PLACEHOLDER.test(segment)) return { kind: 'word', text: segment };
      const name = nameIn(segment);
      let own = name;
      for (let number = 2; taken.has(own); number += 1) own = `${name}${number}`;
      taken.add(own);
      return { kind: 'parameter', name: own };
    });
}

/** As OpenAPI writes it. */
export function renderParts(parts: readonly PathPart[]): string {
  const segments = parts.map((part) => (part.kind === 'word' ? part.text : `{${part.name}}`));
  return `/${segments.join('/')}`;
}

/** Equal for paths that differ in nothing but the names of their placeholders. */
export function shapeOf(parts: readonly PathPart[]): string {
  return parts.map((part) => (part.kind === 'word' ? `/${part.text}` : '/{}')).join('') || '/';
}

function nameIn(segment: string): string {
  for (const pattern of NAMES) {
    const [, name] = pattern.exec(segment) ?? [];
    if (name !== undefined) return name;
  }
  return 'part';
}
