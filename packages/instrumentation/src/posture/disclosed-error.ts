/** Signs that an answer tells more of an error than its client needs. */
import { isObject, ownValue } from '@spanguard/verdict';
import { POSTURE } from './answer-head.ts';

const readCharsMax = 8192;
const STACK_NAMES = ['stack', 'stackTrace', 'stacktrace', 'trace'];
const TEXT_NAMES = ['message', 'error', 'detail', 'details', 'code', 'name'];
// As V8 writes a frame, as HTML of Express's last handler, as Java and Python write theirs.
const STACK =
  /(?:\n|\\n|<br>)(?:\s|&nbsp;){0,16}at [^\n]{1,256}:\d{1,7}(?::\d{1,7})?\)?|Traceback \(most recent call last\)/u;
const DATABASE =
  /\bSQLSTATE\b|\bORA-\d{5}\b|\bSQLITE_[A-Z]{4,}|\bER_[A-Z_]{4,}|syntax error at or near|error in your SQL syntax|\b(?:Sequelize\w{0,32}Error|PrismaClient\w{0,32}Error|MongoServerError|QueryFailedError)\b/u;

/** Bits of `POSTURE` for a payload, by its text or by the object it was made of. */
export function disclosedBits(text: string | undefined, body: unknown): number {
  if (text !== undefined) return textBits(text);
  if (!isObject(body)) return 0;
  const error = ownValue(body, 'error');
  return levelBits(body) | (isObject(error) ? levelBits(error) : 0);
}

function levelBits(level: object): number {
  let bits = 0;
  for (const name of STACK_NAMES) {
    const value = ownValue(level, name);
    const lines: readonly unknown[] = Array.isArray(value) ? value.slice(0, 4) : [value];
    for (const line of lines) if (typeof line === 'string') bits |= textBits(`\n${line}`);
  }
  for (const name of TEXT_NAMES) {
    const value = ownValue(level, name);
    if (typeof value === 'string') bits |= textBits(value);
  }
  return bits;
}

function textBits(text: string): number {
  const read = text.slice(0, readCharsMax);
  return (
    (STACK.test(read) ? POSTURE.stack_trace : 0) |
    (DATABASE.test(read) ? POSTURE.database_error : 0)
  );
}
