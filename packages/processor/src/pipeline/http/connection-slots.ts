/**
 * Who may be connected. Where no slot is left the newcomer gets that of the connection idle for longest, so
 * that connections which say nothing keep nobody out.
 */
import type { Socket } from 'node:net';
import { clientOf } from './client-of.ts';

/** How many connections there may be. */
export interface SlotLimits {
  readonly connectionsMax: number;
  /** Of one client address. */
  readonly clientConnectionsMax: number;
  /** Requests under way at once on one connection: HTTP/1.1 lets a client send on without answers. */
  readonly connectionRequestsMax: number;
}

interface Slot {
  readonly client: string;
  requests: number;
}

/** Bounds connections in all, of each client address, and requests on each. */
export class ConnectionSlots {
  readonly #limits: SlotLimits;
  /** In the order in which they became idle; busy ones among them. */
  readonly #slots = new Map<Socket, Slot>();
  readonly #connectionsOf = new Map<string, number>();

  constructor(limits: SlotLimits) {
    this.#limits = limits;
  }

  /**
   * Takes a connection in. The one that has to go for it is destroyed: the client's own longest idle one,
   * anybody's, or the newcomer where all are busy. False where one had to go.
   */
  add(socket: Socket): boolean {
    const client = clientOf(socket.remoteAddress);
    const { connectionsMax, clientConnectionsMax } = this.#limits;
    const ofClient = this.#connectionsOf.get(client) ?? 0;
    const isClientFull = ofClient >= clientConnectionsMax;
    const isFull = isClientFull || this.#slots.size >= connectionsMax;
    if (isFull) {
      const idle = this.#longestIdle(isClientFull ? client : undefined);
      (idle ?? socket).destroy();
      if (idle === undefined) return false;
      this.#remove(idle);
    }
    this.#slots.set(socket, { client, requests: 0 });
    this.#connectionsOf.set(client, (this.#connectionsOf.get(client) ?? 0) + 1);
    socket.once('close', () => this.#remove(socket));
    return !isFull;
  }

  /** A request begins on a connection; false where too many are under way on it. */
  begin(socket: Socket): boolean {
    const slot = this.#slots.get(socket);
    if (slot === undefined || slot.requests >= this.#limits.connectionRequestsMax) return false;
    slot.requests += 1;
    return true;
  }

  /** A request that began has been answered, or given up. */
  end(socket: Socket): void {
    const slot = this.#slots.get(socket);
    if (slot === undefined) return;
    slot.requests -= 1;
    this.#slots.delete(socket);
    this.#slots.set(socket, slot);
  }

  #longestIdle(client: string | undefined): Socket | undefined {
    for (const [socket, slot] of this.#slots) {
      if (slot.requests === 0 && (client === undefined || slot.client === client)) return socket;
    }
    return undefined;
  }

  #remove(socket: Socket): void {
    const slot = this.#slots.get(socket);
    if (slot === undefined) return;
    this.#slots.delete(socket);
    const left = (this.#connectionsOf.get(slot.client) ?? 1) - 1;
    if (left === 0) this.#connectionsOf.delete(slot.client);
    else this.#connectionsOf.set(slot.client, left);
  }
}
