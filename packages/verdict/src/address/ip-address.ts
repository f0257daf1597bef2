/** Reads one IP address from untrusted text, strictly, into its one canonical spelling. */
import { isIP } from 'node:net';

/** Longest text an address with brackets, zone and port can have; more is garbage. */
const addressCharsMax = 64;

/**
 * The canonical address in `text`, or `undefined` when it is not exactly one address. Accepts what
 * proxies write: surrounding blanks, `1.2.3.4:80`, `[::1]`, `[::1]:80`, a zone (`fe80::1%eth0`,
 * dropped), IPv4-mapped IPv6 (becomes IPv4). Refuses octal, hexadecimal and decimal IPv4 forms.
 * IPv6 is compressed and lower-cased as RFC 5952 asks, so one client has one spelling.
 */
export function readAddress(text: string): string | undefined {
  if (text.length > addressCharsMax) return undefined;
  const bare = withoutPort(text.trim());
  if (bare === undefined) return undefined;
  const version = isIP(bare);
  if (version === 4) return bare;
  return version === 6 ? canonicalIpv6(bare) : undefined;
}

/** The network an address is counted by: an IPv4 address as /32, IPv6 as its /64, in CIDR form. */
export function prefixOf(address: string): string {
  if (!address.includes(':')) return `${address}/32`;
  const groups = ipv6Groups(address);
  return `${formatIpv6([...groups.slice(0, 4), 0, 0, 0, 0])}/64`;
}

/** Whether no client on the public internet can have this address (RFC 6890, RFC 4193, RFC 6598). */
export function isNonPublic(address: string): boolean {
  return address.includes(':') ? isNonPublicIpv6(address) : isNonPublicIpv4(address);
}

function withoutPort(text: string): string | undefined {
  if (text.startsWith('[')) {
    const end = text.indexOf(']');
    const rest = text.slice(end + 1);
    return end > 0 && (rest === '' || isPortSuffix(rest)) ? text.slice(1, end) : undefined;
  }
  const colon = text.indexOf(':');
  const hasOneColon = colon > 0 && !text.includes(':', colon + 1);
  if (!hasOneColon) return text;
  return isPortSuffix(text.slice(colon)) ? text.slice(0, colon) : undefined;
}

function isPortSuffix(text: string): boolean {
  return /^:\d{1,5}$/u.test(text);
}

function canonicalIpv6(text: string): string {
  const zone = text.indexOf('%');
  const groups = ipv6Groups(zone === -1 ? text : text.slice(0, zone));
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!isMapped) return formatIpv6(groups);
  const [high = 0, low = 0] = groups.slice(6);
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** The eight groups of a valid IPv6 address without zone. */
function ipv6Groups(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const left = groupsIn(head);
  if (tail === undefined) return left;
  const right = groupsIn(tail);
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return [...left, ...zeros, ...right];
}

function groupsIn(part: string): number[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}

function formatIpv6(groups: readonly number[]): string {
  const { start, length } = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let i = 0; i <= groups.length; i++) {
    if (groups[i] === 0) continue;
    if (i - start > best.length) best = { start, length: i - start };
    start = i + 1;
  }
  return best;
}

function isNonPublicIpv4(address: string): boolean {
  const [a = 0, b = 0] = address.split('.', 2).map(Number);
  if (a === 0 || a === 10 || a === 127 || a >= 224) return true;
  if (a === 100) return b >= 64 && b <= 127;
  if (a === 172) return b >= 16 && b <= 31;
  return (a === 192 && b === 168) || (a === 169 && b === 254);
}

function isNonPublicIpv6(address: string): boolean {
  if (address === '::' || address === '::1') return true;
  const first = ipv6Groups(address)[0] ?? 0;
  const isUniqueLocal = (first & 0xfe00) === 0xfc00;
  const isLinkLocal = (first & 0xffc0) === 0xfe80;
  const isMulticast = first >= 0xff00;
  return isUniqueLocal || isLinkLocal || isMulticast;
}
