/** What an observation says of a record: nothing gets into it but through the policy, cut afterwards. */
import {
  ATTR_CLIENT_ADDRESS,
  ATTR_CLIENT_PREFIX,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_NETWORK_PEER_ADDRESS,
  ATTR_SECURITY_CLIENT_ADDRESS_SOURCE,
  ATTR_SECURITY_INDICATOR_PARAMETER,
  ATTR_SERVICE_NAME,
  ATTR_USER_HASH,
  ATTR_USER_ID,
} from '@spanguard/conventions';
import { cutRedacted } from '@spanguard/redaction';
import { canonicalUser, methodName, neutralise } from '@spanguard/verdict';
import type { ObservationValue } from '../model/observation.ts';
import { COPIED_ATTRIBUTES } from './columns.ts';
import { isNobody, isPseudonym } from './pseudonym.ts';
import { clientOf } from './record-client.ts';
import type { RecordReader } from './record-reader.ts';

/** What detection needs of the redaction policy: observations are stored, so they are masked too. */
export interface ObservationMask {
  /** The value as it may be shown, or undefined where it must not be. */
  attribute(name: string, value: ObservationValue): ObservationValue | undefined;
  /** A keyed pseudonym: equal for equal values, and nobody without the key finds the value. */
  pseudonym(value: string): string;
}

type Attributes = Record<string, ObservationValue>;

/** No entity, route or name that matters is longer; windows are keyed by as much. */
const TEXT_CHARACTERS_MAX = 1024;
/** What people write themselves is made harmless, and is as long as the application's instrumentation lets it be. */
const WRITTEN_CHARACTERS_MAX: ReadonlyMap<string, number> = new Map([
  [ATTR_SECURITY_INDICATOR_PARAMETER, 64],
  [ATTR_USER_ID, 256],
]);
const UNKNOWN_SERVICE = 'unknown_service';
const EVENT_NAME_KEY = 'event.name';

/** An EventName as it may be stored. */
export function observedName(name: string, mask: ObservationMask): string {
  return String(mask.attribute(EVENT_NAME_KEY, name) ?? '');
}

/** The attributes of an observation: those of the record that are copied, what was found, and who it is about. */
export function observedAttributes(
  record: RecordReader,
  found: Readonly<Record<string, ObservationValue>>,
  mask: ObservationMask,
): Attributes {
  const attributes = Object.create(null) as Attributes;
  for (const name of COPIED_ATTRIBUTES)
    put(attributes, name, found[name] ?? record.get(name), mask);
  const method = record.text(ATTR_HTTP_REQUEST_METHOD);
  if (method !== undefined) attributes[ATTR_HTTP_REQUEST_METHOD] = methodName(method);
  // Rules group by it, and semantic conventions know a name for who has none.
  attributes[ATTR_SERVICE_NAME] ??= UNKNOWN_SERVICE;
  const { address, prefix, peer, source } = clientOf(record);
  putEntity(attributes, ATTR_CLIENT_ADDRESS, address, mask);
  putEntity(attributes, ATTR_CLIENT_PREFIX, prefix, mask);
  putEntity(attributes, ATTR_NETWORK_PEER_ADDRESS, peer, mask);
  put(attributes, ATTR_SECURITY_CLIENT_ADDRESS_SOURCE, source, mask);
  const hash = namedBy(record.text(ATTR_USER_HASH));
  putEntity(attributes, ATTR_USER_HASH, hash, mask);
  putEntity(attributes, ATTR_USER_ID, userOf(record) ?? hash, mask);
  return attributes;
}

/** One account is one entity however it is spelled; a pseudonym is spelled one way. */
function userOf(record: RecordReader): string | undefined {
  const user = namedBy(record.text(ATTR_USER_ID));
  return user === undefined || isPseudonym(user) ? user : canonicalUser(user);
}

function namedBy(text: string | undefined): string | undefined {
  return text === undefined || isNobody(text) ? undefined : text;
}

function put(
  to: Attributes,
  name: string,
  value: ObservationValue | undefined,
  mask: ObservationMask,
): void {
  if (value === undefined || value === '') return;
  const shown = mask.attribute(name, value);
  if (shown !== undefined) to[name] = bounded(name, shown);
}

/**
 * Values that name someone: where policy hides them, a pseudonym still tells them apart; the policy's own
 * where it gives one, since that is what the exported telemetry shows.
 */
function putEntity(
  to: Attributes,
  name: string,
  value: string | undefined,
  mask: ObservationMask,
): void {
  if (value === undefined) return;
  const shown = mask.attribute(name, value);
  const isShown = shown === value || isPseudonym(String(shown));
  to[name] = isShown ? bounded(name, shown ?? '') : mask.pseudonym(value);
}

function bounded(name: string, shown: ObservationValue): ObservationValue {
  if (typeof shown !== 'string') return shown;
  const charactersMax = WRITTEN_CHARACTERS_MAX.get(name);
  if (charactersMax === undefined) return cutRedacted(shown, TEXT_CHARACTERS_MAX);
  return neutralise(cutRedacted(shown, charactersMax), charactersMax);
}
