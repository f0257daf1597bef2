/**
 * What a server span tells that our instrumentation did not make: signs of attack in its target and user
 * agent, and how a login ended.
 */
import {
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_SECURITY_AUTHN_CONFIDENCE,
  ATTR_SECURITY_AUTHN_OUTCOME,
  ATTR_SECURITY_AUTHZ_OUTCOME,
  ATTR_SECURITY_CLIENT_ADDRESS_SOURCE,
  ATTR_SECURITY_INDICATOR_CONFIDENCE,
  ATTR_SECURITY_INDICATOR_KIND,
  ATTR_SECURITY_INDICATOR_PARAMETER,
  ATTR_SECURITY_INDICATOR_PLACE,
  ATTR_SECURITY_INDICATOR_RULE,
  ATTR_USER_AGENT_ORIGINAL,
  ATTR_USER_ID,
  EVENT_AUTHZ_FAIL,
  type SecurityEventName,
} from '@spanguard/conventions';
import { recogniseTarget, recogniseUserAgent } from '@spanguard/indicators';
import {
  compileAuthRoutes,
  eventOfIndicator,
  factsOfSpan,
  type FusedOutcome,
  fuseOutcome,
  methodName,
  parameterName,
  refusalEvents,
  type Sign,
  strongestSigns,
} from '@spanguard/verdict';
import type { ObservationValue } from '../model/observation.ts';
import { CleanInputs } from './clean-inputs.ts';
import type { RecordReader } from './record-reader.ts';
import { requestTarget } from './request-target.ts';

/** An event found in a span: its name and what is known besides the span's own attributes. */
export interface FoundEvent {
  readonly event: string;
  readonly attributes: Readonly<Record<string, ObservationValue>>;
}

/** SpanKind of OTLP: the server side of a request. */
const SPAN_KIND_SERVER = 2;
const NOTHING_FOUND: readonly FoundEvent[] = [];
const NO_SIGNS: readonly Sign[] = [];

/** Judges spans one by one. Remembers clean inputs, nothing else: no span changes what is said of another. */
export class ForeignSpanJudge {
  readonly #cleanTargets = new CleanInputs();
  readonly #cleanAgents = new CleanInputs();
  readonly #isAuthRoute = compileAuthRoutes([]);

  /** Events of the span the reader stands at; none for spans of our own instrumentation. */
  judge(record: RecordReader): readonly FoundEvent[] {
    if (record.kind() !== SPAN_KIND_SERVER) return NOTHING_FOUND;
    if (record.has(ATTR_SECURITY_CLIENT_ADDRESS_SOURCE)) return NOTHING_FOUND;
    const target = requestTarget(record);
    const ended = this.#ending(record, target);
    const signs = this.#signs(target, record.input(ATTR_USER_AGENT_ORIGINAL));
    if (ended.length === 0) return signs;
    return [...ended, ...signs];
  }

  /** The strongest sign of each kind. */
  #signs(target: string | undefined, agent: string | undefined): readonly FoundEvent[] {
    const inTarget = this.#inTarget(target);
    const inAgent = this.#inAgent(agent);
    if (inTarget.length + inAgent.length === 0) return NOTHING_FOUND;
    return strongestSigns([inTarget, inAgent]).map(signEvent);
  }

  #inTarget(target: string | undefined): readonly Sign[] {
    if (target === undefined || this.#cleanTargets.has(target)) return NO_SIGNS;
    const signs = recogniseTarget(target);
    if (signs.length === 0) this.#cleanTargets.add(target);
    return signs.map((sign) => ({
      ...sign,
      place: sign.place === 'path' ? 'url.path' : 'url.query',
    }));
  }

  #inAgent(agent: string | undefined): readonly Sign[] {
    if (agent === undefined || this.#cleanAgents.has(agent)) return NO_SIGNS;
    const signs = recogniseUserAgent(agent);
    if (signs.length === 0) this.#cleanAgents.add(agent);
    return signs.map((sign) => ({ ...sign, place: 'user_agent' }));
  }

  /** What the application's fusion says of the same request, as far as a span shows it. */
  #ending(record: RecordReader, target: string | undefined): readonly FoundEvent[] {
    const status = record.get(ATTR_HTTP_RESPONSE_STATUS_CODE);
    const statusCode = status === undefined ? undefined : Number(status);
    const login = this.#loginOutcome(record, target, statusCode);
    // Nine requests in ten.
    if (login?.event === undefined && (statusCode ?? 0) < 400) return NOTHING_FOUND;
    const refusals = refusalEvents({ statusCode, outcome: login?.outcome });
    const ended: FoundEvent[] = refusals.map(refusalEvent);
    if (login?.event !== undefined) {
      const { event, outcome, confidence } = login;
      const attributes = {
        [ATTR_SECURITY_AUTHN_OUTCOME]: outcome,
        [ATTR_SECURITY_AUTHN_CONFIDENCE]: confidence,
      };
      ended.unshift({ event, attributes });
    }
    return ended;
  }

  #loginOutcome(
    record: RecordReader,
    target: string | undefined,
    statusCode: number | undefined,
  ): FusedOutcome | undefined {
    const method = methodName(record.text(ATTR_HTTP_REQUEST_METHOD) ?? '');
    if (method !== 'POST') return undefined;
    const path = target?.split('?', 1)[0];
    const view = { method, route: record.text(ATTR_HTTP_ROUTE), path, statusCode };
    // A login page shown again is answered like a login; only a user that is known has logged in.
    const grants = record.get(ATTR_USER_ID) !== undefined;
    return fuseOutcome([], { ...factsOfSpan(view, this.#isAuthRoute), grants });
  }
}

function refusalEvent(event: SecurityEventName): FoundEvent {
  const isDenial = event === EVENT_AUTHZ_FAIL;
  return { event, attributes: isDenial ? { [ATTR_SECURITY_AUTHZ_OUTCOME]: 'denied' } : {} };
}

function signEvent({ kind, confidence, rule, place, parameter }: Sign): FoundEvent {
  return {
    event: eventOfIndicator(kind),
    attributes: {
      [ATTR_SECURITY_INDICATOR_KIND]: kind,
      [ATTR_SECURITY_INDICATOR_CONFIDENCE]: confidence,
      [ATTR_SECURITY_INDICATOR_RULE]: rule,
      [ATTR_SECURITY_INDICATOR_PLACE]: place,
      ...(parameter !== undefined && {
        [ATTR_SECURITY_INDICATOR_PARAMETER]: parameterName(parameter),
      }),
    },
  };
}
