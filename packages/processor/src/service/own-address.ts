/** Finds exporters that would send to ourselves, before anything is sent. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { readAddress } from '@spanguard/verdict';
import type { Clock } from '../pipeline/clock.ts';

/** Where the receiver listens. */
export interface Listening {
  readonly host: string;
  readonly port: number;
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

/** A sentence for every exporter whose endpoint is the receiver's own address. */
export async function ownEndpoints(
  exporters: Readonly<Record<string, { readonly endpoint: string }>>,
  listening: Listening,
  { addresses, clock }: { readonly addresses: AddressBook; readonly clock: Clock },
): Promise<readonly string[]> {
  const problems = Object.entries(exporters).map(async ([name, { endpoint }]) => {
    const url = new URL(endpoint);
    const port = url.port === '' ? DEFAULT_PORTS.get(url.protocol) : Number(url.port);
    if (port !== listening.port) return [];
    const there = await resolved(url.hostname.replace(/^\[|\]$/g, ''), addresses, clock);
    const isOwn = there.map((one) => UNSPECIFIED.get(one) ?? one);
    const here = await listeningAddresses(listening.host, addresses, clock);
    if (!isOwn.some((address) => here(address))) return [];
    return [
      `exporters.${name}.endpoint: ${url.origin} is this processor's own receiver, so that everything ` +
        'would come back for ever; name the backend, or give receivers.otlp_http.endpoint another port',
    ];
  });
  return (await Promise.all(problems)).flat();
}

/** Tells whether an address is one the receiver listens on. */
async function listeningAddresses(
  host: string,
  addresses: AddressBook,
  clock: Clock,
): Promise<(address: string) => boolean> {
  if (UNSPECIFIED.has(host)) {
    const own = new Set(addresses.own().map(canonical));
    return (address) => own.has(address) || address === '::1' || address.startsWith('127.');
  }
  const there = new Set(await resolved(host, addresses, clock));
  return (address) => there.has(address);
}

async function resolved(
  host: string,
  { resolve }: AddressBook,
  clock: Clock,
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
