/**
 * Secrets in quotes that a sentence or statement names: `wrong password "x"`, `IDENTIFIED BY 'x'`,
 * `WITH PASSWORD 'x'`, `PASSWORD('x')`.
 */
import { classOf, CLASS_NAMES, KEY_DECISION, type KeyDecision } from '../keys/key-policy.ts';
import { endsSensitiveName } from '../prefilter/scalar-prefilter.ts';
import { triggerTables } from '../prefilter/triggers.ts';
import { CLASS, isClass } from './byte-classes.ts';
import type { Detector, Found, Scanned } from './detector.ts';
import { secretOf } from './named-secret.ts';
import { closesJsonText, quoted } from './secret-extent.ts';
import { quoteBefore } from './text-escapes.ts';
import { textOf } from './text-of.ts';
import { isReplacement, wordsStart } from './written-name.ts';

const NAME_ENDINGS: Uint8Array = triggerTables().names;
const LOOK_BACK_BYTES = 64;
const TOKEN_BYTES_MIN = 8;
const [SPACE, PAREN, BACKSLASH] = [0x20, 0x28, 0x5c] as const;
const PASSWORD: KeyDecision = KEY_DECISION.firstClass + CLASS_NAMES.indexOf('password');
const IDENTIFIED_BY = /\bidentified (?:with \S{1,40} )?by $/i;
const PASSWORD_FUNCTION = /(?:^|[\s=,(])password\($/i;
/** Whose quoted text is a secret whatever it is: others also name things, as in `secret "db-creds" not found`. */
const ALWAYS: ReadonlySet<string> = new Set(['password', 'api_key', 'pin', 'cvv', 'otp', 'ssn']);
/** Of other classes what looks like a token is one: neither `Unexpected token "function"` nor a name. */
const TOKEN = /^(?=[^\d]*\d)(?=[^A-Za-z]*[A-Za-z])[\w.~+/=-]+$/;
const NAME_OF_THING = /^(?:[a-z]{1,24}\d{0,2}[-_.])*(?:[a-z]{1,24}\d{0,2}|\d{1,2})$/i;
/** What messages say of a field: its type, or another field. */
const KIND =
  /^(?:string|text|number|boolean|object|hidden|input|field|null|undefined|passwords?)$/i;

/** Looks at a quote behind a name and a space or bracket. */
export const toldSecretDetector: Detector = {
  name: 'named_secret',
  triggers: '"\'',
  marked: 'trigger',
  findAt: (value, at) => {
    // Nine quotes in ten leave here.
    const previous = at > value.start ? value.bytes[at - 1] : 0;
    if (previous !== SPACE && previous !== PAREN && previous !== BACKSLASH) return undefined;
    const opening = quoteBefore(value.bytes, value.start, at + 1);
    if (opening === undefined) return undefined;
    const before = at + 1 - opening.text.length;
    const decision = decisionBefore(value, before);
    const label = classOf(decision);
    if (label === undefined || closesJsonText(value.bytes, at + 1, value.end)) return undefined;
    const found = quoted(value, at + 1, opening);
    return isTold(value, found, label) ? secretOf(value, found, decision) : undefined;
  },
};

function decisionBefore(value: Scanned, at: number): KeyDecision {
  const { bytes, start, keys } = value;
  const sign = at > start ? bytes[at - 1] : 0;
  if (sign !== SPACE && sign !== PAREN) return KEY_DECISION.none;
  const end = at - 1;
  if (end <= start || !isClass(bytes[end - 1], CLASS.letter | CLASS.digit))
    return KEY_DECISION.none;
  if (!endsSensitiveName(bytes, end, NAME_ENDINGS)) return KEY_DECISION.none;
  const text = textOf(bytes, Math.max(start, at - LOOK_BACK_BYTES), at);
  if (sign === PAREN) return PASSWORD_FUNCTION.test(text) ? PASSWORD : KEY_DECISION.none;
  if (IDENTIFIED_BY.test(text)) return PASSWORD;
  const from = wordsStart(bytes, start, end);
  // `pass "adds two numbers"`: a verdict of tests.
  if (isReplacement(value, from, end) || /\bpass $/i.test(text)) return KEY_DECISION.none;
  const decision = keys.classifyName(bytes, from, end);
  if (classOf(decision) !== undefined || from - 1 <= start || bytes[from - 1] !== SPACE) {
    return decision;
  }
  // `api key "x"`: one word more.
  const wordBefore = wordsStart(bytes, start, from - 1);
  const isNone = isReplacement(value, wordBefore, from - 1);
  return isNone ? KEY_DECISION.none : keys.classifyName(bytes, wordBefore, end);
}

function isTold({ bytes }: Scanned, { start, end }: Found, label: string): boolean {
  const text = textOf(bytes, start, Math.min(end, start + LOOK_BACK_BYTES));
  if (KIND.test(text)) return false;
  if (ALWAYS.has(label)) return true;
  return end - start >= TOKEN_BYTES_MIN && TOKEN.test(text) && !NAME_OF_THING.test(text);
}
