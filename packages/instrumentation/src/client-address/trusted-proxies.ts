/** Who may be believed about the client's address, compiled once from the setting. */
import { BlockList, isIP } from 'node:net';
import { OWN_NETWORKS, readAddress } from '@spanguard/verdict';

/** Most entries a list may have, and most proxies a count may name. */
const trustedEntriesMax = 1024;
const trustedHopsMax = 32;

/** Says whether the proxy at `address`, `hop` steps from this process (0 is the peer), is ours. */
export type TrustsHop = (address: string, hop: number) => boolean;

/** The compiled form of the `trustedProxies` setting. */
export interface TrustedProxies {
  readonly trusts: TrustsHop;
  /** The number of proxies where the setting is a number: more hops than that are suspicious. */
  readonly hops: number | undefined;
  /** Somebody said which proxies or how many there are; presets alone are a guess about the network. */
  readonly areNamed: boolean;
}

/**
 * Compiles CIDRs, addresses and presets, or a number of proxies. Throws a `RangeError` that names
 * the wrong entry: a typo here would silently believe or disbelieve every client.
 */
export function compileTrustedProxies(setting: readonly string[] | number): TrustedProxies {
  if (typeof setting === 'number') return trustedCount(setting);
  if (setting.length > trustedEntriesMax) {
    throw new RangeError(
      `trustedProxies has ${setting.length} entries, at most ${trustedEntriesMax}`,
    );
  }
  const list = new BlockList();
  for (const entry of setting) {
    for (const network of OWN_NETWORKS.get(entry) ?? [entry]) addNetwork(list, network);
  }
  return {
    trusts: (address) => list.check(address, address.includes(':') ? 'ipv6' : 'ipv4'),
    hops: undefined,
    areNamed: setting.some((entry) => !OWN_NETWORKS.has(entry)),
  };
}

function trustedCount(hops: number): TrustedProxies {
  if (!Number.isInteger(hops) || hops < 0 || hops > trustedHopsMax) {
    throw new RangeError(
      `trustedProxies is ${hops}, expected a whole number from 0 to ${trustedHopsMax} or a list`,
    );
  }
  return { trusts: (_address, hop) => hop < hops, hops, areNamed: true };
}

function addNetwork(list: BlockList, network: string): void {
  const slash = network.indexOf('/');
  const address = slash === -1 ? network : network.slice(0, slash);
  const version = isIP(address);
  if (version === 0) throw malformed(network);
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (slash === -1) {
    // The canonical spelling: a mapped address in the setting means the IPv4 client it stands for.
    const canonical = readAddress(address) ?? address;
    list.addAddress(canonical, canonical.includes(':') ? 'ipv6' : 'ipv4');
    return;
  }
  const bits = network.slice(slash + 1);
  const isWidth = /^\d{1,3}$/u.test(bits) && Number(bits) <= (version === 6 ? 128 : 32);
  if (!isWidth) throw malformed(network);
  list.addSubnet(address, Number(bits), family);
}

function malformed(entry: string): RangeError {
  const allowed = `an address, a CIDR or one of ${Array.from(OWN_NETWORKS.keys()).join(', ')}`;
  return new RangeError(`trustedProxies: ${JSON.stringify(entry)} is not ${allowed}`);
}
