/** Networks and addresses: IPv4, IPv6, and IPv4 written inside IPv6. */
import type { TextMatcher } from './text-test.ts';

interface Network {
  /** Two groups of 16 bits for IPv4, eight for IPv6. */
  readonly groups: readonly number[];
  readonly bits: number;
}

const IPV4_IN_IPV6_BITS = 96;

/** Whether a text is a network such as `10.0.0.0/8` or `2001:db8::/32`, or an address. */
export function isNetwork(text: string): boolean {
  return parseNetwork(text) !== undefined;
}

/**
 * Whether a value lies in one of some networks: an address, or a network itself, which does where all of it
 * does. What is no network has nothing in it.
 */
export function compileNetworks(texts: readonly string[]): TextMatcher {
  const networks = texts.map(parseNetwork).filter((network) => network !== undefined);
  return (value) => {
    const found = parseNetwork(value);
    if (found === undefined) return false;
    for (const { groups, bits } of networks) {
      const isComparable = found.groups.length === groups.length && found.bits >= bits;
      if (isComparable && shares(found.groups, groups, bits)) return true;
    }
    return false;
  };
}

function parseNetwork(text: string): Network | undefined {
  if (text.length > 45 + '/128'.length) return undefined;
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const groups = address.includes(':') ? parseIpv6(address) : parseIpv4(address);
  if (groups === undefined) return undefined;
  const bitsMax = groups.length * 16;
  if (slash >= 0 && !/^(?:0|[1-9]\d{0,2})$/.test(text.slice(slash + 1))) return undefined;
  const bits = slash < 0 ? bitsMax : Number(text.slice(slash + 1));
  if (bits > bitsMax) return undefined;
  // IPv4-mapped IPv6 counts as IPv4.
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!isMapped || bits < IPV4_IN_IPV6_BITS) return { groups, bits };
  return { groups: groups.slice(6), bits: bits - IPV4_IN_IPV6_BITS };
}

function shares(a: readonly number[], b: readonly number[], bits: number): boolean {
  for (let group = 0, left = bits; left > 0; group += 1, left -= 16) {
    const mask = left >= 16 ? 0xffff : (0xffff << (16 - left)) & 0xffff;
    if (((a[group] ?? 0) & mask) !== ((b[group] ?? 0) & mask)) return false;
  }
  return true;
}

/** Strictly decimal: some programs read a leading zero as octal, so nobody knows whom it means. */
const IPV4 = /^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/;

function parseIpv4(text: string): readonly number[] | undefined {
  if (!IPV4.test(text)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number);
  return Math.max(a, b, c, d) > 255 ? undefined : [a * 256 + b, c * 256 + d];
}

function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  // IPv4 may only be the end of an address.
  if (halves.length > 2 || (halves.length === 2 && halves[0]?.includes('.'))) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : parseGroups(half)));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...(tail ?? [])];
}

function parseGroups(text: string): readonly number[] | undefined {
  const groups: number[] = [];
  const pieces = text.split(':');
  for (const [index, piece] of pieces.entries()) {
    if (index === pieces.length - 1 && piece.includes('.')) {
      const ipv4 = parseIpv4(piece);
      if (ipv4 === undefined) return undefined;
      groups.push(...ipv4);
    } else if (/^[0-9a-f]{1,4}$/i.test(piece)) groups.push(Number.parseInt(piece, 16));
    else return undefined;
  }
  return groups;
}
