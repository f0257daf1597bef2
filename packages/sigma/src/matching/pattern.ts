/** Sigma strings: `*` and `?` are wildcards, a backslash takes their meaning away. */
import { ALWAYS, asciiOf, type Literal, type TextTest } from './text-test.ts';

/** Literal texts and wildcards in order. */
export type PatternPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'one' };

/** Where a pattern has to stand in the value. */
export type Placement = 'whole' | 'contains' | 'startswith' | 'endswith';

/** Parts of a Sigma string. `\*` `\?` `\\` are literals; any other backslash is one itself. */
export function parsePattern(text: string): readonly PatternPart[] {
  const parts: PatternPart[] = [];
  let literal = '';
  const close = (): void => {
    if (literal !== '') parts.push({ kind: 'literal', text: literal });
    literal = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    const next = text.charAt(at + 1);
    if (char === '\\' && (next === '*' || next === '?' || next === '\\')) {
      literal += next;
      at += 1;
    } else if (char === '*') {
      close();
      if (parts.at(-1)?.kind !== 'any') parts.push({ kind: 'any' });
    } else if (char === '?') {
      close();
      parts.push({ kind: 'one' });
    } else literal += char;
  }
  close();
  return parts;
}

/** The text of a pattern without wildcards, undefined when it has some. */
export function literalOf(parts: readonly PatternPart[]): string | undefined {
  if (parts.length === 0) return '';
  const [first] = parts;
  return parts.length === 1 && first?.kind === 'literal' ? first.text : undefined;
}

/** Surround with wildcards as contains, startswith and endswith ask. */
export function placePattern(
  parts: readonly PatternPart[],
  placement: Placement,
): readonly PatternPart[] {
  const any: PatternPart = { kind: 'any' };
  const before = placement === 'contains' || placement === 'endswith';
  const after = placement === 'contains' || placement === 'startswith';
  const placed = [...parts];
  if (before && placed[0]?.kind !== 'any') placed.unshift(any);
  if (after && placed.at(-1)?.kind !== 'any') placed.push(any);
  return placed;
}

/** Compile to the cheapest test; without `cased` capital and small letters are the same. */
export function compilePattern(
  parts: readonly PatternPart[],
  { cased }: { cased: boolean },
): TextTest {
  const [first] = parts;
  if (parts.length === 1 && first?.kind === 'any') return ALWAYS;
  const folded = parts.map((part) =>
    part.kind === 'literal' && !cased ? { ...part, text: part.text.toLowerCase() } : part,
  );
  const match = simpleMatcher(folded) ?? ((text: string): boolean => matchesGlob(folded, text));
  return {
    matches: cased ? (text) => match(text) : (_, text) => match(text),
    needs: needsOf(folded, cased),
  };
}

function needsOf(parts: readonly PatternPart[], cased: boolean): readonly Literal[] | undefined {
  const whole = literalOf(parts);
  if (whole !== undefined) return [{ kind: 'whole', text: whole.toLowerCase() }];
  let longest = '';
  for (const part of parts) {
    const text = part.kind !== 'literal' ? '' : cased ? asciiOf(part.text) : part.text;
    if (text.length > longest.length) longest = text;
  }
  return longest === '' ? undefined : [{ kind: 'part', text: longest }];
}

function simpleMatcher(parts: readonly PatternPart[]): ((text: string) => boolean) | undefined {
  const [first, second, third] = parts;
  if (parts.length === 0) return (text) => text === '';
  if (parts.length === 1 && first?.kind === 'literal') {
    const { text: wanted } = first;
    return (text) => text === wanted;
  }
  if (parts.length === 2 && first?.kind === 'literal' && second?.kind === 'any') {
    const { text: wanted } = first;
    return (text) => text.startsWith(wanted);
  }
  if (parts.length === 2 && first?.kind === 'any' && second?.kind === 'literal') {
    const { text: wanted } = second;
    return (text) => text.endsWith(wanted);
  }
  if (parts.length !== 3 || first?.kind !== 'any' || third?.kind !== 'any') return undefined;
  if (second?.kind !== 'literal') return undefined;
  const { text: wanted } = second;
  return (text) => text.includes(wanted);
}

/**
 * Greedy with one point of return: on a mismatch only the last `*` is widened, which is enough for
 * globs and keeps the time within pattern × text.
 */
function matchesGlob(parts: readonly PatternPart[], text: string): boolean {
  let part = 0;
  let at = 0;
  let anyPart = -1;
  let anyAt = 0;
  for (;;) {
    const current = parts[part];
    if (current === undefined && at === text.length) return true;
    if (current?.kind === 'any') {
      anyPart = part;
      anyAt = at;
      part += 1;
      continue;
    }
    const length = lengthMatched(current, text, at);
    if (length > 0) {
      part += 1;
      at += length;
      continue;
    }
    if (anyPart < 0 || anyAt >= text.length) return false;
    anyAt += characterLength(text, anyAt);
    at = anyAt;
    part = anyPart + 1;
  }
}

function lengthMatched(part: PatternPart | undefined, text: string, at: number): number {
  if (part?.kind === 'one') return at < text.length ? characterLength(text, at) : 0;
  if (part?.kind !== 'literal') return 0;
  return text.startsWith(part.text, at) ? part.text.length : 0;
}

/** A character is a code point, of one or two units. */
function characterLength(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xff_ff ? 2 : 1;
}
