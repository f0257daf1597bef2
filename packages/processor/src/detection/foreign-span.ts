/**
 * What a server span tells that our instrumentation did not make: signs of attack in its target and user
 * agent, and logins refused by status.
 */
import {
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_SECURITY_AUTHN_CONFIDENCE,
  ATTR_SECURITY_AUTHN_OUTCOME,
  ATTR_SECURITY_CLIENT_ADDRESS_SOURCE,
  ATTR_SECURITY_INDICATOR_CONFIDENCE,
  ATTR_SECURITY_INDICATOR_KIND,
  ATTR_SECURITY_INDICATOR_PARAMETER,
  ATTR_SECURITY_INDICATOR_PLACE,
  ATTR_SECURITY_INDICATOR_RULE,
  ATTR_URL_ORIGINAL,
  ATTR_URL_PATH,
  ATTR_URL_QUERY,
  ATTR_USER_AGENT_ORIGINAL,
  EVENT_AUTHN_LOGIN_FAIL,
  EVENT_AUTHN_LOGIN_SUCCESS,
  type IndicatorKind,
} from '@spanguard/conventions';
import { recogniseTarget, recogniseUserAgent } from '@spanguard/indicators';
import type { ObservationValue } from '../model/observation.ts';
import { isLoginRoute } from './login-route.ts';
import type { RecordReader } from './record-reader.ts';

/** An event found in a span: its name and what is known besides the span's own attributes. */
export interface FoundEvent {
  readonly event: string;
  readonly attributes: Readonly<Record<string, ObservationValue>>;
}

/** SpanKind of OTLP: the server side of a request. */
const SPAN_KIND_SERVER = 2;

/** Distinct clean inputs remembered: most requests repeat the target and user agent of others. */
const CLEAN_INPUTS_MAX = 4096;
const NOTHING_FOUND: readonly FoundEvent[] = [];

interface Sign {
  readonly kind: IndicatorKind;
  readonly confidence: string;
  readonly rule: string;
  readonly place: string;
  readonly parameter?: string | undefined;
}

/** Judges spans one by one. Remembers clean inputs, nothing else. */
export class ForeignSpanJudge {
  readonly #clean = new Set<string>();

  /** Events of the span the reader stands at; none for spans of our own instrumentation. */
  judge(record: RecordReader): readonly FoundEvent[] {
    if (record.kind() !== SPAN_KIND_SERVER) return NOTHING_FOUND;
    if (record.has(ATTR_SECURITY_CLIENT_ADDRESS_SOURCE)) return NOTHING_FOUND;
    const login = loginOutcome(record);
    const signs = this.#signs(record);
    return login === undefined ? signs : [login, ...signs];
  }

  #signs(record: RecordReader): readonly FoundEvent[] {
    const target = targetOf(record);
    const userAgent = record.text(ATTR_USER_AGENT_ORIGINAL);
    if (this.#isClean(target) && this.#isClean(userAgent)) return NOTHING_FOUND;
    const found: FoundEvent[] = [];
    const seen = new Set<string>();
    const add = (sign: Sign): void => {
      if (seen.has(sign.kind)) return;
      seen.add(sign.kind);
      found.push(signEvent(sign));
    };
    if (target !== undefined && !this.#isClean(target)) {
      const signs = recogniseTarget(target);
      if (signs.length === 0) this.#remember(target);
      for (const sign of signs)
        add({ ...sign, place: sign.place === 'path' ? 'url.path' : 'url.query' });
    }
    if (userAgent !== undefined && !this.#isClean(userAgent)) {
      const signs = recogniseUserAgent(userAgent);
      if (signs.length === 0) this.#remember(userAgent);
      for (const sign of signs) add({ ...sign, place: 'user_agent' });
    }
    return found;
  }

  #isClean(input: string | undefined): boolean {
    return input === undefined || this.#clean.has(input);
  }

  #remember(input: string): void {
    if (this.#clean.size >= CLEAN_INPUTS_MAX) this.#clean.clear();
    this.#clean.add(input);
  }
}

function targetOf(record: RecordReader): string | undefined {
  const original = record.text(ATTR_URL_ORIGINAL);
  if (original !== undefined) return original;
  const path = record.text(ATTR_URL_PATH);
  const query = record.text(ATTR_URL_QUERY);
  if (path === undefined) return query === undefined ? undefined : `/?${query}`;
  return query === undefined || query === '' ? path : `${path}?${query}`;
}

function signEvent({ kind, confidence, rule, place, parameter }: Sign): FoundEvent {
  return {
    event: `security.malicious_${kind}`,
    attributes: {
      [ATTR_SECURITY_INDICATOR_KIND]: kind,
      [ATTR_SECURITY_INDICATOR_CONFIDENCE]: confidence,
      [ATTR_SECURITY_INDICATOR_RULE]: rule,
      [ATTR_SECURITY_INDICATOR_PLACE]: place,
      ...(parameter === undefined ? {} : { [ATTR_SECURITY_INDICATOR_PARAMETER]: parameter }),
    },
  };
}

/** A POST to a login route: 401 or 403 is a failure, 2xx and 3xx a success, both with low confidence. */
function loginOutcome(record: RecordReader): FoundEvent | undefined {
  if (record.get(ATTR_HTTP_REQUEST_METHOD) !== 'POST') return undefined;
  const route = record.text(ATTR_HTTP_ROUTE) ?? record.text(ATTR_URL_PATH);
  if (route === undefined || !isLoginRoute(route)) return undefined;
  const status = Number(record.get(ATTR_HTTP_RESPONSE_STATUS_CODE));
  const failed = status === 401 || status === 403;
  if (!failed && !(status >= 200 && status < 400)) return undefined;
  return {
    event: failed ? EVENT_AUTHN_LOGIN_FAIL : EVENT_AUTHN_LOGIN_SUCCESS,
    attributes: {
      [ATTR_SECURITY_AUTHN_OUTCOME]: failed ? 'failure' : 'success',
      [ATTR_SECURITY_AUTHN_CONFIDENCE]: 'low',
    },
  };
}
