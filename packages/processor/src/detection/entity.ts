/** Who or what a fact is about: one canonical form, one fingerprint, one text to show. */
import { HmacSha256 } from '@spanguard/redaction';
import { hkdfSync } from 'node:crypto';
import {
  canonicalUser,
  clientPrefix,
  isOnOwnNetwork,
  neutralise,
  prefixOf,
  readAddress,
} from '@spanguard/verdict';
import { cutRedacted } from '@spanguard/redaction';
import { FINGERPRINT_BYTES } from '../model/facts/fact-texts.ts';
import type { FactMask } from './fact-mask.ts';
import { KnownText } from './known-text.ts';
import { holdsPseudonym, isNobody, isPseudonym } from './pseudonym.ts';

/** What kinds of entities there are; equal names of two kinds are two entities. */
export type EntityDomain =
  'address' | 'network' | 'user' | 'user_hash' | 'session' | 'api_key' | 'tenant' | 'object';

/** An entity, as its facts have it. */
export interface Entity {
  /** The form all its spellings have in common; a pseudonym is spelled one way. */
  readonly canonical: string;
  readonly shown: KnownText;
  /** Of an address: the network it is counted by. */
  readonly network: Entity | undefined;
  /** Of an address: whether it may stand for clients behind it; of one that is hidden nobody knows better. */
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

/** No entity that matters is longer; windows are keyed by as much. */
const TEXT_CHARACTERS_MAX = 1024;
/** An IPv6 address in brackets or before a zone. */
const ADDRESS_WITHIN = /^\s*\[?([\da-f:.]{2,45})/i;
const PREFIX_FIELD = 'client.prefix';
const USER_FIELD = 'user.id';
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
    const display = this.#displayOf(field, shownPart, { canonical, decision });
    const entity = this.#entity(domain, canonical, display);
    if (domain !== 'address') return entity;
    const isHidden = isPseudonym(canonical);
    return {
      ...entity,
      network: this.#networkOf(canonical, display),
      isProxy: isHidden || isOnOwnNetwork(canonical),
    };
  }

  #networkOf(address: string, display: string): Entity {
    const canonical = isPseudonym(address) ? address : prefixOf(address);
    const shown = this.#displayOf(PREFIX_FIELD, display, { canonical, decision: 0 });
    return this.#entity('network', canonical, shown);
  }

  #entity(domain: EntityDomain, canonical: string, display: string): Entity {
    // A pseudonym made here and the same one made by the application are one entity.
    const counted = isPseudonym(display) && domain !== 'network' ? display : canonical;
    const fingerprint = this.#hmac(domain).digest(counted).subarray(0, FINGERPRINT_BYTES);
    const shown = new KnownText(display, fingerprint);
    return { canonical, shown, network: undefined, isProxy: false };
  }

  /**
   * What the exported telemetry shows of it, so that it can be searched there. Where policy shows nothing that
   * tells it from others, a pseudonym still does.
   */
  #displayOf(
    field: string,
    text: string,
    { canonical, decision }: { readonly canonical: string; readonly decision: number },
  ): string {
    const shown = this.#mask.attribute(field, text, decision);
    const isTelling = shown !== undefined && (shown === text || holdsPseudonym(shown));
    if (!isTelling) return this.#mask.pseudonym(canonical);
    const found = searchable(shown, canonical);
    if (field !== USER_FIELD) return cutRedacted(found, TEXT_CHARACTERS_MAX);
    // People write it themselves, and the application's instrumentation lets it be no longer.
    return neutralise(cutRedacted(found, USER_CHARACTERS_MAX), USER_CHARACTERS_MAX);
  }

  #hmac(domain: EntityDomain): HmacSha256 {
    // A user's hash is a name of the user, but for how it is spelled.
    const of = domain === 'user_hash' ? 'user' : domain;
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
      return clientPrefix(slash < 0 ? text : text.slice(0, slash));
    }
    case 'user':
      return canonicalUser(text);
    case 'object':
      return decoded(text).normalize('NFC');
    default: {
      const canonical = text.normalize('NFC').trim();
      return canonical === '' ? undefined : canonical;
    }
  }
}

/** The plainest form that is found where the whole text is: without port, brackets and blanks. */
function searchable(shown: string, canonical: string): string {
  if (shown.includes(canonical)) return canonical;
  const address = ADDRESS_WITHIN.exec(shown)?.[1];
  return address === undefined || readAddress(address) === undefined ? shown.trim() : address;
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
