/** The end of a request: what was seen becomes span attributes and events, exactly once. */
import {
  ATTR_SECURITY_AUTHN_CONFIDENCE,
  ATTR_SECURITY_AUTHN_METHOD,
  ATTR_SECURITY_AUTHN_OUTCOME,
  ATTR_SECURITY_AUTHN_REASON,
  ATTR_SECURITY_AUTHN_SIGNALS,
  ATTR_SECURITY_AUTHZ_OUTCOME,
  ATTR_SECURITY_EVENT_NAMES,
  EVENT_AUTHZ_FAIL,
  EVENT_EXCESS_RATE_LIMIT_EXCEEDED,
  EVENT_INPUT_VALIDATION_FAIL,
  type SecurityEventName,
} from '@spanguard/conventions';
import {
  type FusedOutcome,
  eventOfIndicator,
  fuseOutcome,
  loginNameInBasic,
  loginNameInBody,
} from '@spanguard/verdict';
import type { RecognisedIndicator } from '../runtime/security-runtime.ts';
import { type ResponseView, isAuthRequest, observedFacts } from './authn-facts.ts';
import {
  type EventAttributes,
  identityAttributes,
  put,
  requestAttributes,
} from './event-attributes.ts';
import { indicatorAttributes, indicatorsIn } from './indicator-events.ts';
import { payloadAttributes } from './payload-attributes.ts';
import type { RequestSecurity } from './request-security.ts';

const methodCharsMax = 64;
const reasonCharsMax = 128;

interface PendingEvent {
  readonly name: SecurityEventName;
  readonly own: EventAttributes;
}

/**
 * Ends a record: fuses the outcome, sets the span's attributes (the span must not have ended) and
 * emits each event once. Later calls do nothing, so every path that may end a request can call it.
 */
export function finishRequest(record: RequestSecurity, response: ResponseView): void {
  if (record.isFinished) return;
  record.isFinished = true;

  const indicators = indicatorsIn(record);
  const isAuth = isAuthRequest(record);
  const outcome = outcomeOf(record, response, isAuth);
  const userId = userOf(record, outcome, isAuth);
  const pending = eventsOf({ record, response, outcome, indicators, isAuth });

  const isSignal =
    isAuth || indicators.length > 0 || (response.statusCode ?? 0) >= 400 || pending.length > 0;
  const payload = payloadAttributes(record, response, isSignal);
  const identity = identityAttributes(record, userId);
  const authn = outcome === undefined ? {} : authnAttributes(record, outcome);
  for (const { name } of pending) record.noteEvent(name);

  setSpanAttributes(record, { ...identity, ...authn, ...payload });
  if (pending.length > 0) emitAll({ record, response, pending, identity, payload });
}

function outcomeOf(
  record: RequestSecurity,
  response: ResponseView,
  isAuth: boolean,
): FusedOutcome | undefined {
  const mayTell = isAuth || response.statusCode === 401 || record.signals.length > 0;
  if (!mayTell) return undefined;
  return fuseOutcome(record.signals, observedFacts(record, response, isAuth));
}

// A login is counted by the name it was tried with, so that failures and the success that ends them
// share a user; everything else by the user the application knows.
function userOf(
  record: RequestSecurity,
  outcome: FusedOutcome | undefined,
  isAuth: boolean,
): string | undefined {
  if (outcome?.userId !== undefined) return outcome.userId;
  const isLogin = isAuth || outcome?.event !== undefined;
  return (isLogin ? loginNameOf(record) : undefined) ?? record.user?.id;
}

function loginNameOf(record: RequestSecurity): string | undefined {
  const named = loginNameInBody(record.requestBody);
  if (named !== undefined) return named;
  const { authorization } = record.start.headers;
  return typeof authorization === 'string' ? loginNameInBasic(authorization) : undefined;
}

function eventsOf(seen: {
  record: RequestSecurity;
  response: ResponseView;
  outcome: FusedOutcome | undefined;
  indicators: readonly RecognisedIndicator[];
  isAuth: boolean;
}): PendingEvent[] {
  const { record, response, outcome, indicators, isAuth } = seen;
  const { statusCode } = response;
  const pending: PendingEvent[] = [];
  if (outcome?.event !== undefined) {
    pending.push({ name: outcome.event, own: authnAttributes(record, outcome) });
  }
  if (record.accessDenied || (statusCode === 403 && !isAuth)) {
    pending.push({ name: EVENT_AUTHZ_FAIL, own: { [ATTR_SECURITY_AUTHZ_OUTCOME]: 'denied' } });
  }
  if (statusCode === 429) pending.push({ name: EVENT_EXCESS_RATE_LIMIT_EXCEEDED, own: {} });
  if (statusCode === 400 || statusCode === 422) {
    pending.push({ name: EVENT_INPUT_VALIDATION_FAIL, own: {} });
  }
  for (const indicator of indicators) {
    pending.push({
      name: eventOfIndicator(indicator.kind),
      own: indicatorAttributes(record, indicator),
    });
  }
  return pending;
}

/** The `security.authn.*` attributes of an outcome, on span and event alike. */
export function authnAttributes(record: RequestSecurity, outcome: FusedOutcome): EventAttributes {
  const attributes: EventAttributes = {
    [ATTR_SECURITY_AUTHN_OUTCOME]: outcome.outcome,
    [ATTR_SECURITY_AUTHN_CONFIDENCE]: outcome.confidence,
  };
  if (outcome.signals.length > 0) attributes[ATTR_SECURITY_AUTHN_SIGNALS] = outcome.signals;
  const { runtime } = record;
  if (outcome.method !== undefined) {
    put(attributes, runtime, ATTR_SECURITY_AUTHN_METHOD, {
      text: outcome.method,
      charsMax: methodCharsMax,
    });
  }
  if (outcome.reason !== undefined) {
    put(attributes, runtime, ATTR_SECURITY_AUTHN_REASON, {
      text: outcome.reason,
      charsMax: reasonCharsMax,
    });
  }
  return attributes;
}

function setSpanAttributes(record: RequestSecurity, attributes: EventAttributes): void {
  const { span, eventNames } = record;
  if (span?.isRecording() !== true) return;
  if (record.accessDenied) attributes[ATTR_SECURITY_AUTHZ_OUTCOME] = 'denied';
  if (eventNames.length > 0) attributes[ATTR_SECURITY_EVENT_NAMES] = eventNames;
  span.setAttributes(attributes);
}

function emitAll(ending: {
  record: RequestSecurity;
  response: ResponseView;
  pending: readonly PendingEvent[];
  identity: EventAttributes;
  payload: EventAttributes;
}): void {
  const { record, response, pending, identity, payload } = ending;
  const { runtime, context } = record;
  if (context === undefined) return;
  const request = requestAttributes(record, response.statusCode);
  const timestamp = runtime.now();
  // The span carries the payload; where no span is recorded the first event keeps the evidence.
  let evidence = record.span?.isRecording() === true ? {} : payload;
  for (const { name, own } of pending) {
    const attributes = { ...request, ...identity, ...own, ...evidence };
    runtime.emit({ name, attributes, context, timestamp });
    evidence = {};
  }
}
