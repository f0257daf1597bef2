/** Keyed pseudonyms: equal for equal values, and without the key nobody finds the value. */
import { createHash, hkdfSync } from 'node:crypto';
import { RecentAnswers } from '@spanguard/memory';
import { HmacSha256 } from './hmac-sha256.ts';

/** What pseudonyms are made with. */
export interface PseudonymsOptions {
  /** At least {@link PSEUDONYM_KEY_BYTES_MIN} bytes. */
  readonly masterKey: Uint8Array;
  /** Pseudonyms of different domains never join. Default `default`. */
  readonly domain?: string;
}

/** Makes pseudonyms. */
export interface Pseudonyms {
  /** `[email:k3f.Qm9fXw2…]` for a value in its canonical form. */
  pseudonym(type: string, canonical: string): string;
}

/** Shortest master key, in bytes. */
export const PSEUDONYM_KEY_BYTES_MIN = 32;
const KEY_ID_CHARACTERS = 3;
/** 96 bits; a card number keeps 128, as PCI DSS 3.5.1.1 asks. */
const BYTES = 12;
const PAN_BYTES = 16;

/** Keys are derived for each type (HKDF-SHA-256, RFC 5869). Throws where the master key is too short. */
export function createPseudonyms({ masterKey, domain = 'default' }: PseudonymsOptions): Pseudonyms {
  if (masterKey.length < PSEUDONYM_KEY_BYTES_MIN) {
    throw new RangeError(
      `the key of pseudonyms has ${masterKey.length} bytes, at least ${PSEUDONYM_KEY_BYTES_MIN} are needed`,
    );
  }
  const keys = new Map<string, HmacSha256>();
  // An HMAC costs 2 µs, a look-up 0.04: the same few people come again and again.
  const remembered = new RecentAnswers<string>();
  // Shown in every pseudonym, so that a change of key shows.
  const id = `k${keyCheck(masterKey)}`;
  const hmacOf = (type: string): HmacSha256 => {
    let hmac = keys.get(type);
    if (hmac === undefined) {
      const info = `spanguard/pseudonym/${domain}/${type}`;
      hmac = new HmacSha256(new Uint8Array(hkdfSync('sha256', masterKey, '', info, 32)));
      keys.set(type, hmac);
    }
    return hmac;
  };
  return {
    pseudonym: (type, canonical) => {
      const entry = `${type}|${canonical}`;
      const known = remembered.get(entry);
      if (known !== undefined) return known;
      const digest = hmacOf(type).digest(entry);
      const text = `[${type}:${id}.${digest.subarray(0, type === 'pan' ? PAN_BYTES : BYTES).toString('base64url')}]`;
      remembered.set(entry, text);
      return text;
    },
  };
}

/** A few characters that differ between keys and give nothing of them away. */
function keyCheck(masterKey: Uint8Array): string {
  const derived = new Uint8Array(
    hkdfSync('sha256', masterKey, '', 'spanguard/pseudonym/key-id', 32),
  );
  return createHash('sha256').update(derived).digest('hex').slice(0, KEY_ID_CHARACTERS);
}
