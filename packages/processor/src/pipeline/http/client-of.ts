/** Whom a connection counts for: an IPv4 address, or the /64 network of an IPv6 one, which one host has to itself. */
import { prefixOf, readAddress } from '@spanguard/verdict';

/** The client of a peer address as a socket tells it; `unknown` where it tells none. */
export function clientOf(remoteAddress: string | undefined): string {
  const address = remoteAddress === undefined ? undefined : readAddress(remoteAddress);
  if (address === undefined) return 'unknown';
  return address.includes(':') ? prefixOf(address) : address;
}
