/** The client where a framework's own trust setting says how many hops it believed. */
import type { RequestSecurity } from '../request/request-security.ts';
import { type ClientAddress, ClientAddressResolver } from './client-address-resolver.ts';
import { hopsMax } from './forwarding-headers.ts';

// One resolver, with its memory, for each number of hops: at most as many as are read of a header.
const resolvers: ClientAddressResolver[] = [];

/**
 * The client behind `hops` trusted hops of the forwarding header `headerName` (in lower case), counted from
 * the socket. More hops than are ever read believe the left-most one that is.
 */
export function clientByHops(
  record: RequestSecurity,
  hops: number,
  headerName = 'x-forwarded-for',
): ClientAddress {
  const { start, client } = record;
  const believed = Math.min(Math.max(hops, 0), hopsMax);
  resolvers[believed] ??= new ClientAddressResolver({
    trusted: { trusts: (_address, hop) => hop < believed, hops: undefined, areNamed: true },
    framework: true,
  });
  return resolvers[believed].resolve(client.peer, { 'x-forwarded-for': start.headers[headerName] });
}
