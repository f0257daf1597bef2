/**
 * Regular expressions that V8's own engine runs in bounded time, faster than one that is linear by its nature:
 * without unbounded repetition there is only so much to try at each character of a text. Of printable ASCII,
 * the signs that are let through mean the same in PCRE, RE2 and JavaScript.
 */

/** Ways to read a text that a pattern may have from one place: so often an engine may turn back there. */
const WAYS_MAX = 32_768;
const PRINTABLE = /^[ -~]*$/;
const LITERAL = /[A-Za-z0-9 _/,:;=&%#@!~'"<>`-]|\\[^A-Za-z0-9\s]/y;
const SHORTHAND = /\\[dwDW]/y;
const CLASS = /\[\^?(?:[A-Za-z0-9 _/,.:;=&%#@!~'"<>`$|(){}*+?-]|\\[^A-Za-z0-9\s]|\\[dw])+\]/y;
const OPEN = /\((?:\?:)?/y;
const QUANTIFIER = /\?|\{(\d{1,3})(?:,(\d{1,3}))?\}/y;
/** What no pattern of ours ends an item with: lazy and possessive quantifiers, unbounded ones. */
const UNBOUNDED = /[*+?{]/y;

/** The same test by V8's engine for a text of printable ASCII, or undefined where it has to be asked another way. */
export type BoundedRegex = (text: string) => boolean | undefined;

/** `undefined` where the pattern may take more than bounded time, or could mean something else. */
export function boundedRegex(pattern: string, flags: string): BoundedRegex | undefined {
  if (!/^i?$/.test(flags) || !PRINTABLE.test(pattern)) return undefined;
  if (new WaysReader(pattern).read() > WAYS_MAX) return undefined;
  const regex = new RegExp(pattern, flags);
  return (text) => (PRINTABLE.test(text) ? regex.test(text) : undefined);
}

/** Counts the ways; infinitely many where a sign is none of those above. */
class WaysReader {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  read(): number {
    const ways = this.#alternatives();
    return this.#at === this.#pattern.length ? ways : Infinity;
  }

  /** Recursion is bounded by the depth that the translator let through. */
  #alternatives(): number {
    let ways = this.#sequence();
    while (this.#take(/\|/y) !== undefined) ways += this.#sequence();
    return ways;
  }

  #sequence(): number {
    let ways = 1;
    for (;;) {
      const next = this.#pattern[this.#at];
      if (next === undefined || next === '|' || next === ')') return ways;
      if (this.#take(/[\^$]/y) !== undefined) continue;
      ways *= this.#repeated(this.#item());
      if (ways > WAYS_MAX) return Infinity;
    }
  }

  /** Ways of one item; a character has one. */
  #item(): { readonly ways: number; readonly isCharacter: boolean } {
    if (this.#take(OPEN) !== undefined) {
      const ways = this.#alternatives();
      return { ways: this.#take(/\)/y) === undefined ? Infinity : ways, isCharacter: false };
    }
    const isCharacter = [LITERAL, SHORTHAND, CLASS].some((sign) => this.#take(sign) !== undefined);
    return { ways: isCharacter ? 1 : Infinity, isCharacter };
  }

  #repeated({ ways, isCharacter }: { ways: number; isCharacter: boolean }): number {
    const quantifier = this.#take(QUANTIFIER);
    if (quantifier === undefined) return this.#isAt(UNBOUNDED) ? Infinity : ways;
    const [written, least = '0', most = least] = quantifier;
    if (this.#isAt(UNBOUNDED)) return Infinity;
    if (written === '?') return ways + 1;
    // A group that is repeated multiplies its ways with itself.
    return isCharacter ? Number(most) - Number(least) + 1 : Infinity;
  }

  #isAt(sign: RegExp): boolean {
    sign.lastIndex = this.#at;
    return sign.test(this.#pattern);
  }

  #take(sign: RegExp): RegExpExecArray | undefined {
    sign.lastIndex = this.#at;
    const found = sign.exec(this.#pattern);
    if (found === null) return undefined;
    this.#at += found[0].length;
    return found;
  }
}
