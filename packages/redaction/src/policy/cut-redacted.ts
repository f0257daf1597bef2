/** Shortens a text that a policy has redacted. What is cut first and redacted afterwards hides half a secret from every detector. */
import { placeholderEnd, REPLACEMENT_BYTES_MAX } from '../detectors/placeholder.ts';

const ENCODER = new TextEncoder();

/**
 * At most `charactersMax` UTF-16 units of what `redactText`, `redactUrl` or `redactAttribute` gave for the
 * *whole* value; costs nothing in proportion to the text. A replacement on the edge goes as a whole, a
 * character of two units as well: the rest is a beginning of the redacted text and shows nothing more than
 * it does. Redacting the whole value takes time in proportion to it, within a bound, and values too long for
 * any detector are replaced unread; so there is no reason to cut earlier.
 */
export function cutRedacted(redacted: string, charactersMax: number): string {
  if (redacted.length <= charactersMax) return redacted;
  // No replacement holds a bracket within: only the last one before the edge can begin it.
  const from = charactersMax > 0 ? redacted.lastIndexOf('[', charactersMax - 1) : -1;
  if (from >= 0 && charactersMax - from < REPLACEMENT_BYTES_MAX) {
    const bytes = ENCODER.encode(redacted.slice(from, from + REPLACEMENT_BYTES_MAX));
    if (from + placeholderEnd(bytes, 0, bytes.length) > charactersMax)
      return redacted.slice(0, from);
  }
  const isWithinPair =
    isHighSurrogate(redacted.charCodeAt(charactersMax - 1)) &&
    isLowSurrogate(redacted.charCodeAt(charactersMax));
  return redacted.slice(0, isWithinPair ? charactersMax - 1 : charactersMax);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
