/** Which version of TLS a connection speaks. */
import type { Socket } from 'node:net';

const VERSION = /^TLSv(1(?:\.\d)?)$/u;

/** `1.3`, or `undefined` without TLS. Asked once a connection: it does not change. */
export function tlsVersionOf(socket: Socket): string | undefined {
  // Not by its class: that would load TLS into every server that has none.
  if (!('encrypted' in socket) || !('getProtocol' in socket)) return undefined;
  const known = knownVersions.get(socket);
  if (known !== undefined) return known;
  const { getProtocol } = socket;
  const name: unknown = typeof getProtocol === 'function' ? getProtocol.call(socket) : undefined;
  const version = VERSION.exec(String(name))?.[1];
  if (version !== undefined) knownVersions.set(socket, version);
  return version;
}

const knownVersions = new WeakMap<Socket, string>();
