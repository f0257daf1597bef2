/** Who or what a fact is about: one canonical form, one fingerprint, one text to show. */
import { hkdfSync } from 'node:crypto';
import {
  canonicalUser,
  clientPrefix,
  isOnOwnNetwork,
  neutralise,
  prefixOf,
  readAddress,
} from '@spanguard/verdict';
import { cutRedacted, HmacSha256 } from '@spanguard/redaction';
import { FINGERPRINT_BYTES } from '../model/facts/fact-texts.ts';
import type { FactMask } from './fact-mask.ts';
import { holdsPseudonym, isNobody, isPseudonym } from './pseudonym.ts';

/** What kinds of entities there are; equal names of two kinds are two entities. */
export type EntityDomain =
  'address' | 'network' | 'user' | 'user_hash' | 'session' | 'api_key' | 'tenant' | 'object';

/** An entity, as its facts have it. */
export interface Entity {
  /** What the exported telemetry shows of it. */
  readonly display: string;
  /** Of the one form all its spellings have in common, {@link FINGERPRINT_BYTES} bytes. */
  readonly fingerprint: Uint8Array;
  /** Of the network an address is counted by, where that is more than the address. */
  readonly network: Uint8Array | undefined;
  /**
   * Of an address: whether it may stand for clients behind it; of one that is hidden nobody knows better.
   */
  readonly isProxy: boolean;
}

/** What an entity is made of. */
export interface EntitySource {
  readonly domain: EntityDomain;
  /** The field it is for, by which the policy judges it. */
  readonly field: string;
  /** Of the name it was sent by. */
  readonly decision: number;
  /** As it came. */
  readonly text: string;
}

/**
 * A network of one address is that address; a user's hash is a name of the user, but for how it is
 * spelled.
 */
const COUNTED_AS: Readonly<Partial<Record<EntityDomain, EntityDomain>>> = {
  network: 'address',
  user_hash: 'user',
};
/** No entity that matters is longer; windows are keyed by as much. */
const TEXT_CHARACTERS_MAX = 1024;
/** An IPv6 address in brackets or before a zone. */
const ADDRESS_WITHIN = /^\s*\[?([\da-f:.]{2,45})/i;
const USER_CHARACTERS_MAX = 256;

/** Makes entities. */
export class Entities {
  readonly #mask: FactMask;
  readonly #key: Uint8Array;
  readonly #hmacs = new Map<string, HmacSha256>();

  /** `key`: at least 32 bytes, kept with the data. */
  constructor(mask: FactMask, key: Uint8Array) {
    this.#mask = mask;
    this.#key = key;
  }

  /** The entity of a text; undefined where it is nobody: garbage, or what stands in place of any name. */
  entityOf({ domain, field, decision, text }: EntitySource): Entity | undefined {
    const canonical = isNobody(text) ? undefined : canonicalOf(domain, text);
    if (canonical === undefined) return undefined;
    const shownPart = domain === 'object' ? objectOf(text) : text;
    const shown = this.#shownOf(field, shownPart, decision);
    const display =
      shown === undefined ? this.#mask.pseudonym(canonical) : displayOf(domain, shown, canonical);
    // A pseudonym made here and the same one made by the application are one entity.
    const counted = isPseudonym(display) ? display : canonical;
    const isAddress = domain === 'address';
    return {
      display,
      fingerprint: this.#fingerprint(domain, counted),
      network: isAddress && canonical.includes(':') ? this.#network(canonical) : undefined,
      isProxy: isAddress && (isPseudonym(canonical) || isOnOwnNetwork(canonical)),
    };
  }

  /** Of an IPv6 address; an IPv4 address is a network by itself, and so is one that is hidden. */
  #network(address: string): Uint8Array | undefined {
    if (isPseudonym(address)) return undefined;
    return this.#fingerprint('network', prefixOf(address));
  }

  #fingerprint(domain: EntityDomain, canonical: string): Uint8Array {
    return this.#hmac(domain).digest(canonical).subarray(0, FINGERPRINT_BYTES);
  }

  /** What the exported telemetry shows of it; undefined where that tells it from nobody. */
  #shownOf(field: string, text: string, decision: number): string | undefined {
    const shown = this.#mask.attribute(field, text, decision);
    return shown !== undefined && (shown === text || holdsPseudonym(shown)) ? shown : undefined;
  }

  #hmac(domain: EntityDomain): HmacSha256 {
    const of = COUNTED_AS[domain] ?? domain;
    let hmac = this.#hmacs.get(of);
    if (hmac === undefined) {
      const info = `spanguard/entity/${of}`;
      hmac = new HmacSha256(new Uint8Array(hkdfSync('sha256', this.#key, '', info, 32)));
      this.#hmacs.set(of, hmac);
    }
    return hmac;
  }
}

function canonicalOf(domain: EntityDomain, text: string): string | undefined {
  if (isPseudonym(text)) return text;
  switch (domain) {
    case 'address':
      return readAddress(text);
    case 'network': {
      const slash = text.indexOf('/');
      return clientPrefix(slash < 0 ? text : text.slice(0, slash))?.replace(/\/32$/, '');
    }
    case 'user':
      return canonicalUser(text);
    case 'object':
      return decoded(text).normalize('NFC');
    case 'user_hash':
    case 'session':
    case 'api_key':
    case 'tenant': {
      const canonical = text.normalize('NFC').trim();
      return canonical === '' ? undefined : canonical;
    }
  }
}

/**
 * The plainest form that is found where the whole text is: without port, brackets and blanks. So an
 * entity can be searched in the telemetry, and an address is one for whoever tests it.
 */
function displayOf(domain: EntityDomain, shown: string, canonical: string): string {
  let display = shown.trim();
  if (domain === 'address') {
    const address = ADDRESS_WITHIN.exec(shown)?.[1];
    if (address !== undefined && readAddress(address) !== undefined) display = address;
  }
  if (domain !== 'object' && shown.includes(canonical)) display = canonical;
  if (domain !== 'user') return cutRedacted(display, TEXT_CHARACTERS_MAX);
  // People write it themselves, and the application's instrumentation lets it be no longer.
  return neutralise(cutRedacted(display, USER_CHARACTERS_MAX), USER_CHARACTERS_MAX);
}

/** The object itself, of it and the segment before. */
function objectOf(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1);
}

function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
