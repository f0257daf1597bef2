/** Keyed hashes of identities: equal for equal values within one domain, meaningless without the key. */
import { hkdfSync } from 'node:crypto';
import { HmacSha256, PSEUDONYM_KEY_BYTES_MIN } from '@spanguard/redaction';

/** Shortest key accepted, in bytes: pseudonyms are made with the same one. */
export const HASH_KEY_BYTES_MIN: number = PSEUDONYM_KEY_BYTES_MIN;

const DIGEST_BYTES = 16;
const DOMAINS_MAX = 64;

/** Hashes `value` within `domain`: 32 hexadecimal digits. */
export type KeyedHash = (domain: string, value: string) => string;

/**
 * HMAC-SHA-256 cut to 128 bits, with one key a domain derived by HKDF (RFC 5869), so that the same
 * text as user and as session never joins. Throws RangeError where the key is under 32 bytes.
 */
export function createKeyedHash(masterKey: Uint8Array): KeyedHash {
  if (masterKey.length < HASH_KEY_BYTES_MIN) {
    throw new RangeError(
      `the hash key has ${masterKey.length} bytes, at least ${HASH_KEY_BYTES_MIN} are needed`,
    );
  }
  const keys = new Map<string, HmacSha256>();
  return (domain, value) => {
    let hmac = keys.get(domain);
    if (hmac === undefined) {
      if (keys.size >= DOMAINS_MAX) keys.clear();
      const key = hkdfSync('sha256', masterKey, '', `spanguard/hash/${domain}`, 32);
      hmac = new HmacSha256(new Uint8Array(key));
      keys.set(domain, hmac);
    }
    return hmac.digest(value).subarray(0, DIGEST_BYTES).toString('hex');
  };
}
