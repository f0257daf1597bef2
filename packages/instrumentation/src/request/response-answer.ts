/** What the payload of a response says about a login. Looks at shapes and names, never at a token. */
import { isObject, ownValue } from '@spanguard/verdict';
import type { RequestSecurity } from './request-security.ts';

/** What was found in a payload. */
export interface Answer {
  /** A token is in it. */
  readonly hasToken: boolean;
  /** It shows the login again or reports an error, whatever the status. */
  readonly saysNo: boolean;
  /** It says that the login succeeded, or shows the user. */
  readonly saysYes: boolean;
  /** It asks for a second factor. */
  readonly asksMore: boolean;
  /** Its error is one of a validator: it says which field is to be what. */
  readonly refusesInput: boolean;
  /** Its error speaks of roles, permissions and the like. */
  readonly deniesRight: boolean;
}

const parsedCharsMax = 65_536;
const sentenceCharsMax = 256;
const depthMax = 4;
const objectsMax = 64;
const fieldsMax = 32;
const entriesMax = 4;

const TOKEN_FIELD =
  /"(?:access_?token|id_?token|session_?token|auth_?token|token|jwt)"\s{0,8}:\s{0,8}"[^"]/iu;
const TOKEN_NAME = /^(?:(?:access|id|session|auth|api|bearer|user)[-_]?)?token$|^(?:jwt|bearer)$/iu;
const ERROR_NAMES = ['error', 'errors', 'error_description', 'userErrors', 'customerUserErrors'];
const SAYING_NAMES = ['success', 'ok', 'authenticated', 'loggedIn', 'valid', 'isAuthenticated'];
const SENTENCE_NAMES = [
  'message',
  'msg',
  'error',
  'detail',
  'reason',
  'error_description',
  'title',
];
const LISTS = ['errors', 'issues', 'details', 'message', 'error', 'validation', 'fields'];
const PLACES = ['path', 'param', 'field', 'property', 'instancePath', 'loc', 'location', 'source'];
const RULE_CODE =
  /valid(?:ation|ate)|missing_?(?:field|param)|required_?(?:field|param)|invalid_(?:request|body|payload|email)\b/iu;
const RULE_TEXT =
  /\b(?:is|are) (?:a )?required\b|\bmust (?:not )?be\b|\bshould (?:not )?be\b|\bmust have\b|\b(?:missing|required) (?:field|param|property|credentials)|^\W*invalid e-?mail(?: address| format)?\W*$|\bexpected (?:string|number|object)\b|fill (?:in|out)|enter all/iu;
const PASSWORD_INPUT = /<input\b[^>]{0,512}\btype\s?=\s?["']?password/iu;
const STATUS_NO = /^(?:error|err|fail|failed|failure|invalid|denied|unauthorized|ko|nok)$/iu;
const SENTENCE_NO =
  /\b(?:invalid|incorrect|wrong|bad|denied|fail(?:ed|ure)?|not found|no such|unknown|unauthori[sz]ed|mismatch|locked|disabled|suspended)\b|n[o']t (?:match|exist|valid|correct|recogni[sz]ed|verified|active)/iu;
const RIGHT =
  /\b(?:roles?|permissions?|permitted|privileges?|admins?|administrators?|scopes?|allowed|entitle\w*|owners?|forbidden)\b/iu;
const MORE =
  /^(?:(?:requires?|needs?)[-_]?)?(?:mfa|otp|totp|two[-_]?factor(?:auth)?|2fa)[-_]?(?:required|token|pending|redirect)?$/iu;
/** What an answer says that nobody could read. */
export const NO_ANSWER: Answer = {
  hasToken: false,
  saysNo: false,
  saysYes: false,
  asksMore: false,
  refusesInput: false,
  deniesRight: false,
};

/** Reads the payload by reference, bounded; what nobody saw says nothing. */
export function answerOf(record: RequestSecurity): Answer {
  const body = responseObject(record);
  if (body !== undefined) return answerIn(body);
  const { responseText } = record;
  if (responseText === undefined) return NO_ANSWER;
  const text = responseText.slice(0, parsedCharsMax);
  const isSentence = text.length <= sentenceCharsMax && !text.includes('<');
  return {
    ...NO_ANSWER,
    hasToken: TOKEN_FIELD.test(text),
    refusesInput: isSentence && isRuleText(text),
    saysNo: PASSWORD_INPUT.test(text) || (isSentence && SENTENCE_NO.test(text)),
    deniesRight: isSentence && RIGHT.test(text),
  };
}

/** The payload as an object: as the application gave it, or parsed from what was sent. */
export function responseObject({
  responseBody,
  responseText,
}: RequestSecurity): object | undefined {
  if (isObject(responseBody)) return responseBody;
  if (responseText === undefined || responseText.length > parsedCharsMax) return undefined;
  if (!/^\s{0,8}[[{]/u.test(responseText)) return undefined;
  try {
    const parsed: unknown = JSON.parse(responseText);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function answerIn(body: object): Answer {
  const levels = levelsOf(body);
  const hasToken = holdsToken(body, 0, { left: objectsMax });
  const sentences = levels.flatMap((level) => SENTENCE_NAMES.map((name) => ownValue(level, name)));
  const showsUser = levels.some((level) => isObject(ownValue(level, 'user')));
  const isError = levels.some((level) => saysFalse(level) || reportsError(level));
  const saysNo = !hasToken && (isError || (!showsUser && sentences.some(isRefusal)));
  const isYes = levels.some((level) => SAYING_NAMES.some((name) => ownValue(level, name) === true));
  return {
    hasToken,
    saysNo,
    saysYes: !saysNo && !isError && (isYes || showsUser),
    asksMore: !hasToken && levels.some(asksMore),
    refusesInput: levels.some(listsRefused) || sentences.some(isRuleText),
    deniesRight: sentences.some((text) => typeof text === 'string' && RIGHT.test(cut(text))),
  };
}

/** The body, what it wraps as data, and what each operation in that gives. */
function levelsOf(body: object): object[] {
  const outer = Array.isArray(body) ? body.slice(0, entriesMax).filter(isObject) : [body];
  return outer.flatMap((level) => {
    const data = ownValue(level, 'data') ?? ownValue(level, 'result');
    const error = ownValue(level, 'error');
    const around = isObject(error) && !Array.isArray(error) ? [level, error] : [level];
    if (!isObject(data) || Array.isArray(data)) return around;
    const names = Object.keys(data)
      .filter((name) => name !== 'user')
      .slice(0, fieldsMax);
    return [...around, data, ...names.map((name) => ownValue(data, name)).filter(isObject)];
  });
}

function asksMore(level: object): boolean {
  return Object.keys(level)
    .slice(0, fieldsMax)
    .some((name) => MORE.test(name) && isSaid(ownValue(level, name)));
}

// Validators list what they refuse, with the place of each.
function listsRefused(level: object): boolean {
  const code = ownValue(level, 'code') ?? ownValue(level, 'name');
  if (typeof code === 'string' && RULE_CODE.test(cut(code))) return true;
  return LISTS.some((name) => {
    const list = ownValue(level, name);
    const first: unknown = Array.isArray(list) ? list[0] : undefined;
    if (typeof first === 'string') return isRuleText(first);
    // GraphQL's errors have a path as well, and it leads to what an operation was to give.
    if (!isObject(first) || Object.hasOwn(first, 'extensions')) return false;
    return PLACES.some((place) => isSaid(ownValue(first, place)));
  });
}

function isRuleText(text: unknown): boolean {
  return typeof text === 'string' && RULE_TEXT.test(cut(text));
}

function saysFalse(level: object): boolean {
  return SAYING_NAMES.some((name) => ownValue(level, name) === false);
}

function reportsError(level: object): boolean {
  if (ERROR_NAMES.some((name) => isSaid(ownValue(level, name)))) return true;
  const data = ownValue(level, 'data');
  // An operation that gave nothing.
  if (isObject(data) && isEmptied(data)) return true;
  const typename = ownValue(level, '__typename');
  if (typeof typename === 'string' && typename.endsWith('Error')) return true;
  const status = ownValue(level, 'status') ?? ownValue(level, 'result');
  if (typeof status === 'string') return STATUS_NO.test(cut(status));
  return [status, ownValue(level, 'statusCode'), ownValue(level, 'code')].some(
    (code, n) => typeof code === 'number' && (n < 2 ? code >= 400 : isErrorCode(code, level)),
  );
}

function isEmptied(data: object): boolean {
  const names = Object.keys(data).slice(0, fieldsMax);
  return names.length > 0 && names.every((name) => ownValue(data, name) === null);
}

// Many count their errors and call none of them 0 or 200.
function isErrorCode(code: number, level: object): boolean {
  const isFine = code === 0 || (code >= 200 && code < 300);
  return !isFine && SENTENCE_NAMES.some((name) => typeof ownValue(level, name) === 'string');
}

function isRefusal(text: unknown): boolean {
  return typeof text === 'string' && SENTENCE_NO.test(cut(text));
}

function cut(text: string): string {
  return text.slice(0, sentenceCharsMax);
}

function holdsToken(value: object, depth: number, bound: { left: number }): boolean {
  if (bound.left === 0 || depth > depthMax) return false;
  bound.left -= 1;
  const names = Object.keys(value).slice(0, Array.isArray(value) ? entriesMax : fieldsMax);
  return names.some((name) => {
    const inner = ownValue(value, name);
    if (isObject(inner)) return holdsToken(inner, depth + 1, bound);
    return typeof inner === 'string' && inner !== '' && TOKEN_NAME.test(name);
  });
}

function isSaid(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== false && value !== '' && value !== 0;
}
