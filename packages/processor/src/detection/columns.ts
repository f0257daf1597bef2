/** The attributes detection looks at. The index brings them to hand without touching any other. */
import {
  ATTR_CLIENT_ADDRESS,
  ATTR_CLIENT_PREFIX,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_NETWORK_PEER_ADDRESS,
  ATTR_SECURITY_API_KEY_ID,
  ATTR_SECURITY_AUTHN_CONFIDENCE,
  ATTR_SECURITY_AUTHN_METHOD,
  ATTR_SECURITY_AUTHN_OUTCOME,
  ATTR_SECURITY_AUTHN_REASON,
  ATTR_SECURITY_AUTHZ_OUTCOME,
  ATTR_SECURITY_CLIENT_ADDRESS_SOURCE,
  ATTR_SECURITY_CLIENT_SPOOF_SUSPECTED,
  ATTR_SECURITY_INDICATOR_CONFIDENCE,
  ATTR_SECURITY_INDICATOR_KIND,
  ATTR_SECURITY_INDICATOR_PARAMETER,
  ATTR_SECURITY_INDICATOR_PLACE,
  ATTR_SECURITY_INDICATOR_RULE,
  ATTR_SERVICE_NAME,
  ATTR_SESSION_ID,
  ATTR_URL_FULL,
  ATTR_URL_ORIGINAL,
  ATTR_URL_PATH,
  ATTR_URL_QUERY,
  ATTR_USER_AGENT_ORIGINAL,
  ATTR_USER_HASH,
  ATTR_USER_ID,
  ATTRIBUTE_ALIASES,
} from '@spanguard/conventions';

/** Who a record is about: read by rules of their own before they are copied. */
export const ENTITY_ATTRIBUTES = [
  ATTR_CLIENT_ADDRESS,
  ATTR_CLIENT_PREFIX,
  ATTR_NETWORK_PEER_ADDRESS,
  ATTR_SECURITY_CLIENT_ADDRESS_SOURCE,
  ATTR_USER_HASH,
  ATTR_USER_ID,
] as const;

/** Copied into observations, after redaction, where a record has them. */
export const COPIED_ATTRIBUTES = [
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_SECURITY_API_KEY_ID,
  ATTR_SECURITY_AUTHN_CONFIDENCE,
  ATTR_SECURITY_AUTHN_METHOD,
  ATTR_SECURITY_AUTHN_OUTCOME,
  ATTR_SECURITY_AUTHN_REASON,
  ATTR_SECURITY_AUTHZ_OUTCOME,
  ATTR_SECURITY_CLIENT_SPOOF_SUSPECTED,
  ATTR_SECURITY_INDICATOR_CONFIDENCE,
  ATTR_SECURITY_INDICATOR_KIND,
  ATTR_SECURITY_INDICATOR_PARAMETER,
  ATTR_SECURITY_INDICATOR_PLACE,
  ATTR_SECURITY_INDICATOR_RULE,
  ATTR_SERVICE_NAME,
  ATTR_SESSION_ID,
] as const;

/** Read from spans of applications that are not instrumented by us; never copied. */
const EXAMINED_ATTRIBUTES = [
  ATTR_URL_FULL,
  ATTR_URL_ORIGINAL,
  ATTR_URL_PATH,
  ATTR_URL_QUERY,
  ATTR_USER_AGENT_ORIGINAL,
] as const;

const NAMES: readonly string[] = [
  ...ENTITY_ATTRIBUTES,
  ...COPIED_ATTRIBUTES,
  ...EXAMINED_ATTRIBUTES,
];

/** Every column, in the order the index numbers them: each attribute, and what other senders call it. */
export const DETECTION_COLUMNS: readonly string[] = NAMES.flatMap(namesOf);

/** Columns of an attribute by its name: its own first, then those of its aliases, by precedence. */
export const COLUMNS_OF: ReadonlyMap<string, readonly number[]> = new Map(
  NAMES.map((name) => [name, namesOf(name).map((each) => DETECTION_COLUMNS.indexOf(each))]),
);

/** What a rule may ask for: every field an observation may have, the name of the event first. */
export const RULE_FIELDS: readonly string[] = ['event', ...ENTITY_ATTRIBUTES, ...COPIED_ATTRIBUTES];

function namesOf(name: string): string[] {
  return [name, ...(ATTRIBUTE_ALIASES.get(name) ?? [])];
}
