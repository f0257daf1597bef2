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
  ATTR_SECURITY_CLIENT_ADDRESS_SOURCE,
  ATTR_SECURITY_INDICATOR_CONFIDENCE,
  ATTR_SECURITY_INDICATOR_KIND,
  ATTR_SECURITY_INDICATOR_PARAMETER,
  ATTR_SECURITY_INDICATOR_PLACE,
  ATTR_SECURITY_INDICATOR_RULE,
  ATTR_USER_AGENT_ORIGINAL,
  ATTR_USER_ID,
  type IndicatorKind,
} from '@spanguard/conventions';
import { recogniseTarget, recogniseUserAgent } from '@spanguard/indicators';
import { compileAuthRoutes, eventOfIndicator, factsOfSpan, fuseOutcome } from '@spanguard/verdict';
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

interface Sign {
  readonly kind: IndicatorKind;
  readonly confidence: string;
  readonly rule: string;
  readonly place: string;
  readonly parameter?: string | undefined;
}

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
    const login = this.#loginOutcome(record, target);
    const signs = this.#signs(target, record.input(ATTR_USER_AGENT_ORIGINAL));
    return login === undefined ? signs : [login, ...signs];
  }

  /** The strongest sign of each kind. */
  #signs(target: string | undefined, agent: string | undefined): readonly FoundEvent[] {
    const inTarget = this.#inTarget(target);
    const inAgent = this.#inAgent(agent);
    if (inTarget.length + inAgent.length === 0) return NOTHING_FOUND;
    const strongest = new Map<IndicatorKind, Sign>();
    for (const signs of [inTarget, inAgent]) {
      for (const sign of signs) {
        const known = strongest.get(sign.kind);
        const isStronger = known?.confidence === 'suspicious' && sign.confidence === 'high';
        if (known === undefined || isStronger) strongest.set(sign.kind, sign);
      }
    }
    return Array.from(strongest.values(), signEvent);
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
  #loginOutcome(record: RecordReader, target: string | undefined): FoundEvent | undefined {
    const method = record.text(ATTR_HTTP_REQUEST_METHOD);
    if (method !== 'POST') return undefined;
    const status = record.get(ATTR_HTTP_RESPONSE_STATUS_CODE);
    const view = {
      method,
      route: record.text(ATTR_HTTP_ROUTE),
      path: target?.split('?', 1)[0],
      statusCode: status === undefined ? undefined : Number(status),
    };
    // A login page shown again is answered like a login; only a user that is known has logged in.
    const grants = record.get(ATTR_USER_ID) !== undefined;
    const fused = fuseOutcome([], { ...factsOfSpan(view, this.#isAuthRoute), grants });
    if (fused?.event === undefined) return undefined;
    return {
      event: fused.event,
      attributes: {
        [ATTR_SECURITY_AUTHN_OUTCOME]: fused.outcome,
        [ATTR_SECURITY_AUTHN_CONFIDENCE]: fused.confidence,
      },
    };
  }
}

function signEvent({ kind, confidence, rule, place, parameter }: Sign): FoundEvent {
  return {
    event: eventOfIndicator(kind),
    attributes: {
      [ATTR_SECURITY_INDICATOR_KIND]: kind,
      [ATTR_SECURITY_INDICATOR_CONFIDENCE]: confidence,
      [ATTR_SECURITY_INDICATOR_RULE]: rule,
      [ATTR_SECURITY_INDICATOR_PLACE]: place,
      ...(parameter === undefined ? {} : { [ATTR_SECURITY_INDICATOR_PARAMETER]: parameter }),
    },
  };
}
