/** What a message may show of a value found in a configuration: enough to find it, never a secret. */
import { compilePolicy, type RedactionPolicy } from '../policy/redaction-policy.ts';

/** Longest value shown, in characters; longer ones are cut, after they are masked. */
const SHOWN_CHARACTERS_MAX = 80;
/** Longer values are not looked at. */
const READ_CHARACTERS_MAX = 4096;

/** Compiled for the first message: hardly any process shows one. */
let policy: RedactionPolicy | undefined;

/**
 * A value as messages show it. An address shows its scheme and host alone: people write user names,
 * passwords and keys into all its other parts. Anything else goes through the default redaction policy.
 */
export function shownValue(written: string): string {
  if (written.length > READ_CHARACTERS_MAX) return `a text of ${written.length} characters`;
  const origin = originOf(written);
  if (origin !== undefined) return JSON.stringify(origin);
  policy ??= compilePolicy();
  const masked = policy.redactText(written);
  const isLong = masked.length > SHOWN_CHARACTERS_MAX;
  return JSON.stringify(isLong ? `${masked.slice(0, SHOWN_CHARACTERS_MAX)}…` : masked);
}

/** Messages of a YAML parser quote what they do not understand; the place says enough. */
export function withoutQuotations(message: string): string {
  return message.replaceAll(/"(?:[^"\\]|\\.)*"?/g, '"…"');
}

/** `scheme://host…` of what looks like an address or like credentials before a host; undefined for the rest. */
function originOf(written: string): string | undefined {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]{0,31}:\/\/)?(.*)$/is.exec(written) ?? [];
  const at = rest.lastIndexOf('@');
  if (scheme === '' && at === -1) return undefined;
  const host = /^[\w.:[\]-]{0,256}/.exec(rest.slice(at + 1))?.[0] ?? '';
  const isAll = at + 1 + host.length === rest.length;
  return `${scheme}${at === -1 ? '' : '…@'}${host}${isAll ? '' : '…'}`;
}

/** Names that lead to an option, with dots between. A user wrote them: a value may have slipped into the place of one. */
export function shownPath(path: readonly string[]): string {
  return path.map((part) => (/^[\w./<>-]{1,128}$/.test(part) ? part : shownValue(part))).join('.');
}
