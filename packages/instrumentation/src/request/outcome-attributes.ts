/** The attributes of an outcome, the same on span and event. */
import type { AccessDenial } from '@spanguard/api';
import {
  ATTR_SECURITY_AUTHN_CONFIDENCE,
  ATTR_SECURITY_AUTHN_METHOD,
  ATTR_SECURITY_AUTHN_OUTCOME,
  ATTR_SECURITY_AUTHN_REASON,
  ATTR_SECURITY_AUTHN_SIGNALS,
  ATTR_SECURITY_AUTHZ_ACTION,
  ATTR_SECURITY_AUTHZ_OUTCOME,
  ATTR_SECURITY_AUTHZ_REASON,
  ATTR_SECURITY_AUTHZ_RESOURCE,
  ATTR_SECURITY_INPUT_CONFIDENCE,
  ATTR_SECURITY_INPUT_PART,
  ATTR_SECURITY_INPUT_RULE,
} from '@spanguard/conventions';
import type { FusedOutcome, LoginForm } from '@spanguard/verdict';
import type { SecurityRuntime } from '../runtime/security-runtime.ts';
import { type EventAttributes, put } from './event-attributes.ts';
import type { RefusedInput } from './request-security.ts';

const wordCharsMax = 64;
const reasonCharsMax = 128;

/** The `security.authn.*` attributes of an outcome. */
export function authnAttributes(
  runtime: SecurityRuntime,
  outcome: Pick<FusedOutcome, 'outcome' | 'confidence' | 'signals' | 'method' | 'reason'>,
): EventAttributes {
  const attributes: EventAttributes = {
    [ATTR_SECURITY_AUTHN_OUTCOME]: outcome.outcome,
    [ATTR_SECURITY_AUTHN_CONFIDENCE]: outcome.confidence,
  };
  if (outcome.signals.length > 0) attributes[ATTR_SECURITY_AUTHN_SIGNALS] = outcome.signals;
  putText(attributes, runtime, ATTR_SECURITY_AUTHN_METHOD, outcome.method);
  putText(attributes, runtime, ATTR_SECURITY_AUTHN_REASON, outcome.reason);
  return attributes;
}

/** The `security.authz.*` attributes of a denied access; the application may have said of what. */
export function authzAttributes(runtime: SecurityRuntime, denial: AccessDenial): EventAttributes {
  const attributes: EventAttributes = { [ATTR_SECURITY_AUTHZ_OUTCOME]: 'denied' };
  putText(attributes, runtime, ATTR_SECURITY_AUTHZ_RESOURCE, denial.resource);
  putText(attributes, runtime, ATTR_SECURITY_AUTHZ_ACTION, denial.action);
  putText(attributes, runtime, ATTR_SECURITY_AUTHZ_REASON, denial.reason);
  return attributes;
}

/** The `security.input.*` attributes of refused input: a status alone may mean many things. */
export function inputAttributes(
  runtime: SecurityRuntime,
  refused: RefusedInput | undefined,
  form: LoginForm | undefined,
): EventAttributes {
  const isForm = form === 'incomplete' || form === 'account';
  const unheard = isForm ? 'medium' : 'low';
  const attributes: EventAttributes = {
    [ATTR_SECURITY_INPUT_CONFIDENCE]: refused === undefined ? unheard : 'high',
  };
  putText(attributes, runtime, ATTR_SECURITY_INPUT_PART, refused?.part);
  putText(attributes, runtime, ATTR_SECURITY_INPUT_RULE, refused?.rule);
  return attributes;
}

const CHARS_MAX: ReadonlyMap<string, number> = new Map([
  [ATTR_SECURITY_AUTHN_METHOD, wordCharsMax],
  [ATTR_SECURITY_AUTHZ_ACTION, wordCharsMax],
]);

// What an application passes comes from code that may be plain JavaScript: only text is taken.
function putText(
  attributes: EventAttributes,
  runtime: SecurityRuntime,
  key: string,
  text: unknown,
): void {
  if (typeof text !== 'string' || text === '') return;
  put(attributes, runtime, key, { text, charsMax: CHARS_MAX.get(key) ?? reasonCharsMax });
}
