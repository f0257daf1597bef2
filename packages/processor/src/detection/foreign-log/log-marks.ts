/**
 * A first look at the body of a log record, on bytes: whether it may tell of a request or of a login. Nearly
 * no body does, so nothing is read, and no string made, of those that do not.
 */
import { fieldOfBytes, LOG_FIELDS, type LogField } from './log-fields.ts';

const OPEN_OBJECT = 0x7b;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const SPACE = 0x20;
const NAME_BYTES_MAX = 40;

/** What happened, and what to: a text without one of each tells of no login. */
const OUTCOMES =
  'fail invalid illegal accepted denied success logged incorrect wrong mismatch limiting unsuccessful ' +
  'rejected exceeded not_allowed not_found badcredentials';
const SUBJECTS =
  'login log_in logon log-in signin sign-in sign_in sign_i auth passw credential user client sasl publickey';
/** One of these is enough: events of the vocabulary, and what stands before the request in an access log. */
const ALONE =
  'authn_ authz_ malicious_ input_val excess_ sensitive_ session_ privilege_ sequence_ user_cre ] "';

const OUTCOME = 1;
const SUBJECT = 2;
const ENOUGH = OUTCOME | SUBJECT;
/** Words stand at the beginning of a line, or never. */
const LOOKED_AT_BYTES = 1024;

interface Word {
  readonly bytes: Uint8Array;
  readonly bit: number;
}

/** Five bits a letter tell it from any other, and small ones from no capital. */
const LETTER_BITS = 5;
const LETTER = (1 << LETTER_BITS) - 1;
const THREE_LETTERS = (1 << (3 * LETTER_BITS)) - 1;
/** Words by their first three letters. Few of the threes in a line begin one. */
const WORDS: (readonly Word[])[] = [[]];
const WORDS_OF_THREE = new Uint8Array(THREE_LETTERS + 1);
for (const [words, bit] of [
  [OUTCOMES, OUTCOME],
  [SUBJECTS, SUBJECT],
  [ALONE, ENOUGH],
] as const) {
  for (const word of words.split(/ (?!")/)) {
    // `authn_` has its underline; elsewhere it stands for a blank.
    const bytes = Buffer.from(bit === ENOUGH ? word : word.replaceAll('_', ' '));
    const three = bytes.subarray(0, 3).reduce(addLetter, 0);
    const known = WORDS_OF_THREE[three] ?? 0;
    if (known === 0) WORDS_OF_THREE[three] = WORDS.push([{ bytes, bit }]) - 1;
    else WORDS[known] = [...(WORDS[known] ?? []), { bytes, bit }];
  }
}

/** Whether a text begins like a JSON object. */
export function isObject(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && (bytes[at] ?? 0) <= SPACE) at++;
  return bytes[at] === OPEN_OBJECT;
}

/** Whether a line may tell something. One pass. */
export function mayTell(bytes: Uint8Array, start: number, end: number): boolean {
  const stop = Math.min(end, start + LOOKED_AT_BYTES);
  let found = 0;
  let three = 0;
  for (let at = start; at < stop; at++) {
    three = addLetter(three, bytes[at] ?? 0);
    const known = WORDS_OF_THREE[three] ?? 0;
    if (known === 0) continue;
    for (const { bytes: word, bit } of WORDS[known] ?? []) {
      if ((found & bit) !== bit && stands(word, bytes, at - 2)) found |= bit;
    }
    if (found === ENOUGH) return true;
  }
  return false;
}

function addLetter(letters: number, byte: number): number {
  return ((letters << LETTER_BITS) | (byte & LETTER)) & THREE_LETTERS;
}

/** Which fields a JSON text names, whatever is nested in what: a bit each, by their place in the list. */
export function fieldsNamed(bytes: Uint8Array, start: number, end: number): number {
  let found = 0;
  let at = start;
  while (at < end) {
    if (bytes[at] !== QUOTE) {
      at++;
      continue;
    }
    const nameStart = at + 1;
    at = closingQuote(bytes, nameStart, end);
    const nameEnd = at++;
    while (bytes[at] === SPACE) at++;
    if (bytes[at] !== COLON || nameEnd - nameStart > NAME_BYTES_MAX) continue;
    const field = fieldOfBytes(bytes, nameStart, nameEnd);
    found |= nestedFields(bytes, nameStart, nameEnd);
    if (field !== undefined) found |= bitOf(field);
  }
  return found;
}

/** The bit of a field. */
export function bitOf(field: LogField): number {
  return 1 << LOG_FIELDS.indexOf(field);
}

/** Names of objects that make fields of their members: `req: { method }` is the method of a request. */
const NESTED: readonly (readonly [name: Uint8Array, fields: number])[] = (
  [
    ['req', ['method', 'target', 'client', 'request']],
    ['request', ['method', 'target', 'client']],
    ['http', ['method', 'target', 'status']],
    ['res', ['status']],
    ['response', ['status']],
    ['usr', ['user']],
    ['user', ['user']],
    ['client', ['client']],
    ['source', ['client']],
    ['remote', ['client']],
  ] as const
).map(([name, fields]) => [
  Buffer.from(name),
  fields.reduce((all, field) => all | bitOf(field), 0),
]);

function nestedFields(bytes: Uint8Array, start: number, end: number): number {
  for (const [name, fields] of NESTED) {
    if (name.length === end - start && stands(name, bytes, start)) {
      return fields;
    }
  }
  return 0;
}

function stands(word: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < word.length; index++) {
    const byte = bytes[at + index] ?? 0;
    const letter = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
    if (letter !== word[index]) return false;
  }
  return true;
}

function closingQuote(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return Math.min(at, end);
}
