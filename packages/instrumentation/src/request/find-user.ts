/** Finds who stands on a request by the time it ends, as libraries and applications leave it there. */
import { isObject, ownValue } from '@spanguard/verdict';
import { learnUser } from './learn-user.ts';
import type { RequestSecurity } from './request-security.ts';

// In the order they are asked. What an application decoded of a token stands under these names too.
const USERS = [
  ...['user', 'currentUser', 'current_user', 'authUser', 'loggedInUser', 'account', 'principal'],
  ...['auth', 'jwt', 'jwtPayload', 'decoded', 'decodedToken', 'tokenPayload', 'claims', 'userData'],
] as const;
const IDS = ['userId', 'user_id', 'userID', 'uid', 'accountId', 'username', 'userName'] as const;
/** What a session has besides, where logins are kept in it by hand. */
const SESSION_IDS = ['email', 'userEmail', 'login', 'name'] as const;
// Libraries keep what they know one level below: claims of a token, a session's user.
const WITHIN = ['user', 'payload', 'claims', 'sessionClaims', 'profile'] as const;

/**
 * Notes the user found on any of these holders (a request, a state, a session) unless one is known. Own data
 * properties only: an accessor may do anything.
 */
export function findUser(record: RequestSecurity, ...holders: readonly unknown[]): void {
  for (const holder of holders) {
    if (record.user !== undefined) return;
    if (isObject(holder)) lookAt(record, holder);
  }
}

/** The same for a session, which has names of its own and is also where Passport keeps whom it knows. */
export function findSessionUser(record: RequestSecurity, session: unknown): void {
  if (record.user !== undefined || !isObject(session)) return;
  learnUser(record, ownValue(ownValue(session, 'passport'), 'user'));
  lookAt(record, session);
  for (const name of SESSION_IDS) learnId(record, session, name);
}

function lookAt(record: RequestSecurity, holder: object): void {
  for (const name of USERS) {
    const user = ownValue(holder, name);
    if (user === undefined || user === null || typeof user === 'function') continue;
    learnUser(record, user);
    if (!isObject(user)) continue;
    for (const inner of WITHIN) learnUser(record, ownValue(user, inner));
    for (const inner of IDS) learnId(record, user, inner);
  }
  for (const name of IDS) learnId(record, holder, name);
}

function learnId(record: RequestSecurity, holder: object, name: string): void {
  const id = ownValue(holder, name);
  if (typeof id === 'string' || typeof id === 'number') learnUser(record, id);
}
