/** Reads who a verified token names, and as what, from the result of whichever library verified it. */
import { isObject, ownValue, userIdOf } from '@spanguard/verdict';

/** Longest payload parsed where a library hands over bytes, in bytes. */
const payloadBytesMax = 16_384;
const rolesMax = 32;
const roleCharsMax = 128;

const NESTED_USERS = ['user', 'data', 'account', 'profile'];
const ROLE_CLAIMS = ['roles', 'role', 'scope', 'scopes'];

/**
 * The claims in a library's result: the payload itself, `{ payload }` (jose; `complete: true` elsewhere), or the
 * payload's bytes (jose's `compactVerify`). `undefined` where there are none.
 */
export function claimsIn(result: unknown): object | undefined {
  if (!isObject(result)) return undefined;
  const payload = ownValue(result, 'payload');
  if (payload instanceof Uint8Array) return parsed(payload);
  const isWrapped = isObject(payload) && ('header' in result || 'protectedHeader' in result);
  return isWrapped ? payload : result;
}

/** The user a token names: its subject, or what applications write in its place, also one level down. */
export function subjectIn(claims: object): string | undefined {
  const direct = userIdOf(claims);
  if (direct !== undefined) return direct;
  for (const name of NESTED_USERS) {
    const found = userIdOf(ownValue(claims, name));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether the token was issued to a client for itself (RFC 9068 §2.2: the subject is the client). */
export function isClientToken(claims: object): boolean {
  if (ownValue(claims, 'gty') === 'client-credentials') return true;
  const subject = ownValue(claims, 'sub');
  if (typeof subject !== 'string') return false;
  return subject === ownValue(claims, 'client_id') || subject === ownValue(claims, 'azp');
}

/** The roles a token grants: `roles`, `role`, or the words of `scope`. At most 32. */
export function rolesIn(claims: object): readonly string[] {
  for (const name of ROLE_CLAIMS) {
    const roles = rolesOf(ownValue(claims, name));
    if (roles.length > 0) return roles;
  }
  return [];
}

function rolesOf(value: unknown): string[] {
  const all: readonly unknown[] =
    typeof value === 'string'
      ? value.slice(0, rolesMax * roleCharsMax).split(' ')
      : Array.isArray(value)
        ? value.slice(0, rolesMax)
        : [];
  return all
    .filter((role): role is string => typeof role === 'string' && role !== '')
    .filter((role) => role.length <= roleCharsMax)
    .slice(0, rolesMax);
}

function parsed(bytes: Uint8Array): object | undefined {
  if (bytes.byteLength > payloadBytesMax) return undefined;
  try {
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isObject(claims) ? claims : undefined;
  } catch {
    // A signed text that is no JSON has no claims.
    return undefined;
  }
}
