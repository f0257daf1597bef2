/**
 * Which `Host` and `Origin` a listener answers to. A page of a stranger whose name was made to resolve to
 * 127.0.0.1 (DNS rebinding) is told apart by the name that its requests carry.
 */
import { isIP } from 'node:net';

/** What a listener trusts. */
export interface TrustedNames {
  /** The host it was told to listen on. */
  readonly host: string;
  /** Names to answer to besides localhost, loopback addresses and `host`; `*` answers to any. */
  readonly allowedHosts: readonly string[];
  /** Origins whose pages may send to it, such as `https://app.example.com`. */
  readonly allowedOrigins: readonly string[];
}

/** What a request says of where it goes and comes from; HTTP/2 has its `:authority` for `Host`. */
export interface NamesOfRequest {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
}

/** Why a request is refused by its headers. */
export type Distrust = 'host' | 'origin';

/** Names that containers have for the loopback of their host; no stranger can own one. */
const HOST_OF_CONTAINER = new Set(['host.docker.internal', 'host.containers.internal']);

/**
 * Judges by headers. `Host` is checked where the listener is on loopback, or where hosts are listed: on
 * other addresses clients use whatever name the network has for it. `Origin` is always checked: browsers
 * send it, telemetry exporters do not.
 */
export function trustCheck({
  host,
  allowedHosts,
  allowedOrigins,
}: TrustedNames): (names: NamesOfRequest) => Distrust | undefined {
  const hosts = new Set([host, ...allowedHosts].map((name) => bare(name.toLowerCase())));
  const origins = new Set(allowedOrigins.map((origin) => origin.toLowerCase()));
  const isHostChecked = !hosts.has('*') && (isLoopback(bare(host)) || allowedHosts.length > 0);
  return ({ host: asked, origin }) => {
    if (origin !== undefined && !origins.has(origin.toLowerCase())) return 'origin';
    // HTTP/1.0 health probes send none, and no browser speaks that.
    if (!isHostChecked || asked === undefined) return undefined;
    const name = nameOf(asked.toLowerCase());
    const isOurs = hosts.has(name) || isLoopback(name) || HOST_OF_CONTAINER.has(name);
    return isOurs ? undefined : 'host';
  };
}

/** `localhost` or an address that never leaves the machine. */
function isLoopback(name: string): boolean {
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return isIP(name) === 4 ? name.startsWith('127.') : name === '::1';
}

/** The name in a Host header, without port, brackets and a final dot; empty where it is malformed. */
function nameOf(header: string): string {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:/@?#[\]]+?)\.?)(?::\d{0,5})?$/.exec(header);
  return match?.[1] ?? match?.[2] ?? '';
}

function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
