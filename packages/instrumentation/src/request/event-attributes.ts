/** The attributes every event of a request carries, masked and harmless. */
import {
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_NETWORK_PEER_ADDRESS,
  ATTR_SECURITY_API_KEY_ID,
  ATTR_SESSION_ID,
  ATTR_URL_PATH,
  ATTR_USER_AGENT_ORIGINAL,
  ATTR_USER_HASH,
  ATTR_USER_ID,
  ATTR_USER_ROLES,
} from '@spanguard/conventions';
import { cutRedacted } from '@spanguard/redaction';
import { cutAtBoundary, methodName, neutralise, sessionIn } from '@spanguard/verdict';
import type { SecurityAttributeValue, SecurityRuntime } from '../runtime/security-runtime.ts';
import { type RequestSecurity, clientAttributes } from './request-security.ts';
import { toolsOf } from './runtime-tools.ts';

/** Longest target shown, in characters. */
export const targetCharsMax = 8192;
// More is read than shown, and masked before it is cut: half a secret looks like none.
const targetReadCharsMax = 65_536;
const textReadCharsMax = 8192;
const pathCharsMax = 1024;
/** Longest `user_agent.original`, in characters. */
const userAgentCharsMax = 256;
const userIdCharsMax = 256;
const roleCharsMax = 64;
const rolesMax = 16;
const attributesMax = 32;
const keyCharsMax = 128;
const textCharsMax = 1024;
const listEntriesMax = 32;

export type EventAttributes = Record<string, SecurityAttributeValue>;

/** Request, client and user of an event. `statusCode` is absent while the request still runs. */
export function requestAttributes(
  record: RequestSecurity,
  statusCode: number | undefined,
): EventAttributes {
  const { runtime, start, client } = record;
  const attributes: EventAttributes = clientAttributes(client);
  attributes[ATTR_HTTP_REQUEST_METHOD] = methodName(start.method);
  if (client.peer !== undefined) attributes[ATTR_NETWORK_PEER_ADDRESS] = client.peer;
  if (statusCode !== undefined) attributes[ATTR_HTTP_RESPONSE_STATUS_CODE] = statusCode;
  const route = record.knownRoute();
  if (route !== undefined) {
    put(attributes, runtime, ATTR_HTTP_ROUTE, { text: route, charsMax: pathCharsMax });
  }
  put(attributes, runtime, ATTR_URL_PATH, { text: maskedPath(record), charsMax: pathCharsMax });
  const agent = maskedAgent(runtime, start.headers['user-agent']);
  if (agent !== undefined) attributes[ATTR_USER_AGENT_ORIGINAL] = agent;
  return attributes;
}

/** `user.id` or `user.hash` by the setting, roles, and the hashes of API key and session. */
export function identityAttributes(
  record: RequestSecurity,
  userId: string | undefined,
): EventAttributes {
  const attributes: EventAttributes = {};
  if (userId !== undefined) putUser(attributes, record.runtime, userId);
  const roles = record.user?.roles ?? [];
  if (roles.length > 0) {
    const bounds = { texts: roles.slice(0, rolesMax), charsMax: roleCharsMax };
    putList(attributes, record.runtime, ATTR_USER_ROLES, bounds);
  }
  if (record.apiKeyId !== undefined) attributes[ATTR_SECURITY_API_KEY_ID] = record.apiKeyId;
  const session = sessionIn(record.start.headers['cookie']);
  if (session !== undefined)
    attributes[ATTR_SESSION_ID] = record.runtime.hash(ATTR_SESSION_ID, session);
  return attributes;
}

/** Puts a user under the name the setting asks for. */
export function putUser(
  attributes: EventAttributes,
  runtime: SecurityRuntime,
  userId: string,
): void {
  if (runtime.settings.userId === 'hash') {
    attributes[ATTR_USER_HASH] = runtime.hash(ATTR_USER_ID, userId);
    return;
  }
  put(attributes, runtime, ATTR_USER_ID, { text: userId, charsMax: userIdCharsMax });
}

/** Masks one text by policy, then makes it harmless and cuts it; left out where the policy drops it. */
export function put(
  attributes: EventAttributes,
  runtime: SecurityRuntime,
  key: string,
  { text, charsMax }: { text: string; charsMax: number },
): void {
  const masked = runtime.mask.attribute(key, cutAtBoundary(text, textReadCharsMax));
  if (masked === undefined) return;
  attributes[key] =
    typeof masked === 'string' ? neutralise(cutRedacted(masked, charsMax), charsMax) : masked;
}

/** The same for a list of texts. */
function putList(
  attributes: EventAttributes,
  runtime: SecurityRuntime,
  key: string,
  { texts, charsMax }: { texts: readonly string[]; charsMax: number },
): void {
  const whole = texts.map((text) => cutAtBoundary(text, textReadCharsMax));
  const masked = runtime.mask.attribute(key, whole);
  if (masked === undefined) return;
  attributes[key] = Array.isArray(masked)
    ? masked.map((text) => neutralise(text, charsMax))
    : masked;
}

/** What an application passed with its own event: known shapes only, bounded, masked. */
export function applicationAttributes(
  runtime: SecurityRuntime,
  given: Readonly<Record<string, unknown>>,
): EventAttributes {
  const attributes: EventAttributes = {};
  let left = attributesMax;
  for (const [key, value] of Object.entries(given)) {
    if (left === 0) break;
    left -= 1;
    // A name is text like any other: what an application counts by may be what a client sent.
    const name = neutralise(runtime.mask.text(cutAtBoundary(key, textReadCharsMax)), keyCharsMax);
    if (name === ATTR_USER_ID && typeof value === 'string') putUser(attributes, runtime, value);
    else putValue(attributes, runtime, name, value);
  }
  return attributes;
}

function putValue(
  attributes: EventAttributes,
  runtime: SecurityRuntime,
  key: string,
  value: unknown,
): void {
  if (typeof value === 'string') {
    put(attributes, runtime, key, { text: value, charsMax: textCharsMax });
  } else if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) {
    const masked = runtime.mask.attribute(key, value);
    if (masked !== undefined) attributes[key] = masked;
  } else if (Array.isArray(value)) {
    const texts = value
      .slice(0, listEntriesMax)
      .filter((entry): entry is string => typeof entry === 'string');
    putList(attributes, runtime, key, { texts, charsMax: textCharsMax });
  }
}

/** The User-Agent, masked, harmless and cut; `undefined` where there is none or the policy drops it. */
export function maskedAgent(runtime: SecurityRuntime, agent: unknown): string | undefined {
  if (typeof agent !== 'string') return undefined;
  const { shownAgents } = toolsOf(runtime);
  const known = shownAgents.get(agent);
  if (known !== undefined) return known;
  const attributes: EventAttributes = {};
  const bounds = { text: agent, charsMax: userAgentCharsMax };
  put(attributes, runtime, ATTR_USER_AGENT_ORIGINAL, bounds);
  const shown = attributes[ATTR_USER_AGENT_ORIGINAL];
  if (typeof shown !== 'string') return undefined;
  shownAgents.set(agent, shown);
  return shown;
}

/** The raw target, masked, harmless and capped: `url.original`. */
export function maskedTarget(record: RequestSecurity): string {
  record.maskedTarget ??= maskTarget(record);
  return record.maskedTarget;
}

function maskTarget({ runtime, start }: RequestSecurity): string {
  const { rawTarget } = start;
  if (toolsOf(runtime).cleanTargets.get(rawTarget) === true) return rawTarget;
  const whole = cutAtBoundary(rawTarget, targetReadCharsMax);
  return neutralise(runtime.mask.target(whole), targetCharsMax);
}

function maskedPath(record: RequestSecurity): string {
  const target = maskedTarget(record);
  const query = target.search(/[?#]/u);
  return query === -1 ? target : target.slice(0, query);
}
