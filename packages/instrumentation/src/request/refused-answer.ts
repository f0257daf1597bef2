/** What an answer says a validator refused, by the shapes in which applications pass its findings on. */
import { isObject, ownValue } from '@spanguard/verdict';
import { responseObject } from './response-answer.ts';
import type { RefusedInput, RequestSecurity } from './request-security.ts';

const listNames = ['errors', 'issues', 'details', 'validation', 'violations', 'message', 'error'];
const entriesMax = 16;
const sentenceCharsMax = 256;
const RULE = /^[\w.-]{1,64}$/u;
// A validator may also ask the database, and then it is the login that failed.
const ABOUT_SOMEBODY =
  /credential|incorrect|wrong|(?:not|n't|no) (?:match|found|exist|such|registered|account|user)|already/iu;
// As class-validator says it, which Nest passes on without anything else.
const ABOUT_FORM =
  /\b(?:must|should) (?:not )?(?:be|contain|match|have)\b|\bis (?:not )?(?:required|allowed)\b/iu;

/** `undefined` where no validator is heard in it. Never a value, only what it broke. */
export function refusedByAnswer(record: RequestSecurity): RefusedInput | undefined {
  const answer = responseObject(record);
  if (answer === undefined) return undefined;
  const part = record.start.method === 'GET' ? 'query' : 'body';
  for (const list of listsIn(answer)) {
    const refused = refusedIn(list, part);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function listsIn(answer: object): (readonly unknown[])[] {
  if (Array.isArray(answer)) return [answer];
  const error = ownValue(answer, 'error');
  const holders = isObject(error) && !Array.isArray(error) ? [answer, error] : [answer];
  return holders.flatMap((holder) =>
    listNames.map((name) => ownValue(holder, name)).filter((value) => Array.isArray(value)),
  );
}

function refusedIn(list: readonly unknown[], part: string): RefusedInput | undefined {
  const entries = list.slice(0, entriesMax);
  if (entries.some(isAboutSomebody)) return undefined;
  for (const entry of entries) {
    if (typeof entry === 'string' && ABOUT_FORM.test(entry.slice(0, sentenceCharsMax))) {
      return { part, rule: undefined };
    }
    const refused = isObject(entry) ? refusedAs(entry, part) : undefined;
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function isAboutSomebody(entry: unknown): boolean {
  const text = isObject(entry) ? (ownValue(entry, 'msg') ?? ownValue(entry, 'message')) : entry;
  return typeof text === 'string' && ABOUT_SOMEBODY.test(text.slice(0, sentenceCharsMax));
}

/** By what each validator calls the place and the rule: an error of another kind has no such pair. */
function refusedAs(entry: object, part: string): RefusedInput | undefined {
  // express-validator, and its older versions.
  const location = ownValue(entry, 'location');
  const field = ownValue(entry, 'path') ?? ownValue(entry, 'param');
  if (typeof location === 'string' && typeof field === 'string') {
    return { part: RULE.test(location) ? location : part, rule: undefined };
  }
  // zod and valibot have a code, joi and its like a type, both with a path in parts.
  if (Array.isArray(field)) {
    return ruled(part, ownValue(entry, 'code') ?? ownValue(entry, 'type'));
  }
  // ajv.
  if (
    ownValue(entry, 'schemaPath') !== undefined ||
    ownValue(entry, 'instancePath') !== undefined
  ) {
    return ruled(part, ownValue(entry, 'keyword'));
  }
  // class-validator.
  const constraints = ownValue(entry, 'constraints');
  if (ownValue(entry, 'property') !== undefined && isObject(constraints)) {
    return ruled(part, Object.keys(constraints)[0]);
  }
  return undefined;
}

function ruled(part: string, rule: unknown): RefusedInput | undefined {
  return typeof rule === 'string' && RULE.test(rule) ? { part, rule } : undefined;
}
