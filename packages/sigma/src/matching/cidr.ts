/** Networks and addresses: IPv4, IPv6, and IPv4 written inside IPv6. */
import type { TextMatcher } from './event-view.ts';

/** Undefined when the text is no network such as `10.0.0.0/8` or `2001:db8::/32`. */
export function compileCidr(text: string): TextMatcher | undefined {
  const [address = '', bitsText, ...rest] = text.split('/');
  const network = parseAddress(address);
  if (network === undefined || rest.length > 0) return undefined;
  const bitsMax = network.length * 16;
  if (bitsText !== undefined && !/^\d{1,3}$/.test(bitsText)) return undefined;
  const bits = bitsText === undefined ? bitsMax : Number(bitsText);
  if (bits > bitsMax) return undefined;
  return (value) => {
    // An IPv6 prefix such as 2001:db8::/64 may itself be the value: its address decides.
    const slash = value.indexOf('/');
    const found = parseAddress(slash < 0 ? value : value.slice(0, slash));
    return found !== undefined && found.length === network.length && shares(found, network, bits);
  };
}

function shares(a: readonly number[], b: readonly number[], bits: number): boolean {
  for (let group = 0, left = bits; left > 0; group += 1, left -= 16) {
    const mask = left >= 16 ? 0xffff : (0xffff << (16 - left)) & 0xffff;
    if (((a[group] ?? 0) & mask) !== ((b[group] ?? 0) & mask)) return false;
  }
  return true;
}

/** Two groups of 16 bits for IPv4, eight for IPv6. IPv4-mapped IPv6 counts as IPv4. */
function parseAddress(text: string): readonly number[] | undefined {
  if (text.length > 45) return undefined;
  if (!text.includes(':')) return parseIpv4(text);
  const groups = parseIpv6(text);
  const mapped = groups?.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return mapped ? groups?.slice(6) : groups;
}

function parseIpv4(text: string): readonly number[] | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = match.slice(1).map(Number);
  return Math.max(a, b, c, d) > 255 ? undefined : [a * 256 + b, c * 256 + d];
}

function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
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
