/**
 * Log records of other people's loggers that tell of requests, logins or OWASP's events: as JSON, as attributes,
 * as a line of an access log, in words. What they tell gets the names we have for it.
 */
import {
  ATTR_CLIENT_ADDRESS,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_BODY_SIZE,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_SECURITY_AUTHN_CONFIDENCE,
  ATTR_SECURITY_AUTHN_OUTCOME,
  ATTR_SECURITY_AUTHN_REASON,
  ATTR_URL_ORIGINAL,
  ATTR_USER_AGENT_ORIGINAL,
  ATTR_USER_ID,
  EVENT_AUTHN_LOGIN_FAIL,
  EVENT_AUTHN_LOGIN_SUCCESS,
  type FactAttributeName,
  type SecurityEventName,
} from '@spanguard/conventions';
import { VALUE } from '@spanguard/otlp';
import { readAccessLine, readRequestLine } from './access-line.ts';
import { fieldOfName, type LogField, type LogValues } from './log-fields.ts';
import { bitOf, fieldsNamed, isObject, mayTell } from './log-marks.ts';
import type { LogRecordView } from './log-record-view.ts';
import { LINE_CHARACTERS_MAX, type LoginLine, readLoginLine } from './login-line.ts';
import { parseVocabularyEvent } from './vocabulary-event.ts';

/** What a record tells. */
export interface ForeignLog {
  /** Undefined for a request. */
  readonly event: SecurityEventName | undefined;
  /** By our names, as texts. */
  readonly attributes: readonly (readonly [FactAttributeName, string])[];
  /** Whether it tells nothing unless it is known of whom. */
  readonly needsWhom: boolean;
}

/** Larger objects are not parsed, and longer lines looked at so far. */
const BODY_BYTES_MAX = 16_384;
const DEPTH_MAX = 4;
const MEMBERS_MAX = 256;
const VALUE_CHARACTERS_MAX = 8192;
const ADDRESS =
  /^\[?(?<address>\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]{2,39}(?:\.\d{1,3}){0,3})\]?(?::\d{1,5})?$/;
const STATUS = /^[1-5]\d\d$/;
const SUCCESS = /^(?:success(?:ful(?:ly)?)?|succeeded|ok|true|allowed?|granted|passed)$/i;
const FAILURE = /^(?:fail(?:ed|ure)?|false|denied|deny|error|unauthori[sz]ed|invalid|rejected)$/i;
const WHOM = bitOf('client') | bitOf('user');
const PLACE = bitOf('target') | bitOf('request');
const WORDS = bitOf('message') | bitOf('outcome') | bitOf('event');

/** Reads what the view stands at; undefined for the many that tell nothing of the kind. Never throws. */
export function readForeignLog(view: LogRecordView): ForeignLog | undefined {
  const { bytes, bodyStart, bodyType } = view;
  const bodyEnd = Math.min(view.bodyEnd, bodyStart + BODY_BYTES_MAX);
  const isText = bodyType === VALUE.string;
  const isJson = isText && isObject(bytes, bodyStart, bodyEnd);
  const tells = isJson ? mayTellAsObject(view) : isText && mayTell(bytes, bodyStart, bodyEnd);
  if (!tells && !view.hasFields && bodyType !== VALUE.map) return undefined;
  const values: LogValues = new Map();
  if (tells) {
    const text = bytes.toString('utf8', bodyStart, bodyEnd);
    if (isJson) readObject(text, values);
    else if (!readAccessLine(text, values)) values.set('message', text);
  }
  if (bodyType === VALUE.map) {
    view.readBodyMap((name, text) => put(values, fieldOfName(name), text));
  }
  if (view.hasFields) view.readFields(values);
  return values.size === 0 ? undefined : judge(values);
}

/** Whether a body is an object that is not read for its size. */
export function isTooLarge({ bytes, bodyType, bodyStart, bodyEnd }: LogRecordView): boolean {
  const isLarge = bodyType === VALUE.string && bodyEnd - bodyStart > BODY_BYTES_MAX;
  return isLarge && isObject(bytes, bodyStart, bodyEnd);
}

/** Whether an object names what makes an event, a request or a login. */
function mayTellAsObject(view: LogRecordView): boolean {
  if (isTooLarge(view)) return false;
  const { bytes, bodyStart, bodyEnd } = view;
  const named = fieldsNamed(bytes, bodyStart, bodyEnd);
  if ((named & bitOf('event')) !== 0) return true;
  const isRequest = (named & PLACE) !== 0 && (named & bitOf('status')) !== 0;
  return (named & WHOM) !== 0 && (isRequest || (named & WORDS) !== 0);
}

function readObject(text: string, values: LogValues): void {
  try {
    flatten(JSON.parse(text), '', { values, depth: 0, left: MEMBERS_MAX });
  } catch {
    // Nearly JSON is text, and text in braces tells nothing.
  }
}

interface Flattening {
  readonly values: LogValues;
  readonly depth: number;
  left: number;
}

/** Members of members are called by both names: `req.method`. */
function flatten(value: unknown, name: string, state: Flattening): void {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    put(state.values, fieldOfName(name), String(value));
  } else if (typeof value === 'object' && value !== null && state.depth < DEPTH_MAX) {
    const inner = { ...state, depth: state.depth + 1 };
    for (const [key, member] of Object.entries(value)) {
      if (inner.left-- <= 0) break;
      flatten(member, name === '' ? key : `${name}.${key}`, inner);
    }
    state.left = inner.left;
  }
}

function put(values: LogValues, field: LogField | undefined, text: string): void {
  if (field === undefined || text === '' || values.has(field)) return;
  values.set(field, text.slice(0, VALUE_CHARACTERS_MAX));
}

/** OWASP's events before words before plain requests: a record is told once. */
function judge(values: LogValues): ForeignLog | undefined {
  const named = values.get('event') ?? values.get('message') ?? '';
  const vocabulary = parseVocabularyEvent(named);
  if (vocabulary !== undefined) {
    return { ...logOf(values, vocabulary), event: vocabulary.event, needsWhom: false };
  }
  const login = loginOf(values);
  if (login !== undefined) return { ...logOf(values, login), event: login.event, needsWhom: true };
  const request = values.get('request');
  if (request !== undefined) readRequestLine(request, values);
  const isRequest = STATUS.test(values.get('status') ?? '') && values.has('target');
  return isRequest ? { ...logOf(values, {}), event: undefined, needsWhom: true } : undefined;
}

function loginOf(values: LogValues): LoginLine | undefined {
  const message = values.get('message');
  const told = message === undefined ? undefined : readLoginLine(message);
  if (told !== undefined) return told;
  const event = values.get('event');
  if (event === undefined) return undefined;
  // `userLogin`, `USER_LOGIN` and `user.login` with an outcome beside it are words too.
  const spaced = event.slice(0, LINE_CHARACTERS_MAX).replaceAll(/([a-z])(?=[A-Z])/g, '$1 ');
  const outcome = values.get('outcome') ?? values.get('status') ?? '';
  const ended = SUCCESS.test(outcome) ? ' success' : FAILURE.test(outcome) ? ' failed' : '';
  return readLoginLine(`${spaced.replaceAll(/[._-]/g, ' ')}${ended}`);
}

/** The attributes of what was found, which goes before what stands beside it. */
function logOf(
  values: LogValues,
  found: Partial<Pick<LoginLine, 'user' | 'client' | 'reason' | 'event' | 'confidence'>>,
): Pick<ForeignLog, 'attributes'> {
  const client = ADDRESS.exec(found.client ?? values.get('client') ?? '')?.groups?.['address'];
  const attributes: [FactAttributeName, string | undefined][] = [
    [ATTR_CLIENT_ADDRESS, client],
    [ATTR_USER_ID, values.get('user') ?? found.user],
    [ATTR_HTTP_REQUEST_METHOD, values.get('method')],
    [ATTR_URL_ORIGINAL, values.get('target')],
    [ATTR_HTTP_RESPONSE_STATUS_CODE, statusOf(values)],
    [ATTR_HTTP_RESPONSE_BODY_SIZE, values.get('bytes')],
    [ATTR_USER_AGENT_ORIGINAL, values.get('agent')],
    [ATTR_SECURITY_AUTHN_OUTCOME, OUTCOMES.get(found.event ?? '')],
    [ATTR_SECURITY_AUTHN_CONFIDENCE, found.confidence],
    [ATTR_SECURITY_AUTHN_REASON, found.reason],
  ];
  return {
    attributes: attributes.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])),
  };
}

const OUTCOMES: ReadonlyMap<string, string> = new Map([
  [EVENT_AUTHN_LOGIN_FAIL, 'failure'],
  [EVENT_AUTHN_LOGIN_SUCCESS, 'success'],
]);

function statusOf(values: LogValues): string | undefined {
  const status = values.get('status');
  return status !== undefined && STATUS.test(status) ? status : undefined;
}
