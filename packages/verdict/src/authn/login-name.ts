/** Finds who a login attempt names. Looks at names of fields, never at a password. */
import { isObject, ownValue } from '../body/own-value.ts';
import { canonicalUser } from '../entity/canonical-user.ts';
import { cutAtBoundary } from '../text/cut-at-boundary.ts';

/** Longest login name read, in characters. What is shown is cut again, shorter, once it is masked. */
export const loginNameCharsMax = 2048;
const authorizationCharsMax = 8192;

const USER_FIELDS = [
  ...['id', '_id', 'sub', 'user_id', 'userId', 'uid', 'username', 'userName', 'user_name'],
  ...['preferred_username', 'login', 'email', 'name'],
];

/** The login name in one field of a parsed body. Trimmed and lower-cased, so that one account has one name. */
export function loginNameInField(body: unknown, field: string): string | undefined {
  return isObject(body) ? loginName(ownValue(body, field)) : undefined;
}

/** The user name of `Authorization: Basic` (RFC 7617), never the password. */
export function loginNameInBasic(authorization: string): string | undefined {
  const match = /^basic +([\w+/=-]+)$/iu.exec(authorization.slice(0, authorizationCharsMax));
  if (match?.[1] === undefined) return undefined;
  const decoded = Buffer.from(match[1], 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon === -1 ? undefined : loginName(decoded.slice(0, colon));
}

/** The id of a user object as libraries and applications shape it; also a bare id. */
export function userIdOf(user: unknown): string | undefined {
  const bare = idText(user);
  if (bare !== undefined) return bare;
  if (!isObject(user)) return undefined;
  for (const name of USER_FIELDS) {
    // Read through getters on purpose: model classes define `id` on their prototype.
    const found = idText(Reflect.get(user, name));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A login name as it is counted by; `undefined` for what names nobody. */
export function loginName(value: unknown): string | undefined {
  const text = idText(value);
  return text === undefined ? undefined : canonicalUser(text);
}

function idText(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value !== 'string' || value === '') return undefined;
  return cutAtBoundary(value, loginNameCharsMax) || undefined;
}
