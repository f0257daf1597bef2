/** Splits the headers proxies write into hops. Believes nothing: every hop is just text. */

/** Longest part of a forwarding header that is read, from its right end, in characters. */
export const headerCharsMax = 1024;
/** Most hops that are read, from the right. */
export const hopsMax = 20;

/** The hops of one header, leftmost (farthest) first. */
export interface HopChain {
  readonly hops: readonly string[];
  /** The header was longer than we read: no proxy of ours writes such a thing. */
  readonly truncated: boolean;
}

/** Splits `X-Forwarded-For: a, b, c`. */
export function hopsOfXForwardedFor(header: string): HopChain {
  return rightmost(header, (part) => part.split(','));
}

/**
 * Takes the `for=` of each element of `Forwarded` (RFC 7239). An element without `for=` is kept as
 * an empty hop: it stands for a proxy that did not tell.
 */
export function hopsOfForwarded(header: string): HopChain {
  return rightmost(header, (part) => splitOutsideQuotes(part, ',').map(forParameter));
}

/** Whether the hop hides its address on purpose: `unknown` or `_obfuscated` (RFC 7239 §6). */
export function isHiddenHop(hop: string): boolean {
  const text = hop.trim();
  return (
    text === '' || text.toLowerCase() === 'unknown' || /^_[\w.-]{1,40}(?::\S{1,6})?$/u.test(text)
  );
}

// Proxies append on the right, so the right end is the part that can be believed and is kept.
function rightmost(header: string, split: (part: string) => readonly string[]): HopChain {
  const tooLong = header.length > headerCharsMax;
  const parts = split(tooLong ? header.slice(-headerCharsMax) : header);
  // The leftmost part of a cut header is itself cut: half an address is another address.
  const whole = tooLong ? parts.slice(1) : parts;
  return { hops: whole.slice(-hopsMax), truncated: tooLong || whole.length > hopsMax };
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  if (!text.includes('"')) return text.split(separator);
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (isQuoted && character === '\\') i += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === separator && !isQuoted) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function forParameter(element: string): string {
  for (const pair of splitOutsideQuotes(element, ';')) {
    const equals = pair.indexOf('=');
    if (equals === -1 || pair.slice(0, equals).trim().toLowerCase() !== 'for') continue;
    const value = pair.slice(equals + 1).trim();
    const isQuotedString = value.length >= 2 && value.startsWith('"') && value.endsWith('"');
    return isQuotedString ? value.slice(1, -1).replaceAll(/\\(.)/gu, '$1') : value;
  }
  return '';
}
