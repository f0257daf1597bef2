/** A processor as one thing: its parts started in order, drained in the opposite one. */
import type { AddressInfo } from 'node:net';
import type { Component, Deadline } from '../pipeline/component.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Receiver } from '../receivers/define-receiver.ts';
import type { Admin } from '../telemetry/admin-server.ts';

/** What it is made of. */
export interface ProcessorParts {
  /** In the order they are started; the last ones take work in. */
  readonly parts: readonly Component[];
  /** By their names in the configuration. */
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly counters: Counters;
  /** Why nothing can be taken in now; undefined where it can. */
  readonly refusing: () => string | undefined;
  readonly admin: (notReady: () => string | undefined) => Admin;
  /** Closes files and releases the data folder; after it nothing is written. */
  readonly close: () => Promise<void>;
}

/** Where it can be reached. */
export interface ProcessorAddresses {
  /** Of each receiver that is on, by its name in the configuration. */
  readonly receivers: Readonly<Record<string, string>>;
  readonly admin: string;
}

/** See the head of this file. */
export class Processor implements Component {
  readonly #parts: ProcessorParts;
  readonly #admin: Admin;
  readonly #started: Component[] = [];
  #state: 'starting' | 'ready' | 'draining' | 'stopped' = 'starting';
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(parts: ProcessorParts) {
    this.#parts = parts;
    this.#admin = parts.admin(() => (this.#state === 'ready' ? parts.refusing() : this.#state));
  }

  start(): Promise<void> {
    this.#starting = this.#startAll();
    return this.#starting;
  }

  /** Not ready first, so that nobody sends more; then receivers, then consumers; files last. */
  shutdown(deadline: Deadline): Promise<void> {
    this.#stopping ??= this.#stop(deadline);
    return this.#stopping;
  }

  /** Where all that runs counts. */
  get counters(): Counters {
    return this.#parts.counters;
  }

  /** `host:port` of each listener. */
  addresses(): ProcessorAddresses {
    const { receivers } = this.#parts;
    return {
      receivers: Object.fromEntries(
        [...receivers].map(([name, { address }]) => [name, format(address)]),
      ),
      admin: format(this.#admin.address),
    };
  }

  async #startAll(): Promise<void> {
    await this.#admin.start();
    for (const part of this.#parts.parts) {
      if (this.#stopping !== undefined) return;
      await part.start();
      this.#started.push(part);
    }
    if (this.#stopping === undefined) this.#state = 'ready';
  }

  async #stop(deadline: Deadline): Promise<void> {
    this.#state = 'draining';
    // What is about to run must be stopped too, before the files are closed under it.
    await this.#starting?.catch(() => undefined);
    for (const part of this.#started.toReversed()) {
      // One that fails to end must not keep the others from flushing, nor the files open.
      await part.shutdown(deadline).catch(() => {
        this.counters.add('consumer.failed', 1, { component: 'shutdown' });
      });
    }
    await this.#parts.close();
    // What it tells can be asked for again: nobody waits for it.
    await this.#admin.shutdown({ atMs: 0 });
    this.#state = 'stopped';
  }
}

function format(address: AddressInfo | undefined): string {
  return address === undefined ? 'nowhere' : `${address.address}:${address.port}`;
}
