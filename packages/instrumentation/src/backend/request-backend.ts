/** The SDK side of `@spanguard/api`: explicit calls become signals of the current request. */
import { type Context, context } from '@opentelemetry/api';
import type { LoginReport, SecurityBackend, SecurityUser } from '@spanguard/api';
import {
  ATTR_SECURITY_AUTHN_CONFIDENCE,
  ATTR_SECURITY_AUTHN_METHOD,
  ATTR_SECURITY_AUTHN_OUTCOME,
  ATTR_SECURITY_AUTHN_REASON,
  ATTR_SECURITY_AUTHN_SIGNALS,
  ATTR_SECURITY_AUTHZ_OUTCOME,
  EVENT_AUTHN_LOGIN_FAIL,
  EVENT_AUTHN_LOGIN_SUCCESS,
  EVENT_AUTHZ_FAIL,
  SECURITY_EVENT_SEVERITY,
  type SecurityEventName,
} from '@spanguard/conventions';
import { userIdOf } from '@spanguard/verdict';
import { guard } from '../guard/guard.ts';
import {
  type EventAttributes,
  applicationAttributes,
  identityAttributes,
  put,
  putUser,
  requestAttributes,
} from '../request/event-attributes.ts';
import { currentRequestSecurity } from '../request/request-registry.ts';
import type { RequestSecurity } from '../request/request-security.ts';
import { type SecurityRuntime, securityRuntime } from '../runtime/security-runtime.ts';

const apiKeyCharsMax = 4096;
const methodCharsMax = 64;
const reasonCharsMax = 128;

/**
 * The backend an SDK passes to `setSecurityBackend`. Within a request, outcomes are fused with what
 * libraries and status say and leave at its end; outside one they leave at once.
 */
export function createRequestBackend(): SecurityBackend {
  return {
    login: guard('api.login', reportLogin),
    accessDenied: guard('api.access_denied', denyAccess),
    setUser: guard('api.set_user', setUser),
    setApiKey: guard('api.set_api_key', ({ key }) => {
      const record = currentRequestSecurity();
      if (record === undefined || typeof key !== 'string') return;
      record.apiKeyId = record.runtime.hash('api_key.id', key.slice(0, apiKeyCharsMax));
    }),
    event: guard('api.event', emitEvent),
  };
}

function reportLogin(report: LoginReport): void {
  const record = openRequest();
  const { outcome, method, reason } = report;
  const userId = userIdOf(report.userId);
  if (record !== undefined) {
    record.addSignal({ source: 'api', outcome, scheme: 'login', method, reason, userId });
    return;
  }
  emitNow(outcome === 'success' ? EVENT_AUTHN_LOGIN_SUCCESS : EVENT_AUTHN_LOGIN_FAIL, (runtime) => {
    const attributes: EventAttributes = {
      [ATTR_SECURITY_AUTHN_OUTCOME]: outcome,
      [ATTR_SECURITY_AUTHN_CONFIDENCE]: 'high',
      [ATTR_SECURITY_AUTHN_SIGNALS]: ['api'],
    };
    if (userId !== undefined) putUser(attributes, runtime, userId);
    if (method !== undefined)
      put(attributes, runtime, ATTR_SECURITY_AUTHN_METHOD, {
        text: method,
        charsMax: methodCharsMax,
      });
    if (reason !== undefined)
      put(attributes, runtime, ATTR_SECURITY_AUTHN_REASON, {
        text: reason,
        charsMax: reasonCharsMax,
      });
    return attributes;
  });
}

function denyAccess(): void {
  const record = openRequest();
  if (record !== undefined) record.accessDenied = true;
  else emitNow(EVENT_AUTHZ_FAIL, () => ({ [ATTR_SECURITY_AUTHZ_OUTCOME]: 'denied' }));
}

function setUser(user: SecurityUser): void {
  const record = currentRequestSecurity();
  if (record === undefined) return;
  const roles = Array.isArray(user.roles)
    ? user.roles.filter((role): role is string => typeof role === 'string')
    : [];
  record.user = { id: userIdOf(user.id), roles };
}

function emitEvent(name: SecurityEventName, given: Readonly<Record<string, unknown>>): void {
  // The name comes from application code that may be plain JavaScript.
  if (!Object.hasOwn(SECURITY_EVENT_SEVERITY, name)) {
    throw new RangeError('securityEvent: the name is not in the vocabulary');
  }
  const record = currentRequestSecurity();
  emitNow(name, (runtime) => {
    const own = applicationAttributes(runtime, given);
    if (record === undefined) return own;
    record.noteEvent(name);
    return {
      ...requestAttributes(record, undefined),
      ...identityAttributes(record, record.user?.id),
      ...own,
    };
  });
}

function emitNow(
  name: SecurityEventName,
  attributesFor: (runtime: SecurityRuntime) => EventAttributes,
): void {
  const runtime = securityRuntime();
  if (runtime === undefined) return;
  const within: Context = context.active();
  runtime.emit({
    name,
    attributes: attributesFor(runtime),
    context: within,
    timestamp: runtime.now(),
  });
}

// A call after the response ended belongs to no outcome any more and is reported by itself.
function openRequest(): RequestSecurity | undefined {
  const record = currentRequestSecurity();
  return record === undefined || record.isFinished ? undefined : record;
}
