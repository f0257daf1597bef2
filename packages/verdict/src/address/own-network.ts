/** The networks on which an operator's own proxies stand: who may be believed where nobody said whom to believe. */
import { BlockList } from 'node:net';

/** By the names that a setting may give them. A carrier's network (100.64.0.0/10) has clients in it. */
export const OWN_NETWORKS: ReadonlyMap<string, readonly string[]> = new Map([
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['linklocal', ['169.254.0.0/16', 'fe80::/10']],
  ['uniquelocal', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
]);

const networks = new BlockList();
for (const network of Array.from(OWN_NETWORKS.values()).flat()) {
  const [address = '', bits] = network.split('/');
  networks.addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4');
}

/** Whether an address, in its canonical form, is on one of {@link OWN_NETWORKS}. */
export function isOnOwnNetwork(address: string): boolean {
  return networks.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
}
