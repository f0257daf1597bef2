/** Checks `Authorization: Bearer` in constant time. */
import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * A check of the Authorization header against one token. Both sides are hashed first, so that neither
 * length nor content shows in the time taken; an absent, empty or doubled header never passes.
 */
export function bearerTokenCheck(token: string): (authorization: string | undefined) => boolean {
  const expected = digest(token);
  return (authorization) => {
    const match = /^Bearer +([^\s,]{1,8192})$/i.exec(authorization ?? '');
    return timingSafeEqual(digest(match?.[1] ?? ''), expected) && match !== null;
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
