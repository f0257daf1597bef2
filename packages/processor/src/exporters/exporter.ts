/** Where batches go: the contract of every exporter. The loop around it reads, merges, retries and buries. */
import type { Signal } from '../model/signal.ts';
import type { Delivery } from '../pipeline/delivery.ts';

/** Requests of one signal that travel together, each protobuf as it came and was redacted. */
export interface ExportBatch {
  readonly signal: Signal;
  readonly requests: readonly Uint8Array[];
}

/** A place that telemetry is handed to. What is handed over twice, after a crash, is the very same again. */
export interface Exporter {
  /** One attempt. `accepted` is the place's for good: nobody asks for it again. Never rejects. */
  deliver(batch: ExportBatch): Promise<Delivery>;
  /** Lets go of connections and files; it delivers nothing afterwards. May be called twice. */
  close?(): void;
}
