/**
 * Reads a regular expression as PCRE does (UTF on, UCP off, a line ends in `\n`), the dialect Sigma
 * names, and writes it for RE2, which runs in time linear in the value. What RE2 cannot run, or would
 * take for something else, is refused: never is an expression matched with another meaning.
 */
import { classSource, literalSource, readClass } from './pcre-class.ts';
import { type Escape, readEscape, RegexRefusal } from './pcre-escapes.ts';

/** A pattern for RE2, and how to try it. */
export interface TranslatedPattern {
  /** Needs no flags and has no captures. */
  readonly source: string;
  /** Whether it has a `$` or `\Z`, which PCRE also sees before a line end that ends the value. */
  readonly seesLastLineEnd: boolean;
}

/** Bounds of one pattern. */
export const PATTERN_LIMITS = { charactersMax: 8_192, depthMax: 64 } as const;

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
}

/** A part of the pattern, and what is known of it. */
interface Piece {
  readonly source: string;
  /** It may match nothing. */
  readonly isNullable: boolean;
  /** It may end in `$`, of the sort that PCRE sees before the last line end. */
  readonly endsInDollar: boolean;
  /** It may end in a `^` of many lines, with nothing that must follow. */
  readonly endsInCaret: boolean;
}

const NOTHING: Piece = { source: '', isNullable: true, endsInDollar: false, endsInCaret: false };
const QUANTIFIER = /^(?:[*+?]|\{(\d{1,5})(?:(,)(\d{0,5}))?\})/;
/** What releases of PCRE2 disagree about: `{,3}` and blanks inside. */
const DOUBTFUL_QUANTIFIER = /^\{[ \t]*(?:\d[\d ,\t]*|,[ \t]*\d[\d \t]*)\}/;
const NAMED = /^\(\?(?:P?<([A-Za-z_]\w{0,31})>|'([A-Za-z_]\w{0,31})')/;
const FLAGS = /^\(\?([imsU]*)(?:-([imsU]*))?([:)])/;

const REFUSED_LETTERS: ReadonlyMap<string, string> = new Map([
  ['R', '\\R never gives back what it took, write (?:\\r\\n|[\\n\\r]) or [\\n\\r]'],
  ['X', '\\X (a grapheme) is not supported'],
  ['C', '\\C (a byte) is not supported'],
  ['G', '\\G is not supported, write \\A'],
  ['K', '\\K is not supported and changes nothing here, leave it out'],
  ['g', 'a backreference cannot run in linear time'],
  ['k', 'a backreference cannot run in linear time'],
]);

const REFUSED_GROUPS: readonly (readonly [RegExp, string])[] = [
  [/^\(\?<?[=!]/, 'looking ahead or behind is not supported, it cannot run in linear time'],
  [/^\(\?>/, 'an atomic group cannot run in linear time'],
  [/^\(\?\|/, 'a branch reset is not supported, write (?:'],
  [/^\(\?\(/, 'a conditional group cannot run in linear time'],
  [/^\(\?P=/, 'a backreference cannot run in linear time'],
  [/^\(\?(?:R|[+-]?\d|&|P>)/, 'recursion cannot run in linear time'],
  [/^\(\*/, 'a verb of PCRE is not supported'],
];

/** Throws {@link RegexRefusal}. `flags` are of `i`, `m`, `s`. */
export function translatePattern(pattern: string, flags: string): TranslatedPattern {
  if (pattern.length > PATTERN_LIMITS.charactersMax) {
    throw new RegexRefusal(0, `at most ${PATTERN_LIMITS.charactersMax} characters`);
  }
  return new PatternTranslator(pattern).translate({
    i: flags.includes('i'),
    m: flags.includes('m'),
    s: flags.includes('s'),
  });
}

class PatternTranslator {
  readonly #pattern: string;
  #at = 0;
  #isQuoted = false;
  #seesLastLineEnd = false;
  #hasAbsoluteEnd = false;
  readonly #names = new Set<string>();

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  translate(flags: Flags): TranslatedPattern {
    const { source, endsInCaret } = this.#alternatives(flags, 0);
    if (this.#at < this.#pattern.length) this.#refuse('a parenthesis is closed that is not open');
    const seesLastLineEnd = this.#seesLastLineEnd;
    if (seesLastLineEnd && this.#hasAbsoluteEnd) this.#refuse('\\z beside $ or \\Z, use one', 0);
    if (endsInCaret) {
      // PCRE sees no line behind the last line end, RE2 sees an empty one.
      this.#refuse('something that is not empty has to follow a ^ of many lines', 0);
    }
    return { source: flags.i ? `(?i:${source})` : source, seesLastLineEnd };
  }

  /** Branches up to a closing parenthesis or the end. Recursion is bounded by the depth. */
  #alternatives(flags: Flags, depth: number): Piece {
    if (depth > PATTERN_LIMITS.depthMax) this.#refuse(`deeper than ${PATTERN_LIMITS.depthMax}`);
    // `(?i)` lasts to the end of its group, over branches.
    const scope = { flags };
    let all = this.#sequence(scope, depth);
    while (this.#pattern[this.#at] === '|') {
      this.#at += 1;
      const next = this.#sequence(scope, depth);
      all = {
        source: `${all.source}|${next.source}`,
        isNullable: all.isNullable || next.isNullable,
        endsInDollar: all.endsInDollar || next.endsInDollar,
        endsInCaret: all.endsInCaret || next.endsInCaret,
      };
    }
    return all;
  }

  #sequence(scope: { flags: Flags }, depth: number): Piece {
    let before = NOTHING;
    while (this.#at < this.#pattern.length) {
      if (this.#quoteMark()) continue;
      const index = this.#at;
      if (this.#isQuoted) {
        before = this.#join(before, this.#quantified(this.#literal()), index);
        continue;
      }
      if ('|)'.includes(this.#pattern[index] ?? ' ')) break;
      const setting = this.#flagSetting(scope);
      if (setting === undefined) {
        const assertion = this.#assertion(scope.flags);
        const piece = assertion ?? this.#quantified(this.#atom(scope.flags, depth));
        before = this.#join(before, piece, index);
      } else before = { ...before, source: before.source + setting };
    }
    return before;
  }

  #join(before: Piece, next: Piece, index: number): Piece {
    if (before.endsInDollar) {
      this.#refuse('nothing can stand behind a $, put it last in its branch', index);
    }
    const endsInCaret = next.endsInCaret || (next.isNullable && before.endsInCaret);
    return {
      source: before.source + next.source,
      isNullable: before.isNullable && next.isNullable,
      endsInDollar: next.endsInDollar,
      endsInCaret,
    };
  }

  /** `\Q` and `\E` are no items; an `\E` alone means nothing. */
  #quoteMark(): boolean {
    const mark = this.#pattern.slice(this.#at, this.#at + 2);
    if (mark !== '\\E' && (mark !== '\\Q' || this.#isQuoted)) return false;
    this.#isQuoted = mark === '\\Q';
    this.#at += 2;
    return true;
  }

  /** Reads `(?i)` and comments: what is to be written instead, undefined where neither stands. */
  #flagSetting(scope: { flags: Flags }): string | undefined {
    if (this.#pattern.startsWith('(?#', this.#at)) {
      const end = this.#pattern.indexOf(')', this.#at);
      if (end < 0) this.#refuse('the comment is not closed');
      this.#at = end + 1;
      return '';
    }
    const match = FLAGS.exec(this.#pattern.slice(this.#at, this.#at + 16));
    if (match?.[3] !== ')') return undefined;
    this.#at += match[0].length;
    scope.flags = changed(scope.flags, match);
    return scope.flags.i ? '(?i)' : '(?-i)';
  }

  /** What takes no characters. It cannot be repeated. */
  #assertion(flags: Flags): Piece | undefined {
    const [char = ''] = this.#pattern.slice(this.#at, this.#at + 1);
    const letter = char === '\\' ? (this.#pattern[this.#at + 1] ?? '') : char;
    const isEscape = char === '\\';
    if (!(isEscape ? 'AbBzZ' : '^$').includes(letter) || letter === '') return undefined;
    this.#at += isEscape ? 2 : 1;
    const isOfLine = flags.m && !isEscape;
    if (letter === '^')
      return { ...NOTHING, source: isOfLine ? '(?m:^)' : '\\A', endsInCaret: isOfLine };
    if (letter === 'z') this.#hasAbsoluteEnd = true;
    if (letter !== '$' && letter !== 'Z') return { ...NOTHING, source: `\\${letter}` };
    if (isOfLine) return { ...NOTHING, source: '(?m:$)' };
    this.#seesLastLineEnd = true;
    return { ...NOTHING, source: '\\z', endsInDollar: true };
  }

  #atom(flags: Flags, depth: number): Piece {
    const index = this.#at;
    const rest = this.#pattern.slice(index, index + 64);
    if (rest.startsWith('(')) return this.#group(flags, depth, rest);
    if (QUANTIFIER.test(rest)) this.#refuse('there is nothing to repeat');
    if (DOUBTFUL_QUANTIFIER.test(rest)) this.#refuse('write {0,n}, without blanks');
    if (rest.startsWith('[')) {
      const { read, end } = readClass(this.#pattern, index);
      this.#at = end;
      return character(classSource(read, { ignoreCase: flags.i, index }));
    }
    if (rest.startsWith('.')) {
      this.#at += 1;
      return character(flags.s ? '(?s:.)' : '[^\\n]');
    }
    if (!rest.startsWith('\\')) return this.#literal();
    const escape = readEscape(this.#pattern, index);
    this.#at = escape.end;
    return character(this.#escapeSource(escape, { ignoreCase: flags.i, index }));
  }

  #escapeSource(escape: Escape, place: { ignoreCase: boolean; index: number }): string {
    if (escape.kind === 'character') return literalSource(escape.code);
    if (escape.kind === 'set') {
      const sets = [escape];
      return classSource({ negated: false, literals: '', hasCase: false, sets }, place);
    }
    const { letter } = escape;
    if (letter === 'N') {
      const rest = this.#pattern.slice(this.#at, this.#at + 16);
      // A name or number of Unicode: only with a quantifier behind it \N is a character but a line end.
      if (rest.startsWith('{') && !QUANTIFIER.test(rest))
        this.#refuse('write \\x{..}', place.index);
      return '[^\\n]';
    }
    const reason = /\d/.test(letter)
      ? 'a backreference cannot run in linear time; a character is written \\x{..}'
      : (REFUSED_LETTERS.get(letter) ?? `\\${letter} has no meaning in PCRE`);
    return this.#refuse(reason, place.index);
  }

  #literal(): Piece {
    const code = this.#pattern.codePointAt(this.#at) ?? 0;
    this.#at += code > 0xff_ff ? 2 : 1;
    return character(literalSource(code));
  }

  #group(flags: Flags, depth: number, rest: string): Piece {
    const index = this.#at;
    const withFlags = FLAGS.exec(rest);
    const named = NAMED.exec(rest);
    const [opening] = withFlags ?? named ?? ['('];
    const name = named?.[1] ?? named?.[2];
    if (name !== undefined && this.#names.has(name))
      this.#refuse(`two groups have the name ${name}`);
    if (name !== undefined) this.#names.add(name);
    if (opening === '(') {
      const refused = REFUSED_GROUPS.find(([begins]) => begins.test(rest));
      if (refused !== undefined) this.#refuse(refused[1]);
      if (rest.startsWith('(?')) this.#refuse('this kind of group is not supported');
    }
    this.#at += opening.length;
    const inner = withFlags === null ? flags : changed(flags, withFlags);
    const content = this.#alternatives(inner, depth + 1);
    if (this.#pattern[this.#at] !== ')') this.#refuse('the parenthesis is not closed', index);
    this.#at += 1;
    const begin = inner.i === flags.i ? '(?:' : `(?${inner.i ? '' : '-'}i:`;
    return { ...content, source: `${begin}${content.source})` };
  }

  #quantified(atom: Piece): Piece {
    if (this.#isQuoted && !this.#pattern.startsWith('\\E', this.#at)) return atom;
    if (this.#isQuoted) this.#quoteMark();
    const index = this.#at;
    const match = QUANTIFIER.exec(this.#pattern.slice(index, index + 16));
    if (match === null) return atom;
    const [written, least = '', comma, most = ''] = match;
    this.#at += written.length;
    const behind = this.#pattern.slice(this.#at, this.#at + 16);
    if (behind.startsWith('+')) this.#refuse('a possessive quantifier cannot run in linear time');
    if (behind.startsWith('?')) this.#at += 1;
    if (QUANTIFIER.test(this.#pattern.slice(this.#at, this.#at + 16))) {
      this.#refuse('a quantifier behind a quantifier, write a group');
    }
    const repeats = written !== '?' && !(comma === undefined ? least : most).match(/^[01]$/);
    if (atom.endsInDollar && repeats) this.#refuse('a $ cannot be repeated', index);
    const isOptional = written === '*' || written === '?' || /^0+$/.test(least);
    const isNullable = atom.isNullable || isOptional;
    return { ...atom, source: atom.source + written, isNullable };
  }

  #refuse(reason: string, index: number = this.#at): never {
    throw new RegexRefusal(index, reason);
  }
}

/** Something that takes one character. */
function character(source: string): Piece {
  return { ...NOTHING, source, isNullable: false };
}

/** `U` says which of several matches is taken: whether there is one stays the same. */
function changed({ i, m, s }: Flags, [, on = '', off = '']: RegExpExecArray): Flags {
  const now = (flag: string, before: boolean): boolean =>
    !off.includes(flag) && (before || on.includes(flag));
  return { i: now('i', i), m: now('m', m), s: now('s', s) };
}
