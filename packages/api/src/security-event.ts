/** The call for every security event that has no call of its own. */
import type { SecurityEventName } from '@spanguard/conventions';
import { type SecurityEventAttributes, withBackend } from './security-backend.ts';

/**
 * Reports a security event of the OWASP Application Logging Vocabulary, with the current request's
 * client and user added. It leaves at once, not at the end of the request. Attribute values are
 * masked and capped by the SDK. Does nothing without an SDK; never throws.
 *
 * @example
 * securityEvent('security.authn_password_change', { 'user.id': 'u-17' });
 */
export function securityEvent(
  name: SecurityEventName,
  attributes: SecurityEventAttributes = {},
): void {
  withBackend((backend) => {
    backend.event(name, attributes);
  });
}
