/** A forgiving SQL tokenizer: any text becomes a short string of token letters. */
import { anyOf } from '../pattern.ts';

/**
 * One letter per token: `1` number or null, `s` string, `n` name, `v` variable, `=` comparison,
 * `+` arithmetic, `&` logical operator, `U` set operator, `E` select, `D` statement verb,
 * `K` clause word, `F` a well-known function's call, `;`, `,`, `c` comment, `x` anything else.
 * Brackets are left out: payloads add and drop them to fit the statement they land in.
 */
export type TokenLetters = string;

/** Statements longer than this have shown what they are. */
const TOKENS_MAX = 40;

const WORDS: ReadonlyMap<string, string> = wordTable({
  '&': 'or and xor',
  '=': 'like rlike regexp is in between glob similar ilike sounds match',
  '+': 'div mod collate',
  U: 'union intersect except minus',
  E: 'select',
  D: `insert update delete drop create alter exec execute declare shutdown truncate waitfor merge
    call begin grant revoke rename replace handler load backup kill`,
  K: `from where having order group by limit offset into as values table case when then else end
    asc desc outfile dumpfile all distinct join on procedure top using set database column delay
    fetch returning`,
  '1': 'null true false current_user current_date current_timestamp',
  '!': 'not binary',
});

const FUNCTIONS: ReadonlySet<string> = new Set(
  `sleep pg_sleep benchmark version user database schema concat concat_ws group_concat char chr
  ascii ord substring substr mid left right length len char_length load_file extractvalue updatexml
  if iif ifnull nullif coalesce cast convert hex unhex count floor rand md5 sha1 elt row ctxsys
  receive_message utl_inaddr xmltype randomblob row_count system_user session_user current_user
  db_name host_name bin make_set regexp_substring generate_series json_keys exp geometrycollection
  polygon multipoint linestring avg sum min max upper lower trim replace reverse strcmp instr locate
  position likelihood likely unlikely sqlite_version abs isnull nvl decode to_char quote_literal
  query_to_xml pg_read_file lo_import bit_count get_lock analyse find_in_set`.split(/\s+/),
);

function wordTable(groups: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const table = new Map<string, string>();
  for (const [letter, words] of Object.entries(groups)) {
    for (const word of words.split(/\s+/)) table.set(word, letter);
  }
  return table;
}

// Groups by number: comment, number, variable, word, logic, comparison, arithmetic, quote, ; and ,
const TOKEN: RegExp = anyOf(
  /\s+|[()[\]{}]+|(--|#|\/\*)/giy,
  /(0x[0-9a-f]+|(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?(?![a-z_\d]))|(@{1,2}[\w.$`]*)/giy,
  /([a-z_\u0080-\uffff\d$][\w.$\u0080-\uffff]*)|(\|\||&&)|([=<>!~]{1,3}|:=)/giy,
  /([-+*/%^|&])|(['"`])|(;)|(,)|./giy,
);

/** Tokenises as if the text were placed inside `quote`, or bare when `quote` is empty. */
export function tokenise(text: string, quote: '' | "'" | '"' | '`'): TokenLetters {
  let letters = '';
  let at = 0;
  if (quote !== '') {
    at = stringEnd(text, 0, quote);
    letters = 's';
  }
  while (at < text.length && letters.length < TOKENS_MAX) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) break;
    at = TOKEN.lastIndex;
    const letter = letterOf(match, text, at);
    if (letter === 's') at = stringEnd(text, at, match[8] ?? "'");
    if (letter === 'c') {
      // Only a closed comment lets the statement go on.
      const end = match[1] === '/*' ? text.indexOf('*/', at) : text.indexOf('\n', at);
      letters += match[1] === '/*' && end >= 0 ? '' : 'c';
      if (end < 0) break;
      at = end + (match[1] === '/*' ? 2 : 1);
      continue;
    }
    letters += letter;
  }
  return fold(letters);
}

function letterOf(match: RegExpExecArray, text: string, at: number): string {
  if (match[1] !== undefined) return 'c';
  if (match[2] !== undefined) return '1';
  if (match[3] !== undefined) return 'v';
  if (match[4] !== undefined) return wordLetter(match[4].toLowerCase(), text, at);
  if (match[5] !== undefined) return '&';
  if (match[6] !== undefined) return match[6] === '!' || match[6] === '~' ? '!' : '=';
  if (match[7] !== undefined) return '+';
  if (match[8] !== undefined) return 's';
  if (match[9] !== undefined) return ';';
  if (match[10] !== undefined) return ',';
  const first = match[0].charCodeAt(0);
  return first <= 32 || '()[]{}'.includes(match[0].charAt(0)) || /^\s/.test(match[0]) ? '' : 'x';
}

function wordLetter(word: string, text: string, at: number): string {
  const call = /^\s?\(/.test(text.slice(at, at + 2));
  if (call && FUNCTIONS.has(word.slice(word.lastIndexOf('.') + 1))) return 'F';
  return WORDS.get(word) ?? 'n';
}

/** Past the closing quote; a doubled or escaped quote does not close. */
function stringEnd(text: string, from: number, quote: string): number {
  for (let at = text.indexOf(quote, from); at >= 0; at = text.indexOf(quote, at + 1)) {
    if (text.charAt(at + 1) === quote && text.charAt(at + 2) !== '' && at > from) {
      at += 1;
      continue;
    }
    return at + 1;
  }
  return text.length;
}

/** Signs and negations before an operand say nothing; arithmetic between operands is an operand. */
function fold(letters: string): string {
  return letters
    .replaceAll(/(?<=^|[=&+,;UEKD(!])[+!]+(?=[1snvF])/g, '')
    .replaceAll('!', '')
    .replaceAll(/(?<=[&=,EK])([1v])(?:\+[1nsvF])+/g, '$1');
}
