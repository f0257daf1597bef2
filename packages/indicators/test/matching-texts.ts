/** Generates texts for a pattern, to compare what it matches with the literals of its rule. */
import { type Arbitrary, stringMatching } from 'fast-check';

const LOOK_AROUND = /^\(\?<?[=!]/;
const BACK_REFERENCE = /\\[1-9]/;

/** Whether texts can be generated: what a back reference repeats is hardly ever hit by chance. */
export function isGenerable({ source }: RegExp): boolean {
  return !BACK_REFERENCE.test(source);
}

/**
 * Most of the texts match the pattern, not all: assertions are left to chance. Blanks and what `.`
 * or `[^x]` stand for are ASCII; of a class without printable ASCII the generator never finds one.
 */
export function textsMatching(pattern: RegExp): Arbitrary<string> {
  return stringMatching(new RegExp(withoutAssertions(pattern.source)));
}

/**
 * The generator knows neither word boundaries nor look-arounds nor `\0`. The first two consume
 * nothing, so the texts without them include all those with them.
 */
function withoutAssertions(source: string): string {
  let kept = '';
  for (let at = 0; at < source.length;) {
    if (LOOK_AROUND.test(source.slice(at, at + 4))) {
      at = groupEnd(source, at);
      continue;
    }
    const token = tokenAt(source, at);
    at += token.length;
    if (token !== '\\b') kept += token === '\\0' ? '\\x00' : token;
  }
  return kept.replaceAll('(?:)', '');
}

/** An escape, a character class, or a single character. */
function tokenAt(source: string, at: number): string {
  return /^(?:\\.|\[(?:\\.|[^\]\\])*\]|.)/s.exec(source.slice(at))?.[0] ?? '';
}

/** Where the group that opens at `start` is behind its bracket. */
function groupEnd(source: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const token = tokenAt(source, at);
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    at += token.length;
  } while (depth > 0);
  return at;
}
