/** The end of a request: what was seen becomes span attributes and events, each exactly once. */
import {
  ATTR_SECURITY_EVENT_NAMES,
  EVENT_AUTHZ_FAIL,
  EVENT_INPUT_VALIDATION_FAIL,
  type SecurityEventName,
} from '@spanguard/conventions';
import {
  type FusedOutcome,
  eventOfIndicator,
  fuseOutcome,
  loginNameInBasic,
  refusalEvents,
} from '@spanguard/verdict';
import { guard } from '../guard/guard.ts';
import type { RecognisedIndicator } from '../runtime/security-runtime.ts';
import { type ResponseView, observedFacts } from './authn-facts.ts';
import { type EventAttributes, identityAttributes, requestAttributes } from './event-attributes.ts';
import { type GraphqlAnswer, graphqlAnswer } from './graphql-answer.ts';
import { indicatorAttributes, indicatorsIn } from './indicator-events.ts';
import { type LoginAttempt, loginAttempt } from './login-attempt.ts';
import { authnAttributes, authzAttributes, inputAttributes } from './outcome-attributes.ts';
import { payloadAttributes } from './payload-attributes.ts';
import { refusedByAnswer } from './refused-answer.ts';
import type { RequestSecurity } from './request-security.ts';

interface PendingEvent {
  readonly name: SecurityEventName;
  readonly own: EventAttributes;
}

interface Verdict {
  readonly outcome: FusedOutcome | undefined;
  readonly attempt: LoginAttempt;
  readonly graphql: GraphqlAnswer | undefined;
  readonly indicators: readonly RecognisedIndicator[];
}

const NO_RESPONSE: ResponseView = { statusCode: undefined, header: () => undefined };

/**
 * Ends a record: fuses the outcome, sets the span's attributes (where the span has not ended) and emits
 * each event once. Later calls do nothing, so every path that may end a request can call it.
 */
export function finishRequest(record: RequestSecurity, response: ResponseView = NO_RESPONSE): void {
  if (record.isFinished) return;
  record.isFinished = true;
  tell(record, response);
}

/**
 * Tells what is known of a request whose client went away before it was answered. Who guesses passwords
 * and hangs up is not to go unseen: unless the outcome of authentication is known by now, the record stays
 * open for the application's answer, and {@link finishRequest} adds what that says.
 */
export function cutOffRequest(record: RequestSecurity): void {
  if (record.isFinished || record.isCutOff) return;
  record.isCutOff = true;
  const { outcome } = tell(record, NO_RESPONSE);
  record.isFinished = outcome?.event !== undefined;
}

function tell(record: RequestSecurity, response: ResponseView): Verdict {
  record.learn();
  const { statusCode = 0 } = response;
  if (statusCode >= 400 && statusCode < 500) record.refusedInput ??= hearRefusal(record);
  const verdict = judge(record, response);
  const { outcome, attempt, indicators } = verdict;
  const pending = pendingEvents(record, response, verdict);
  const isSignal =
    attempt.isAuth ||
    indicators.length > 0 ||
    (response.statusCode ?? 0) >= 400 ||
    pending.length > 0;
  const payload = payloadAttributes(record, response, isSignal);
  const identity = identify(record, verdict) ?? {};
  const told: EventAttributes = { ...identity, ...payload };
  if (outcome !== undefined) Object.assign(told, authnAttributes(record.runtime, outcome));
  for (const { name, own } of pending) {
    record.noteEvent(name);
    // What the event says of the refusal the span says as well, for those who keep only spans.
    if (name === EVENT_AUTHZ_FAIL || name === EVENT_INPUT_VALIDATION_FAIL) Object.assign(told, own);
  }
  setSpanAttributes(record, told);
  if (pending.length > 0) emitAll({ record, response, pending, identity, payload });
  return verdict;
}

function judge(record: RequestSecurity, response: ResponseView): Verdict {
  const attempt = loginAttempt(record);
  const graphql = attempt.isGraphql ? readGraphql(record) : undefined;
  const statusCode = graphql?.statusCode ?? response.statusCode;
  const mayTell =
    attempt.isAuth ||
    attempt.form === 'complete' ||
    statusCode === 401 ||
    statusCode === 403 ||
    record.signals.length > 0;
  const outcome = mayTell
    ? fuseOutcome(record.signals, observedFacts(record, { attempt, response, graphql }))
    : undefined;
  return { outcome, attempt, graphql, indicators: indicatorsIn(record) };
}

const hearRefusal = guard('request.refused_answer', refusedByAnswer);

const readGraphql = guard('request.graphql', graphqlAnswer);

// A login is counted by the name it was tried with, so that failures and the success that ends them
// share a user; everything else by the user the application knows.
function userOf(record: RequestSecurity, { outcome, attempt }: Verdict): string | undefined {
  if (outcome?.userId !== undefined) return outcome.userId;
  if (attempt.form === 'password_change') return record.user?.id ?? attempt.loginName;
  // Who was accepted with a name of their own is the user of this request as well.
  const isLogin = attempt.isAuth || outcome?.event !== undefined || outcome?.outcome === 'success';
  return (isLogin ? loginNameOf(record, attempt) : undefined) ?? record.user?.id;
}

const loginNameOf = guard(
  'request.login_name',
  (record: RequestSecurity, attempt: LoginAttempt) => {
    // What comes as basic to a token endpoint is a client's, which is no user.
    if (attempt.loginName !== undefined || attempt.isTokenRequest) return attempt.loginName;
    const { authorization } = record.start.headers;
    return typeof authorization === 'string' ? loginNameInBasic(authorization) : undefined;
  },
);

const identify = guard('request.identity', (record: RequestSecurity, verdict: Verdict) =>
  identityAttributes(record, userOf(record, verdict)),
);

function pendingEvents(
  record: RequestSecurity,
  response: ResponseView,
  { outcome, attempt, graphql, indicators }: Verdict,
): PendingEvent[] {
  const { runtime, denial, refusedInput } = record;
  const pending: PendingEvent[] = [];
  if (outcome?.event !== undefined) {
    pending.push({ name: outcome.event, own: authnAttributes(runtime, outcome) });
  }
  const refusal = {
    statusCode: graphql?.statusCode ?? response.statusCode,
    outcome: outcome?.outcome,
    accessDenied: denial !== undefined,
    knowsUser: record.user !== undefined,
    form: attempt.form,
    isAuthRoute: attempt.isAuth,
    refusedInput: refusedInput !== undefined,
  };
  for (const name of refusalEvents(refusal)) {
    if (name === EVENT_AUTHZ_FAIL) {
      pending.push({ name, own: authzAttributes(runtime, denial ?? {}) });
    } else if (name === EVENT_INPUT_VALIDATION_FAIL) {
      pending.push({ name, own: inputAttributes(runtime, refusedInput, attempt.form) });
    } else pending.push({ name, own: {} });
  }
  for (const indicator of indicators) {
    const name = eventOfIndicator(indicator.kind);
    pending.push({ name, own: indicatorAttributes(record, indicator) });
  }
  // What the application told itself, or what was told when the client went away, is not told again.
  return pending.filter(({ name }) => !record.hasEvent(name));
}

function setSpanAttributes(record: RequestSecurity, attributes: EventAttributes): void {
  const { span, eventNames } = record;
  if (span?.isRecording() !== true) return;
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
