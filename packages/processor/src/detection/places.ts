/** Places values are found in: what is remembered of a value is remembered of it in one place. */

import {
  ATTR_CLIENT_ADDRESS,
  ATTR_CLIENT_PREFIX,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_NETWORK_PEER_ADDRESS,
  ATTR_SECURITY_API_KEY_ID,
  ATTR_SECURITY_TENANT_ID,
  ATTR_SERVER_ADDRESS,
  ATTR_SESSION_ID,
  ATTR_URL_PATH,
  ATTR_URL_QUERY,
  ATTR_USER_HASH,
  ATTR_USER_ID,
  FIELD_SECURITY_OBJECT_ID,
} from '@spanguard/conventions';
import { methodName } from '@spanguard/verdict';
import { ATTRIBUTE_OF_COLUMN, attributeName, DETECTION_COLUMNS } from './columns.ts';
import type { EntityDomain } from './entity.ts';
import type { FactMask } from './fact-mask.ts';

/** Where a value was found, and what it is asked for. */
export interface Place {
  /** Its own. */
  readonly number: number;
  /** The field it becomes, by which the policy judges it. */
  readonly field: string;
  /** Of the name it was sent by. */
  readonly decision: number;
  /** Of an entity. */
  readonly domain: EntityDomain;
  /** Written another way before it is shown. */
  readonly rewrite: ((text: string) => string) | undefined;
}

/** Places of one purpose, by the column a value stands in. */
export type Places = readonly Place[];

/** Every place there is. */
export interface AllPlaces {
  /** Whole attributes, as the field of the same name. */
  readonly attributes: Places;
  /** Paths, out of whatever holds one. */
  readonly paths: Places;
  readonly queries: Places;
  /** Objects, out of paths. */
  readonly objects: Places;
  /** Attributes and paths of which something is asked that is not shown. */
  readonly judged: Places;
  readonly judgedPaths: Places;
  /** Attributes of which nothing is kept but signs of attack. */
  readonly examined: Places;
  /** Names of events. */
  readonly event: Place;
  readonly judgedEvent: Place;
}

const EVENT_NAME = 'event.name';
const DOMAINS: Readonly<Record<string, EntityDomain>> = {
  [ATTR_CLIENT_ADDRESS]: 'address',
  [ATTR_NETWORK_PEER_ADDRESS]: 'address',
  [ATTR_CLIENT_PREFIX]: 'network',
  [ATTR_USER_ID]: 'user',
  [ATTR_USER_HASH]: 'user_hash',
  [ATTR_SESSION_ID]: 'session',
  [ATTR_SECURITY_API_KEY_ID]: 'api_key',
  [ATTR_SECURITY_TENANT_ID]: 'tenant',
};

const REWRITES: Readonly<Record<string, Place['rewrite']>> = {
  [ATTR_HTTP_REQUEST_METHOD]: methodName,
  [ATTR_SERVER_ADDRESS]: hostOf,
};

/** What is true of places that nothing is said of. */
export const NO_PLACE: Place = {
  ...{ number: 0, field: '', decision: 0 },
  domain: 'object',
  rewrite: undefined,
};

/** Makes the places; the policy is asked about each name once. */
export function placesFor(mask: FactMask): AllPlaces {
  let count = 0;
  const made = (fieldOf: (attribute: string) => string, domain?: EntityDomain): Places =>
    DETECTION_COLUMNS.map((wire, column) => {
      const attribute = attributeName(ATTRIBUTE_OF_COLUMN[column] ?? 0) ?? wire;
      const field = fieldOf(attribute);
      return {
        ...{ number: count++, field, decision: mask.decisionOf(wire) },
        domain: domain ?? DOMAINS[attribute] ?? 'object',
        rewrite: REWRITES[field],
      };
    });
  return {
    attributes: made((attribute) => attribute),
    paths: made(() => ATTR_URL_PATH),
    queries: made(() => ATTR_URL_QUERY),
    objects: made(() => FIELD_SECURITY_OBJECT_ID, 'object'),
    judged: made((attribute) => attribute),
    judgedPaths: made(() => ATTR_URL_PATH),
    examined: made((attribute) => attribute),
    event: { ...NO_PLACE, number: count++, field: EVENT_NAME },
    judgedEvent: { ...NO_PLACE, number: count++, field: EVENT_NAME },
  };
}

/** The host of `host:port`, in lower case. */
function hostOf(text: string): string {
  return text.replace(/:\d{1,5}$/, '').toLowerCase();
}
