/** Finds exporters that would send to ourselves, before anything is sent. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { readAddress } from '@spanguard/verdict';
import type { Problem } from '../config/problem.ts';
import type { ConfiguredExporter } from '../exporters/define-exporter.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { ConfiguredReceiver } from '../receivers/define-receiver.ts';

/** The part of a configuration that says where it listens and sends. */
export interface Ends {
  readonly receivers: ReadonlyMap<string, Pick<ConfiguredReceiver, 'isEnabled' | 'about'>>;
  readonly exporters: ReadonlyMap<string, Pick<ConfiguredExporter, 'isEnabled' | 'about'>>;
}

/** How names are resolved: the machine's way, or a test's. */
export interface AddressBook {
  /** Addresses of a name; rejects where it has none. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
  /** Every address of this machine. */
  readonly own: () => readonly string[];
}

/** A name server that does not answer must not hold up the start: the loop is then seen at run time. */
const RESOLVE_MS_MAX = 2000;
const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
  ['http:', 80],
  ['https:', 443],
]);
/** What an unspecified address means to who connects to it. */
const UNSPECIFIED: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/** The machine's names and addresses. */
export const machineAddresses: AddressBook = {
  resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  own: () =>
    Object.values(networkInterfaces()).flatMap((found) =>
      (found ?? []).map(({ address }) => address),
    ),
};

/** A problem for every exporter that sends to a receiver of our own. */
export async function ownEndpoints(
  { receivers, exporters }: Ends,
  world: { readonly addresses: AddressBook; readonly clock: Clock },
): Promise<readonly Problem[]> {
  const listening = [...receivers].filter(([, { isEnabled }]) => isEnabled);
  const problems = [...exporters].map(async ([name, { isEnabled, about }]): Promise<Problem[]> => {
    const { target } = about;
    if (!isEnabled || target.kind !== 'url') return [];
    const url = new URL(target.url);
    const port = url.port === '' ? DEFAULT_PORTS.get(url.protocol) : Number(url.port);
    const there = listening.filter(([, receiver]) => receiver.about.endpoint.port === port);
    if (there.length === 0) return [];
    const found = await resolved(url.hostname.replace(/^\[|\]$/g, ''), world);
    const addresses = found.map((one) => UNSPECIFIED.get(one) ?? one);
    for (const [receiver, { about: listens }] of there) {
      const here = await listeningAddresses(listens.endpoint.host, world);
      if (!addresses.some((address) => here(address))) continue;
      const problem =
        `${url.origin} is this processor's own receiver, so that everything would come back for ever; ` +
        `name the backend, or give receivers.${receiver}.endpoint another port`;
      return [{ path: ['exporters', name, target.option], problem }];
    }
    return [];
  });
  return (await Promise.all(problems)).flat();
}

/** Tells whether an address is one the receiver listens on. */
async function listeningAddresses(
  host: string,
  world: { readonly addresses: AddressBook; readonly clock: Clock },
): Promise<(address: string) => boolean> {
  if (UNSPECIFIED.has(host)) {
    const own = new Set(world.addresses.own().map(canonical));
    return (address) => own.has(address) || address === '::1' || address.startsWith('127.');
  }
  const there = new Set(await resolved(host, world));
  return (address) => there.has(address);
}

async function resolved(
  host: string,
  { addresses: { resolve }, clock }: { readonly addresses: AddressBook; readonly clock: Clock },
): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [canonical(host)];
  let cancel = (): void => undefined;
  const late = new Promise<readonly string[]>((settle) => {
    cancel = clock.after(RESOLVE_MS_MAX, () => settle([]));
  });
  const found = resolve(host).catch(() => []);
  const result = await Promise.race([found, late]);
  cancel();
  return result.map(canonical);
}

/** One spelling an address. */
function canonical(address: string): string {
  return readAddress(address) ?? address;
}
