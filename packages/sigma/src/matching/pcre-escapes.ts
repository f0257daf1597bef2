/**
 * What stands behind a backslash in a PCRE pattern: a character, a set of characters, an assertion,
 * or something that this engine refuses. Sets are written as parts of an RE2 class.
 */

/** Why a pattern cannot run, and where: an index into the pattern. */
export class RegexRefusal extends Error {
  override readonly name: string = 'RegexRefusal';
  readonly index: number;

  constructor(index: number, reason: string) {
    super(reason);
    this.index = index;
  }
}

/** A set of characters as it may stand inside an RE2 class. */
export interface CharacterSet {
  readonly kind: 'set';
  readonly source: string;
  /** Whether RE2 would add characters to it where case is ignored, which PCRE does not. */
  readonly growsWithoutCase: boolean;
}

/** What was read, and the index behind it. */
export type Escape = { readonly end: number } & (
  | { readonly kind: 'character'; readonly code: number }
  | CharacterSet
  /** A letter whose meaning depends on where it stands: assertions and what is refused. */
  | { readonly kind: 'letter'; readonly letter: string }
);

const CODE_MAX = 0x10_ff_ff;
const HORIZONTAL = String.raw`\t \x{a0}\x{1680}\x{180e}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}`;
const NOT_HORIZONTAL = String.raw`\x{0}-\x{8}\n-\x{1f}!-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{180d}\x{180f}-\x{1fff}\x{200b}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{10ffff}`;

/** PCRE without its option UCP: ASCII, a vertical tab being a space. */
const SETS: ReadonlyMap<string, string> = new Map([
  ['d', String.raw`\d`],
  ['D', String.raw`\D`],
  ['w', String.raw`\w`],
  ['W', String.raw`\W`],
  ['s', String.raw`\t-\r `],
  ['S', String.raw`\x{0}-\x{8}\x{e}-\x{1f}!-\x{10ffff}`],
  ['h', HORIZONTAL],
  ['H', NOT_HORIZONTAL],
  ['v', String.raw`\n-\r\x{85}\x{2028}\x{2029}`],
  ['V', String.raw`\x{0}-\t\x{e}-\x{84}\x{86}-\x{2027}\x{202a}-\x{10ffff}`],
]);

const CHARACTERS: ReadonlyMap<string, number> = new Map([
  ['a', 0x07],
  ['e', 0x1b],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
]);

/** Scripts are left out: releases of PCRE2 differ in what belongs to one. */
const CATEGORIES = new Set(
  'Any L Ll Lu Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp Cc Cf Co'.split(
    ' ',
  ),
);

/** Reads the escape whose backslash stands at `start`. Throws {@link RegexRefusal}. */
export function readEscape(pattern: string, start: number): Escape {
  const code = pattern.codePointAt(start + 1);
  if (code === undefined) throw new RegexRefusal(start, 'the pattern ends in a backslash');
  const letter = String.fromCodePoint(code);
  const end = start + 1 + letter.length;
  if (!/^[A-Za-z0-9]$/.test(letter)) return { kind: 'character', code, end };
  const source = SETS.get(letter);
  if (source !== undefined) return { ...setOf(source, 'wW'.includes(letter)), end };
  const fixed = CHARACTERS.get(letter);
  if (fixed !== undefined) return { kind: 'character', code: fixed, end };
  if (letter === 'p' || letter === 'P') return readProperty(pattern, start);
  if ('xo0c'.includes(letter)) return readCode(pattern, start);
  return { kind: 'letter', letter, end };
}

function setOf(source: string, growsWithoutCase: boolean): CharacterSet {
  return { kind: 'set', source, growsWithoutCase };
}

function readProperty(pattern: string, start: number): Escape {
  const match = /^\\([pP])(?:\{(\^?)([A-Za-z]{1,3})\}|([A-Z]))/.exec(
    pattern.slice(start, start + 9),
  );
  const [written = '', letter = '', caret = '', long, short] = match ?? [];
  const name = long ?? short ?? '';
  if (!CATEGORIES.has(name)) {
    const reason = `expected \\p{..} with one of ${[...CATEGORIES].join(' ')}`;
    throw new RegexRefusal(start, reason);
  }
  const negated = (letter === 'P') !== (caret === '^');
  const source = `\\${negated ? 'P' : 'p'}{${name}}`;
  return { ...setOf(source, true), end: start + written.length };
}

const HEXADECIMAL = /^\\x(?:\{([0-9A-Fa-f]{1,8})\}|([0-9A-Fa-f]{0,2}))/;
const OCTAL = /^\\(?:o\{([0-7]{1,8})\}|(0[0-7]{0,2}))/;
const CONTROL = /^\\c([ -~])/;

/** `\xhh`, `\x{h..}`, `\o{o..}`, `\0oo`, `\cX`. */
function readCode(pattern: string, start: number): Escape {
  const text = pattern.slice(start, start + 12);
  const hexadecimal = HEXADECIMAL.exec(text);
  const octal = OCTAL.exec(text);
  const control = CONTROL.exec(text);
  const [written = ''] = hexadecimal ?? octal ?? control ?? [];
  const end = start + written.length;
  let code = Number.NaN;
  if (control?.[1] !== undefined) code = control[1].toUpperCase().charCodeAt(0) ^ 0x40;
  else if (octal !== null) code = Number.parseInt(octal[1] ?? octal[2] ?? '', 8);
  // Without digits PCRE takes the character of code 0, but `\x{` was to be more.
  else if (hexadecimal !== null && !(written === '\\x' && pattern[end] === '{')) {
    code = Number.parseInt(`0${hexadecimal[1] ?? hexadecimal[2]}`, 16);
  }
  const isCharacter = code <= CODE_MAX && (code < 0xd8_00 || code > 0xdf_ff);
  if (!isCharacter) throw new RegexRefusal(start, 'expected the code of a character');
  return { kind: 'character', code, end };
}
