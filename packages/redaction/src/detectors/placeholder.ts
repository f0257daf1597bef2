/** Recognises our own replacements, so that nothing is redacted twice: `[pan]`, `[pan:1111]`, `[email:k3f.Qm9f…]`. */
import { SENSITIVE_CLASSES } from '../keys/key-words.ts';
import { textOf } from './text-of.ts';

/** Labels of replacements besides the classes of keys. A test holds that no detector is missing. */
export const DETECTOR_LABELS: readonly string[] = [
  ...['email', 'jwt', 'credentials', 'vendor_token', 'private_key', 'url_userinfo', 'iban'],
  ...['redacted', 'query'],
];

const LABELS: ReadonlySet<string> = new Set([...SENSITIVE_CLASSES, ...DETECTOR_LABELS]);
const LABEL_BYTES_MAX = 16;
/** The longest replacement: a pseudonym with a key id of the user. */
export const REPLACEMENT_BYTES_MAX = 80;
const DETAIL = /^(?:[A-Z]{0,2}\d{4}|[\w~-]{1,16}\.[\w-]{16,22})$/;
const [BRACKET, BRACKET_END, COLON] = [0x5b, 0x5d, 0x3a] as const;

/** Where the replacement that begins at this place ends; 0 where there is none. */
export function placeholderEnd(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] !== BRACKET) return 0;
  let to = at + 1;
  let label = '';
  while (to < end && to - at <= LABEL_BYTES_MAX + 1) {
    const byte = bytes[to] ?? 0;
    if (byte !== 0x5f && (byte < 0x61 || byte > 0x7a)) break;
    label += String.fromCharCode(byte);
    to += 1;
  }
  // Lists and documents begin with a bracket, too.
  if (label === '' || to >= end || !LABELS.has(label)) return 0;
  if (bytes[to] === BRACKET_END) return to + 1;
  if (bytes[to] !== COLON) return 0;
  const from = to + 1;
  const limit = Math.min(end, at + REPLACEMENT_BYTES_MAX);
  while (to < limit && bytes[to] !== BRACKET_END) to += 1;
  if (to >= limit) return 0;
  return DETAIL.test(textOf(bytes, from, to)) ? to + 1 : 0;
}

/** Whether a replacement ends right before `end`. */
export function isBehindPlaceholder(bytes: Uint8Array, start: number, end: number): boolean {
  if (end <= start || bytes[end - 1] !== BRACKET_END) return false;
  const limit = Math.max(start, end - REPLACEMENT_BYTES_MAX);
  let at = end - 2;
  while (at >= limit && bytes[at] !== BRACKET && bytes[at] !== BRACKET_END) at -= 1;
  return at >= limit && placeholderEnd(bytes, at, end) === end;
}
