/** What a validator's error says: which part of a request it refused and by which rule. Never a value. */
import { isObject } from '@spanguard/verdict';
import type { RefusedInput } from './request-security.ts';

// Where libraries list what they refused, and what each entry calls its rule: ajv, joi, zod and its like.
const LISTS = ['validation', 'details', 'issues', 'errors'];
const RULES = ['keyword', 'type', 'code', 'rule'];
const RULE = /^[\w.-]{1,64}$/u;

const PARTS: ReadonlyMap<unknown, RefusedInput['part']> = new Map([
  ['body', 'body'],
  ['payload', 'body'],
  ['json', 'body'],
  ['form', 'body'],
  ['query', 'query'],
  ['querystring', 'query'],
  ['params', 'params'],
  ['param', 'params'],
  ['headers', 'headers'],
  ['header', 'headers'],
  ['cookies', 'cookies'],
  ['cookie', 'cookies'],
  ['state', 'cookies'],
]);

/** `part` as a framework calls it; `undefined` where that is no part of a request. */
export function refusedInput(part: unknown, error: unknown): RefusedInput | undefined {
  const known = PARTS.get(part);
  return known === undefined ? undefined : { part: known, rule: ruleIn(error) };
}

function ruleIn(error: unknown): string | undefined {
  if (!isObject(error)) return undefined;
  for (const name of LISTS) {
    const list: unknown = Reflect.get(error, name);
    const first: unknown = Array.isArray(list) ? list[0] : undefined;
    if (!isObject(first)) continue;
    for (const key of RULES) {
      const rule: unknown = Reflect.get(first, key);
      if (typeof rule === 'string' && RULE.test(rule)) return rule;
    }
  }
  return undefined;
}
