/** The calls by which an application says who is asking and what was refused. */
import {
  type AccessDenial,
  type SecurityApiKey,
  type SecurityUser,
  withBackend,
} from './security-backend.ts';

/**
 * Reports that the current request was refused something it asked for, whatever the status says
 * (many APIs answer 404 to hide that the object exists). Does nothing without an SDK; never throws.
 *
 * @example
 * accessDenied({ resource: 'invoice', action: 'read', reason: 'not_owner' });
 */
export function accessDenied(denial: AccessDenial = {}): void {
  withBackend((backend) => {
    backend.accessDenied(denial);
  });
}

/**
 * Names the current request's user. Call it after your own authentication succeeded; it is not a
 * login. Does nothing without an SDK; never throws.
 *
 * @example
 * setUser({ id: 'u-17', roles: ['editor'] });
 */
export function setUser(user: SecurityUser): void {
  withBackend((backend) => {
    backend.setUser(user);
  });
}

/**
 * Names the API key that authenticated the current request. Only a keyed hash is ever recorded.
 * Does nothing without an SDK; never throws.
 *
 * @example
 * setApiKey({ key: 'key_live_4f9a' });
 */
export function setApiKey(apiKey: SecurityApiKey): void {
  withBackend((backend) => {
    backend.setApiKey(apiKey);
  });
}
