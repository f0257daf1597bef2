/** The network a client is counted by, read from untrusted text. */
import { prefixOf, readAddress } from './ip-address.ts';

/**
 * The client's network in CIDR form: an IPv4 address as /32, IPv6 as its /64, since one subscriber has a
 * whole /64 and would otherwise never be seen twice. Reads what `readAddress` reads; `undefined` for what is
 * no address.
 */
export function clientPrefix(text: string): string | undefined {
  const address = readAddress(text);
  return address === undefined ? undefined : prefixOf(address);
}
