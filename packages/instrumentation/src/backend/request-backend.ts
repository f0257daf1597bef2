/** The SDK side of `@spanguard/api`: explicit calls become signals of the current request. */
import { context } from '@opentelemetry/api';
import type { AccessDenial, LoginReport, SecurityBackend, SecurityUser } from '@spanguard/api';
import {
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
  putUser,
  requestAttributes,
} from '../request/event-attributes.ts';
import { finishRequest } from '../request/finish-request.ts';
import { authnAttributes, authzAttributes } from '../request/outcome-attributes.ts';
import { currentRequestSecurity } from '../request/request-registry.ts';
import type { RequestSecurity } from '../request/request-security.ts';
import { type SecurityRuntime, securityRuntime } from '../runtime/security-runtime.ts';

const apiKeyCharsMax = 4096;

/**
 * The backend an SDK passes to `setSecurityBackend`. Within a request, outcomes are fused with what
 * libraries and status say and leave at its end; after it or outside one they leave at once.
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
  const { outcome, method, reason } = report;
  const userId = userIdOf(report.userId);
  const record = currentRequestSecurity();
  if (record !== undefined && !record.isFinished) {
    record.addSignal({ source: 'api', outcome, scheme: 'login', method, reason, userId });
    tellIfCutOff(record);
    return;
  }
  const name = outcome === 'success' ? EVENT_AUTHN_LOGIN_SUCCESS : EVENT_AUTHN_LOGIN_FAIL;
  emitNow(name, record, userId, (runtime) =>
    authnAttributes(runtime, { outcome, confidence: 'high', signals: ['api'], method, reason }),
  );
}

function denyAccess(given: AccessDenial): void {
  // A JavaScript caller may pass anything; of what is no object nothing can be read.
  const denial: AccessDenial = Object(given);
  const record = currentRequestSecurity();
  if (record !== undefined && !record.isFinished) {
    record.denial = denial;
    tellIfCutOff(record);
    return;
  }
  emitNow(EVENT_AUTHZ_FAIL, record, undefined, (runtime) => authzAttributes(runtime, denial));
}

// Who denies or refuses a client that has gone may well not answer any more.
function tellIfCutOff(record: RequestSecurity): void {
  if (record.isCutOff) finishRequest(record);
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
  emitNow(name, currentRequestSecurity(), undefined, (runtime) =>
    applicationAttributes(runtime, given),
  );
}

function emitNow(
  name: SecurityEventName,
  record: RequestSecurity | undefined,
  userId: string | undefined,
  ownAttributes: (runtime: SecurityRuntime) => EventAttributes,
): void {
  const runtime = securityRuntime();
  if (runtime === undefined) return;
  const attributes: EventAttributes = {};
  if (record !== undefined) {
    record.noteEvent(name);
    Object.assign(attributes, requestAttributes(record, undefined));
    Object.assign(attributes, identityAttributes(record, userId ?? record.user?.id));
  } else if (userId !== undefined) putUser(attributes, runtime, userId);
  Object.assign(attributes, ownAttributes(runtime));
  runtime.emit({ name, attributes, context: context.active(), timestamp: runtime.now() });
}
