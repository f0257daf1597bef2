/** Notes the user whom a framework or library put on its request. */
import { isTokenRequest, userIdOf } from '@spanguard/verdict';
import { guard } from '../guard/guard.ts';
import type { RequestSecurity } from './request-security.ts';

const rolesMax = 16;

// Apart from the rest: a body that throws when it is read must not cost the user.
const isClients = guard('request.token_request', isTokenRequest);

/**
 * Notes `user` (an object as applications shape them, or a bare id) as the request's, unless one is known;
 * `roles` where they do not stand on the user. Guarded: it runs getters of the application's model.
 */
export const learnUser: (record: RequestSecurity, user: unknown, roles?: unknown) => void = guard(
  'request.user',
  (record: RequestSecurity, user: unknown, roles?: unknown): void => {
    if (record.user !== undefined || user === undefined || user === null) return;
    // At a token endpoint frameworks keep the client where elsewhere the user is.
    if (isClients(record.requestBody) === true) return;
    const id = userIdOf(user);
    if (id !== undefined) record.user = { id, roles: texts(roles ?? rolesOf(user)) };
  },
);

function rolesOf(user: unknown): unknown {
  if (typeof user !== 'object' || user === null) return undefined;
  return Reflect.get(user, 'roles') ?? Reflect.get(user, 'role');
}

function texts(roles: unknown): readonly string[] {
  if (typeof roles === 'string') return [roles];
  if (!Array.isArray(roles)) return [];
  return roles.slice(0, rolesMax).filter((role): role is string => typeof role === 'string');
}
