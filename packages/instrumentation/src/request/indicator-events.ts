/** Collects the signs of attack in a request and says which event each kind is. */
import {
  ATTR_SECURITY_INDICATOR_CONFIDENCE,
  ATTR_SECURITY_INDICATOR_DECODING,
  ATTR_SECURITY_INDICATOR_KIND,
  ATTR_SECURITY_INDICATOR_PARAMETER,
  ATTR_SECURITY_INDICATOR_PLACE,
  ATTR_SECURITY_INDICATOR_RULE,
} from '@spanguard/conventions';
import { parameterName, strongestSigns } from '@spanguard/verdict';
import { guard } from '../guard/guard.ts';
import type { RecognisedIndicator } from '../runtime/security-runtime.ts';
import { type EventAttributes, maskedTarget, put } from './event-attributes.ts';
import type { RequestSecurity } from './request-security.ts';
import { toolsOf } from './runtime-tools.ts';

const parameterCharsMax = 64;

/** The strongest sign of each kind in target, parsed body, headers and agent; at most one a kind. */
export function indicatorsIn(record: RequestSecurity): readonly RecognisedIndicator[] {
  const agent = record.start.headers['user-agent'];
  const inTarget = inRawTarget(record) ?? NONE;
  const inAgent = (typeof agent === 'string' ? inUserAgent(record, agent) : NONE) ?? NONE;
  const inBody = inParsedBody(record) ?? NONE;
  const inOthers = inHeaders(record) ?? NONE;
  if (inTarget.length + inAgent.length + inBody.length + inOthers.length === 0) return NONE;
  return strongestSigns([inTarget, inBody, inOthers, inAgent]);
}

const NONE: readonly RecognisedIndicator[] = [];

/** The `security.indicator.*` attributes of one sign. */
export function indicatorAttributes(
  record: RequestSecurity,
  indicator: RecognisedIndicator,
): EventAttributes {
  const attributes: EventAttributes = {
    [ATTR_SECURITY_INDICATOR_KIND]: indicator.kind,
    [ATTR_SECURITY_INDICATOR_PLACE]: indicator.place,
    [ATTR_SECURITY_INDICATOR_CONFIDENCE]: indicator.confidence,
    [ATTR_SECURITY_INDICATOR_RULE]: indicator.rule,
  };
  const { parameter, decoding } = indicator;
  const { runtime } = record;
  if (parameter !== undefined) {
    put(attributes, runtime, ATTR_SECURITY_INDICATOR_PARAMETER, {
      text: parameterName(parameter),
      charsMax: parameterCharsMax,
    });
  }
  if (decoding !== undefined && decoding.length > 0) {
    attributes[ATTR_SECURITY_INDICATOR_DECODING] = decoding.slice(0, 8);
  }
  return attributes;
}

// Each place by itself: what makes one of them fail blinds it alone.
type Recognised = readonly RecognisedIndicator[];

const inParsedBody = guard('indicators.body', ({ runtime, requestBody }: RequestSecurity) =>
  requestBody === undefined || requestBody === null ? NONE : runtime.recognise.body(requestBody),
);

const inHeaders = guard('indicators.headers', ({ runtime, start }: RequestSecurity): Recognised =>
  runtime.recognise.headers(start.headers),
);

const inRawTarget = guard('indicators.target', (record: RequestSecurity): Recognised => {
  const { rawTarget } = record.start;
  const { cleanTargets } = toolsOf(record.runtime);
  if (cleanTargets.get(rawTarget) === true) return NONE;
  const found = record.runtime.recognise.target(rawTarget);
  const isClean = found.length === 0 && maskedTarget(record) === rawTarget;
  if (isClean) cleanTargets.set(rawTarget, true);
  return found;
});

const inUserAgent = guard(
  'indicators.agent',
  (record: RequestSecurity, agent: string): Recognised => {
    const { agents } = toolsOf(record.runtime);
    const known = agents.get(agent);
    if (known !== undefined) return known;
    const found = record.runtime.recognise.userAgent(agent);
    agents.set(agent, found);
    return found;
  },
);
