/** Where an exporter sends: the contract of every kind of backend. */
import type { Signal } from '../model/signal.ts';
import type { Delivery } from '../pipeline/delivery.ts';

/** See the head of this file. Merging, order, retries and dead letters are the affair of `BatchExporter`. */
export interface Backend {
  /**
   * Takes the records of several protobuf export requests of one signal, all or none of them; one attempt,
   * which ends in bounded time. The bytes are the caller's again when it settles.
   */
  send(signal: Signal, requests: readonly Uint8Array[]): Promise<Delivery>;
  /** Lets go of its connections and files; it sends nothing afterwards. */
  close(): void | Promise<void>;
}
