/** Events as OWASP's logging vocabulary writes them: `authn_login_fail:joebob1,7`. */
import { isIP } from 'node:net';
import { SECURITY_EVENT_SEVERITY, type SecurityEventName } from '@spanguard/conventions';

/** One, with whom it names. */
export interface VocabularyEvent {
  readonly event: SecurityEventName;
  readonly user: string | undefined;
  readonly client: string | undefined;
}

const WRITTEN =
  /^\s{0,8}(?:(?:owasp|appsec|security)[._:])?(?<name>[a-z]{3,10}_[a-z0-9_]{3,40})(?:\s{0,4}[:[]\s{0,4}(?<rest>[^\n]{0,256}))?/i;
/** Whose first part is no user: `authn_token_delete:appid`, `upload_complete` tells one, `sys_crash` a reason. */
const NAMES_NOBODY =
  /^security\.(?:authn_token_delete|input_validation|sys_|crypt_|malicious_c(?:ors|sp))/;
const QUOTES = /^[\s[("']+|[\s\])"']+$/g;

/** Undefined for all that is no event of the vocabulary. */
export function parseVocabularyEvent(text: string): VocabularyEvent | undefined {
  const { name = '', rest = '' } = WRITTEN.exec(text)?.groups ?? {};
  const event = `security.${name.toLowerCase()}`;
  if (!isKnown(event)) return undefined;
  const [first = ''] = rest.split(/[,\s]/, 1);
  const named = first.replaceAll(QUOTES, '');
  if (named === '' || NAMES_NOBODY.test(event))
    return { event, user: undefined, client: undefined };
  // Who is not logged in is named by the address.
  const isAddress = isIP(named) !== 0;
  return {
    event,
    user: isAddress ? undefined : named,
    client: isAddress ? named : undefined,
  };
}

function isKnown(event: string): event is SecurityEventName {
  return Object.hasOwn(SECURITY_EVENT_SEVERITY, event);
}
