/** The peer of a socket, as a resolver takes it. */
import type { Socket } from 'node:net';

/**
 * The address of a socket's peer; `undefined` for a Unix socket, whose peer is local; empty where the peer is
 * gone. A reset takes the address from a socket as if it had never had one, and what a stranger's header says
 * must not be believed for that.
 */
export function remoteAddressOf(socket: Socket): string | undefined {
  const { remoteAddress, destroyed } = socket;
  return remoteAddress === undefined && destroyed ? '' : remoteAddress;
}
