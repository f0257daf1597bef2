/** Whom a connection counts for: an IPv4 address, or the /64 network of an IPv6 one, which one host has to itself. */
import { isIPv4, isIPv6 } from 'node:net';

const MAPPED_IPV4 = /^::ffff:(?=\d+\.)/i;

/** The client of a peer address as a socket tells it; `unknown` where it tells none. */
export function clientOf(remoteAddress: string | undefined): string {
  const address = (remoteAddress ?? '').replace(MAPPED_IPV4, '');
  if (isIPv4(address)) return address;
  return isIPv6(address) ? `${network64(address)}::/64` : 'unknown';
}

/** The first four groups of an IPv6 address, which a socket writes in its shortest form. */
function network64(address: string): string {
  const [head = '', tail] = address.split('::', 2);
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? 0 : tail.split(':').length;
  if (tail !== undefined) while (groups.length + after < 8) groups.push('0');
  return groups.slice(0, 4).join(':');
}
