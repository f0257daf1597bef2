/** Classes of characters of a PCRE pattern, `[..]`, as RE2 understands them. */
import { type CharacterSet, readEscape, RegexRefusal } from './pcre-escapes.ts';

/** A class as it was read, before it is known whether case counts. */
export interface CharacterClass {
  readonly negated: boolean;
  /** Single characters and ranges. */
  readonly literals: string;
  /** Whether one of those has another case. */
  readonly hasCase: boolean;
  readonly sets: readonly CharacterSet[];
}

const POSIX_NAMES = new Set(
  'alpha digit alnum upper lower space blank punct print graph cntrl xdigit word ascii'.split(' '),
);
/** Those that RE2 does not make larger where case is ignored. */
const POSIX_WITHOUT_CASE = new Set(['digit', 'space', 'blank', 'punct', 'cntrl', 'xdigit']);
const POSIX = /^\[:(\^?)([a-z]{1,6}):\]/;

/** A character as RE2 takes it anywhere. */
export function literalSource(code: number): string {
  const char = String.fromCodePoint(code);
  return /^[A-Za-z0-9]$/.test(char) ? char : `\\x{${code.toString(16)}}`;
}

/** Reads the class whose bracket stands at `start`; `end` is the index behind it. */
export function readClass(pattern: string, start: number): { read: CharacterClass; end: number } {
  return new ClassReader(pattern, start).read();
}

/** The RE2 source of a class. Throws {@link RegexRefusal} where RE2 has no words for it. */
export function classSource(
  { negated, literals, hasCase, sets }: CharacterClass,
  { ignoreCase, index }: { ignoreCase: boolean; index: number },
): string {
  const open = negated ? '[^' : '[';
  const growing = sets.filter(({ growsWithoutCase }) => growsWithoutCase);
  const all = literals + sets.map(({ source }) => source).join('');
  if (!ignoreCase || growing.length === 0) return `${open}${all}]`;
  // Without case RE2 would add the Kelvin sign to \w: where case counts for nothing else, it counts.
  const withCase = ignoringUpperAndLower(growing);
  const steady =
    literals +
    sets
      .filter((set) => !growing.includes(set))
      .map(sourceOf)
      .join('');
  if (!hasCase) return `(?-i:${open}${steady}${withCase}])`;
  if (!negated) return `(?:[${steady}]|(?-i:[${withCase}]))`;
  throw new RegexRefusal(
    index,
    'a negated class that ignores case cannot hold letters beside \\w, \\p or [:..:]',
  );
}

function sourceOf({ source }: CharacterSet): string {
  return source;
}

/** PCRE: where case is ignored, [:upper:] and [:lower:] are [:alpha:]. */
function ignoringUpperAndLower(sets: readonly CharacterSet[]): string {
  return sets
    .map(sourceOf)
    .join('')
    .replaceAll(/(\[:\^?)(?:upper|lower)(:\])/g, '$1alpha$2');
}

class ClassReader {
  readonly #pattern: string;
  readonly #start: number;
  #at: number;
  #literals = '';
  #hasCase = false;
  #isQuoted = false;
  readonly #sets: CharacterSet[] = [];

  constructor(pattern: string, start: number) {
    this.#pattern = pattern;
    this.#start = start;
    this.#at = start + 1;
  }

  read(): { read: CharacterClass; end: number } {
    const negated = this.#pattern[this.#at] === '^';
    if (negated) this.#at += 1;
    // A bracket that comes first is one itself.
    let isFirst = true;
    while (isFirst || this.#isQuoted || this.#pattern[this.#at] !== ']') {
      if (this.#at >= this.#pattern.length) {
        throw new RegexRefusal(this.#start, 'the class is not closed');
      }
      if (this.#quoteMark()) continue;
      isFirst = false;
      this.#item();
    }
    const read = {
      negated,
      literals: this.#literals,
      hasCase: this.#hasCase,
      sets: this.#sets,
    };
    return { read, end: this.#at + 1 };
  }

  /** `\Q` and `\E` are no items. */
  #quoteMark(): boolean {
    const mark = this.#pattern.slice(this.#at, this.#at + 2);
    if (mark !== '\\E' && (mark !== '\\Q' || this.#isQuoted)) return false;
    this.#isQuoted = mark === '\\Q';
    this.#at += 2;
    return true;
  }

  #item(): void {
    const index = this.#at;
    const low = this.#atom();
    if (this.#isQuoted || this.#pattern[this.#at] !== '-') return this.#add(low, low);
    const behind = this.#pattern[this.#at + 1];
    if (behind === ']' || behind === undefined) return this.#add(low, low);
    this.#at += 1;
    if (this.#pattern.startsWith('\\Q', this.#at)) {
      throw new RegexRefusal(index, 'a range cannot end in \\Q');
    }
    const high = this.#atom();
    // A hyphen beside a set is an error of PCRE too: it was hardly meant.
    if (low === undefined || high === undefined || low > high) {
      throw new RegexRefusal(index, 'a range of a class goes from one character up to another');
    }
    return this.#add(low, high);
  }

  /** The code of a character; undefined for a set, which is added at once. */
  #atom(): number | undefined {
    const index = this.#at;
    const code = this.#pattern.codePointAt(index) ?? 0;
    if (!this.#isQuoted && code === 0x5b && ':.='.includes(this.#pattern[index + 1] ?? ' ')) {
      return this.#posix();
    }
    if (this.#isQuoted || code !== 0x5c) {
      this.#at += code > 0xff_ff ? 2 : 1;
      return code;
    }
    const escape = readEscape(this.#pattern, index);
    this.#at = escape.end;
    if (escape.kind === 'character') return escape.code;
    if (escape.kind === 'letter') {
      if (escape.letter === 'b') return 0x08;
      throw new RegexRefusal(index, `\\${escape.letter} has no meaning in a class`);
    }
    this.#sets.push(escape);
    return undefined;
  }

  #posix(): undefined {
    const match = POSIX.exec(this.#pattern.slice(this.#at, this.#at + 12));
    const [source = '', , name = ''] = match ?? [];
    if (!POSIX_NAMES.has(name)) {
      const reason = `expected [:..:] with one of ${[...POSIX_NAMES].join(' ')}`;
      throw new RegexRefusal(this.#at, reason);
    }
    this.#at += source.length;
    this.#sets.push({ kind: 'set', source, growsWithoutCase: !POSIX_WITHOUT_CASE.has(name) });
    return undefined;
  }

  #add(low: number | undefined, high: number | undefined): void {
    if (low === undefined || high === undefined) return;
    this.#literals += literalSource(low);
    if (high > low) this.#literals += `-${literalSource(high)}`;
    this.#hasCase ||= high > low ? high >= 0x41 : isCased(low);
  }
}

function isCased(code: number): boolean {
  const char = String.fromCodePoint(code);
  return char.toLowerCase() !== char.toUpperCase();
}
