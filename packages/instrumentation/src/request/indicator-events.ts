/** Collects the signs of attack in a request and says which event each kind is. */
import {
  ATTR_SECURITY_INDICATOR_CONFIDENCE,
  ATTR_SECURITY_INDICATOR_DECODING,
  ATTR_SECURITY_INDICATOR_KIND,
  ATTR_SECURITY_INDICATOR_PARAMETER,
  ATTR_SECURITY_INDICATOR_PLACE,
  ATTR_SECURITY_INDICATOR_RULE,
  EVENT_MALICIOUS_ATTACK_TOOL,
  EVENT_MALICIOUS_CMDI,
  EVENT_MALICIOUS_CRLF,
  EVENT_MALICIOUS_DESERIALISATION,
  EVENT_MALICIOUS_LDAPI,
  EVENT_MALICIOUS_LOG_FORGING,
  EVENT_MALICIOUS_NOSQLI,
  EVENT_MALICIOUS_PROTOTYPE_POLLUTION,
  EVENT_MALICIOUS_SENSITIVE_FILE,
  EVENT_MALICIOUS_SQLI,
  EVENT_MALICIOUS_SSRF,
  EVENT_MALICIOUS_SSTI,
  EVENT_MALICIOUS_TRAVERSAL,
  EVENT_MALICIOUS_XPATH,
  EVENT_MALICIOUS_XSS,
  EVENT_MALICIOUS_XXE,
  type IndicatorKind,
  type SecurityEventName,
} from '@spanguard/conventions';
import type { RecognisedIndicator } from '../runtime/security-runtime.ts';
import { type EventAttributes, maskedTarget, put, targetCharsMax } from './event-attributes.ts';
import type { RequestSecurity } from './request-security.ts';
import { toolsOf } from './runtime-tools.ts';

const agentCharsMax = 1024;
const agentCachedCharsMax = 256;
const targetCachedCharsMax = 256;
const parameterCharsMax = 64;

const EVENT_OF_KIND: Readonly<Record<IndicatorKind, SecurityEventName>> = {
  sqli: EVENT_MALICIOUS_SQLI,
  nosqli: EVENT_MALICIOUS_NOSQLI,
  ldapi: EVENT_MALICIOUS_LDAPI,
  cmdi: EVENT_MALICIOUS_CMDI,
  ssti: EVENT_MALICIOUS_SSTI,
  xpath: EVENT_MALICIOUS_XPATH,
  xxe: EVENT_MALICIOUS_XXE,
  xss: EVENT_MALICIOUS_XSS,
  traversal: EVENT_MALICIOUS_TRAVERSAL,
  ssrf: EVENT_MALICIOUS_SSRF,
  prototype_pollution: EVENT_MALICIOUS_PROTOTYPE_POLLUTION,
  log_forging: EVENT_MALICIOUS_LOG_FORGING,
  crlf: EVENT_MALICIOUS_CRLF,
  deserialisation: EVENT_MALICIOUS_DESERIALISATION,
  attack_tool: EVENT_MALICIOUS_ATTACK_TOOL,
  sensitive_file: EVENT_MALICIOUS_SENSITIVE_FILE,
};

/** The strongest sign of each kind in target, agent and parsed body; at most one a kind. */
export function indicatorsIn(record: RequestSecurity): readonly RecognisedIndicator[] {
  const { recognise } = record.runtime;
  const { headers } = record.start;
  const inTarget = inRawTarget(record);
  const agent = headers['user-agent'];
  const inAgent = typeof agent === 'string' ? inUserAgent(record, agent) : NONE;
  const body = record.requestBody;
  const inBody = body === undefined || body === null ? NONE : recognise.body(body);
  if (inTarget.length + inAgent.length + inBody.length === 0) return NONE;

  const strongest = new Map<IndicatorKind, RecognisedIndicator>();
  for (const indicators of [inTarget, inBody, inAgent]) {
    for (const indicator of indicators) {
      const known = strongest.get(indicator.kind);
      const isStronger = known?.confidence === 'suspicious' && indicator.confidence === 'high';
      if (known === undefined || isStronger) strongest.set(indicator.kind, indicator);
    }
  }
  return Array.from(strongest.values());
}

const NONE: readonly RecognisedIndicator[] = [];

/** The event a kind of indicator is. */
export function eventOfIndicator(indicator: RecognisedIndicator): SecurityEventName {
  return EVENT_OF_KIND[indicator.kind];
}

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
      text: parameter,
      charsMax: parameterCharsMax,
    });
  }
  if (decoding !== undefined && decoding.length > 0) {
    attributes[ATTR_SECURITY_INDICATOR_DECODING] = decoding.slice(0, 8);
  }
  return attributes;
}

function inRawTarget(record: RequestSecurity): readonly RecognisedIndicator[] {
  const { rawTarget } = record.start;
  const { cleanTargets } = toolsOf(record.runtime);
  if (cleanTargets.get(rawTarget) === true) return NONE;
  const found = record.runtime.recognise.target(rawTarget.slice(0, targetCharsMax));
  const isClean = found.length === 0 && maskedTarget(record) === rawTarget;
  if (isClean && rawTarget.length <= targetCachedCharsMax) cleanTargets.set(rawTarget, true);
  return found;
}

function inUserAgent(record: RequestSecurity, agent: string): readonly RecognisedIndicator[] {
  const { agents } = toolsOf(record.runtime);
  const known = agents.get(agent);
  if (known !== undefined) return known;
  const found = record.runtime.recognise.userAgent(agent.slice(0, agentCharsMax));
  if (agent.length <= agentCachedCharsMax) agents.set(agent, found);
  return found;
}
