/** Turns a payload held by reference into masked, bounded, harmless text. Called on a signal only. */
import { cutAtBoundary, cutAtCharacter, neutralise } from '@spanguard/verdict';
import type { SecurityMask } from '../runtime/security-runtime.ts';
import { boundedCopy } from './bounded-copy.ts';

/** Longest payload any setting may ask for, in UTF-8 bytes. */
export const payloadBytesHardMax = 65_536;
const TRUNCATED = '...truncated';

const TEXTUAL =
  /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|yaml|graphql|x-www-form-urlencoded|x-ndjson)\b)/iu;

/** Whether a `Content-Type` holds text. An absent one is judged by the value alone. */
export function isTextual(contentType: unknown): boolean {
  return (
    contentType === undefined || (typeof contentType === 'string' && TEXTUAL.test(contentType))
  );
}

/**
 * The payload as text of at most `bytesMax` UTF-8 bytes: serialised, masked, neutralised, cut on a
 * character boundary and then marked `...truncated`. `undefined` where there is nothing to show.
 */
export function capturePayload(
  payload: unknown,
  mask: SecurityMask,
  bytesMax: number,
): string | undefined {
  const limit = Math.min(bytesMax, payloadBytesHardMax);
  if (limit <= 0) return undefined;
  const { text, truncated } = serialise(payload, limit);
  if (text === undefined || text === '') return undefined;
  // Masked before the final cut: a masker must see what it masks whole.
  // A few characters beyond the limit stay, so that what is too long is still seen to be.
  const masked = neutralise(mask.text(text), limit + 8);
  const isCut = truncated || Buffer.byteLength(masked) > limit;
  return isCut ? cutToBytes(masked, limit - TRUNCATED.length) + TRUNCATED : masked;
}

function serialise(
  payload: unknown,
  charsMax: number,
): { text: string | undefined; truncated: boolean } {
  if (typeof payload === 'string') {
    const text = cutAtBoundary(payload, charsMax);
    return { text, truncated: text.length < payload.length };
  }
  if (typeof payload !== 'object' || payload === null || ArrayBuffer.isView(payload)) {
    return { text: undefined, truncated: false };
  }
  const { value, truncated } = boundedCopy(payload, { charsMax });
  const text = JSON.stringify(value);
  return { text: text === '{}' || text === '[]' ? undefined : text, truncated };
}

/** Cuts to at most `bytesMax` UTF-8 bytes without splitting a character or an escape. */
export function cutToBytes(text: string, bytesMax: number): string {
  if (bytesMax <= 0) return '';
  if (Buffer.byteLength(text) <= bytesMax) return text;
  const bytes = Buffer.from(text);
  let end = bytesMax;
  // 10xxxxxx continues a character: step back to where it begins.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  const head = bytes.toString('utf8', 0, end);
  const opened = head.lastIndexOf('\\u');
  const isSplit = opened !== -1 && opened > head.length - 6;
  return cutAtCharacter(head, isSplit ? opened : head.length);
}
