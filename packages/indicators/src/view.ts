/** One decoded rendering of a value, with the normal forms that rules read made at most once. */
import type { Decoding } from './indicator.ts';
import { markupForm } from './markup-form.ts';
import { pathForm } from './path-form.ts';
import { shellForm } from './shell-form.ts';
import { type SqlVerdict, sqlVerdict } from './sql/sql-fingerprint.ts';
import { sqlForm } from './sql/sql-form.ts';
import { isList, isSentence, tellsOfSql } from './told.ts';

/** Of random words of so many characters of text one in thousands is printable, and next to none a sign. */
const CHANCE_LENGTH_MAX = 8;
const PRINTABLE = /^[\t\n\r -~]*$/;

export class View {
  readonly text: string;
  readonly decoding: readonly Decoding[];
  #sql: string | undefined;
  #sqlVerdict: SqlVerdict | undefined;
  #shell: string | undefined;
  #paths: string | undefined;
  #markup: string | undefined;
  #isSentence: boolean | undefined;

  constructor(text: string, decoding: readonly Decoding[]) {
    this.text = text;
    this.decoding = decoding;
  }

  /**
   * Whether the decoding may be chance: a short word of letters that happens to be base64 of something else.
   * A longer one that gives readable ASCII throughout was written to be decoded.
   */
  get isAmbiguous(): boolean {
    const isShort = this.text.length < CHANCE_LENGTH_MAX || !PRINTABLE.test(this.text);
    return isShort && this.decoding.includes('base64');
  }

  /** The text as a SQL parser sees it: comments are blanks, versioned comments are code. */
  get sql(): string {
    this.#sql ??= sqlForm(this.text);
    return this.#sql;
  }

  /** What the text would do to a statement it is put into. */
  get sqlVerdict(): SqlVerdict {
    this.#sqlVerdict ??= sqlVerdict(this.sql);
    return this.#sqlVerdict;
  }

  /** The text as a shell sees it: quotes, escapes and `$IFS` resolved. */
  get shell(): string {
    this.#shell ??= shellForm(this.text);
    return this.#shell;
  }

  /** The text without links to files beside it. */
  get paths(): string {
    this.#paths ??= pathForm(this.text);
    return this.#paths;
  }

  /** The text without scripts that run nothing. */
  get markup(): string {
    this.#markup ??= markupForm(this.text);
    return this.#markup;
  }

  /** Whether the text speaks of a sign instead of being one, as sentences, lists of words or about SQL. */
  tells(as: 'sentence' | 'list' | 'sql'): boolean {
    if (as === 'list') return isList(this.text);
    if (as === 'sql') return tellsOfSql(this.text);
    this.#isSentence ??= isSentence(this.text);
    return this.#isSentence;
  }
}
