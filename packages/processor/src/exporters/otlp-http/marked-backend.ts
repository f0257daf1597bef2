/** A backend that is sent a mark from time to time, by which what comes back to us is known. */
import type { Signal } from '../../model/signal.ts';
import type { Clock } from '../../pipeline/clock.ts';
import type { Delivery } from '../../pipeline/delivery.ts';
import type { Backend } from '../backend.ts';

/** How often the mark goes with each signal; first after so long, or after so many requests. */
const MARK_MS = 60_000;
const MARK_FIRST_MS = 10_000;
const MARK_FIRST_REQUESTS = 16;

/** Sends the mark with others, as a part of their request. */
export class MarkedBackend implements Backend {
  readonly #backend: Backend;
  readonly #mark: Uint8Array;
  readonly #clock: Clock;
  readonly #marking = new Map<Signal, { requests: number; dueMs: number }>();

  constructor(
    backend: Backend,
    { mark, clock }: { readonly mark: Uint8Array; readonly clock: Clock },
  ) {
    this.#backend = backend;
    this.#mark = mark;
    this.#clock = clock;
  }

  send(signal: Signal, requests: readonly Uint8Array[]): Promise<Delivery> {
    return this.#backend.send(signal, this.#isDue(signal) ? [...requests, this.#mark] : requests);
  }

  close(): void | Promise<void> {
    return this.#backend.close();
  }

  #isDue(signal: Signal): boolean {
    const nowMs = this.#clock.monotonic();
    const marking = this.#marking.get(signal) ?? { requests: 0, dueMs: nowMs + MARK_FIRST_MS };
    this.#marking.set(signal, marking);
    marking.requests += 1;
    if (nowMs < marking.dueMs && marking.requests !== MARK_FIRST_REQUESTS) return false;
    marking.dueMs = nowMs + MARK_MS;
    return true;
  }
}
