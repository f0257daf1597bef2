/**
 * Finds a login among the operations of a GraphQL request. Reads no more of the document than the fields at
 * the top of each operation and their arguments, and knows nothing of a schema.
 */
import { isObject, ownValue } from '../body/own-value.ts';
import type { Place } from './auth-route.ts';
import { type FormAttempt, formAttempt } from './login-form.ts';

/** What a GraphQL request tries. */
export interface GraphqlAttempt extends FormAttempt {
  /** What the field is there for, by its name. */
  readonly place: Place;
}

const documentCharsMax = 16_384;
const tokensMax = 4096;
const fieldsMax = 32;
const argumentsMax = 32;
const batchMax = 8;
const depthMax = 4;

const TOKEN =
  /"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*|\.\.\.|[A-Z_a-z]\w*|-?\d[\w+.-]*|[!$():=@[\]{|}&]/gu;
const LOGIN =
  /log_?in|log_?on|sign_?in|authenticate|token_?auth|obtain_?(?:jwt_?)?token|(?:create|generate|get|issue)_?(?:access_?|auth_?|customer_?)*(?:session|token)|accesstokencreate|^auth$|verify_?(?:otp|mfa|totp|2fa)/iu;
const NO_LOGIN =
  /log_?out|sign_?out|history|refresh|revoke|renew|update|change|reset|forgot|link|delete|remove|verify_?(?:email|token)|sign_?up|regist/iu;
const ACCOUNT =
  /sign_?up|regist(?:er|ration)|(?:create|add|new|make|update|edit|invite|upsert)_?(?:user|account|customer|member|admin|profile)|(?:change|reset|update|set|forgot)_?\w*password/iu;

/** What the body tries that a GraphQL server is sent; `undefined` where it is none, or asks for ordinary things. */
export function graphqlAttempt(body: unknown): GraphqlAttempt | undefined {
  const requests: readonly unknown[] = Array.isArray(body) ? body.slice(0, batchMax) : [body];
  const attempts = requests.filter(isObject).flatMap(attemptsIn);
  return (
    attempts.find(({ place, form }) => place === 'login' && form !== undefined) ??
    attempts.find(({ form }) => form === 'complete') ??
    attempts.find(({ place, form }) => place !== 'other' || form === 'account')
  );
}

/** Whether the body is what a GraphQL server is sent. */
export function isGraphqlRequest(body: unknown): boolean {
  const first: unknown = Array.isArray(body) ? body[0] : body;
  if (!isObject(first)) return false;
  const query = ownValue(first, 'query');
  return typeof query === 'string' && /[{]/u.test(query.slice(0, documentCharsMax));
}

function attemptsIn(request: object): GraphqlAttempt[] {
  const query = ownValue(request, 'query');
  if (typeof query !== 'string') return [];
  const text = query.slice(0, documentCharsMax);
  // Most documents name neither a password nor a login: they are not read at all.
  if (!/pass|pwd|pin\b|secret|otp|code/iu.test(text) && !LOGIN.test(text)) return [];
  return fieldsIn(text, ownValue(request, 'variables')).map(({ name, given }) => {
    const place = placeOfField(name);
    return { place, ...formAttempt(given, place) };
  });
}

function placeOfField(name: string): Place {
  if (ACCOUNT.test(name)) return 'account';
  return LOGIN.test(name) && !NO_LOGIN.test(name) ? 'login' : 'other';
}

/** A field at the top of an operation, and what it is given: arguments, inputs and variables in one object. */
interface Field {
  readonly name: string;
  readonly given: Record<string, unknown>;
}

function fieldsIn(text: string, variables: unknown): Field[] {
  const tokens = tokensOf(text);
  const fields: Field[] = [];
  let depth = 0;
  for (let at = 0; at < tokens.length && fields.length < fieldsMax; at++) {
    const token = tokens[at] ?? '';
    if (token === '{') depth += 1;
    else if (token === '}') depth -= 1;
    else if (token === '(') at = readArguments(tokens, at, { given: {}, variables });
    else if (token === '@' || token === '$') at += 1;
    else if (token === '...') at += tokens[at + 1] === 'on' ? 2 : isName(tokens[at + 1]) ? 1 : 0;
    else if (depth === 1 && isName(token)) {
      // An alias stands before the name.
      if (tokens[at + 1] === ':') at += 2;
      const field = { name: tokens[at] ?? '', given: Object.create(null) };
      fields.push(field);
      if (tokens[at + 1] === '(') {
        at = readArguments(tokens, at + 1, { given: field.given, variables });
      }
    }
  }
  return fields;
}

/** Reads from `(` to its `)`; gives the place of the latter. Nested inputs are read as if they were not nested. */
function readArguments(
  tokens: readonly string[],
  from: number,
  { given, variables }: { given: Record<string, unknown>; variables: unknown },
): number {
  let left = argumentsMax;
  let open = 0;
  let at = from;
  for (; at < tokens.length; at++) {
    const token = tokens[at] ?? '';
    if (token === '(') open += 1;
    else if (token === ')') open -= 1;
    if (open === 0) break;
    if (tokens[at + 1] !== ':' || !isName(token) || left === 0) continue;
    left -= 1;
    const value = tokens[at + 2] ?? '';
    if (value === '$') putVariable(given, token, variableIn(variables, tokens[at + 3]));
    else if (value !== '{' && value !== '[') given[token] = literal(value);
  }
  return at;
}

function variableIn(variables: unknown, name: string | undefined): unknown {
  return isObject(variables) && name !== undefined ? ownValue(variables, name) : undefined;
}

function putVariable(
  given: Record<string, unknown>,
  name: string,
  value: unknown,
  depth: number = depthMax,
): void {
  if (!isObject(value) || Array.isArray(value)) {
    given[name] = value;
    return;
  }
  if (depth === 0) return;
  for (const key of Object.keys(value).slice(0, argumentsMax)) {
    putVariable(given, key, ownValue(value, key), depth - 1);
  }
}

function literal(token: string): string {
  if (token === 'null') return '';
  return token.startsWith('"') ? token.replaceAll(/^"+|"+$/gu, '') : token;
}

function isName(token: string | undefined): boolean {
  return token !== undefined && /^[A-Z_a-z]/u.test(token);
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    if (tokens.length === tokensMax) break;
    if (!token.startsWith('#')) tokens.push(token);
  }
  return tokens;
}
