/**
 * Reads which texts a regular expression cannot do without, out of what `pcre-pattern` writes for RE2:
 * letters and digits as they are, other characters as `\x{..}`, no captures, nothing lazy.
 */

/** What is known of a part of an expression. */
interface Known {
  /** One of these is in whatever it matches; undefined where none is known. */
  readonly needs: readonly string[] | undefined;
  /** The very characters it ends in, as far as they are known. */
  readonly run: string;
}

const NOTHING: Known = { needs: undefined, run: '' };
const ALTERNATIVES_MAX = 64;
const QUANTIFIER = /(?:[*+?]|\{(\d+)(?:,\d*)?\})/y;
const GROUP = /\(\?[a-z-]*(:|\))/y;
const CHARACTER = /[A-Za-z0-9]|\\x\{([0-9a-f]+)\}/y;
const CLASS_ITEM = /\[:\^?[a-z]+:\]|\\.|[^\]\\]/y;

/**
 * Texts in small letters of which one is in every folded text that matches; undefined where none is
 * known. The long s counts as an s: without case RE2 takes it for one.
 */
export function literalsOf(source: string): readonly string[] | undefined {
  return new LiteralReader(source).read();
}

class LiteralReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): readonly string[] | undefined {
    const { needs } = this.#alternatives();
    return this.#at === this.#source.length ? needs : undefined;
  }

  /** Recursion is bounded by the depth of the pattern. */
  #alternatives(): Known {
    const branches = [this.#sequence()];
    while (this.#source[this.#at] === '|') {
      this.#at += 1;
      branches.push(this.#sequence());
    }
    const [only] = branches;
    if (branches.length === 1 && only !== undefined) return only;
    const all = branches.map(closed);
    const needs = all.some((each) => each === undefined)
      ? undefined
      : all.flatMap((each = []) => each);
    return {
      needs: needs !== undefined && needs.length > ALTERNATIVES_MAX ? undefined : needs,
      run: '',
    };
  }

  #sequence(): Known {
    let before = NOTHING;
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] ?? '')) {
      const item = this.#item();
      const least = this.#least();
      if (item === undefined) continue;
      if (least === 0) before = { needs: closed(before), run: '' };
      else if (typeof item === 'string' && least === undefined) {
        before = { ...before, run: before.run + item };
      } else if (typeof item === 'string') {
        before = { needs: closed({ ...before, run: before.run + item }), run: '' };
      } else before = { needs: better(closed(before), closed(item)), run: '' };
    }
    return { needs: closed(before), run: '' };
  }

  /** A character, what is known of a part, or undefined for what takes no characters. */
  #item(): string | Known | undefined {
    const character = this.#take(CHARACTER);
    if (character !== undefined) {
      const [char, hexadecimal] = character;
      const code =
        hexadecimal === undefined ? char.charCodeAt(0) : Number.parseInt(hexadecimal, 16);
      // What is not ASCII may turn into something else where case is ignored.
      return code < 0x80 ? String.fromCharCode(code).toLowerCase() : NOTHING;
    }
    const char = this.#source[this.#at] ?? '';
    if (char === '[') return this.#class();
    if (char === '(') return this.#group();
    if (char === '\\') this.#at += 1;
    this.#at += 1;
    return char === '.' ? NOTHING : undefined;
  }

  #class(): Known {
    this.#at += this.#source[this.#at + 1] === '^' ? 2 : 1;
    while (this.#take(CLASS_ITEM) !== undefined);
    this.#at += 1;
    return NOTHING;
  }

  #group(): Known | undefined {
    const [, end] = this.#take(GROUP) ?? [];
    if (end === ')') return undefined;
    const known = this.#alternatives();
    this.#at += 1;
    return known;
  }

  /** How often the item before is there at least; undefined where nothing is said: once. */
  #least(): number | undefined {
    const quantifier = this.#take(QUANTIFIER);
    if (quantifier === undefined) return undefined;
    const [written, least] = quantifier;
    return least === undefined ? Number(written === '+') : Number(least);
  }

  #take(what: RegExp): RegExpExecArray | undefined {
    what.lastIndex = this.#at;
    const match = what.exec(this.#source);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match;
  }
}

function closed({ needs, run }: Known): readonly string[] | undefined {
  return run === '' ? needs : better(needs, [run]);
}

/** The one whose shortest text is longer. */
function better(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): readonly string[] | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return shortest(b) > shortest(a) ? b : a;
}

function shortest(texts: readonly string[]): number {
  return Math.min(...texts.map(({ length }) => length));
}
