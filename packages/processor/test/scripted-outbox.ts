import { encodeAlert } from '#processor/model/alert-codec.ts';
import type { AlertSource } from '#processor/alerts/channel-worker.ts';
import type { Alert } from '#processor/model/alert.ts';
import type { Entry } from '#processor/pipeline/entry-source.ts';

/** The outbox as a worker sees it. `next` ends when it is closed. */
export class ScriptedOutbox implements AlertSource {
  readonly entries: Entry[] = [];
  committed = 0;
  durableCommits = 0;
  #taken = 0;
  #isClosed = false;
  #wake: () => void = () => undefined;

  get hasMore(): boolean {
    return this.#taken < this.entries.length;
  }

  add(...alerts: readonly Alert[]): void {
    for (const alert of alerts) this.addBytes(encodeAlert(alert));
  }

  addBytes(bytes: Uint8Array): void {
    this.entries.push({ sequence: this.entries.length + 1, bytes });
    this.#wake();
  }

  async next(): Promise<Entry | undefined> {
    while (!this.#isClosed && !this.hasMore) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.#isClosed ? undefined : this.entries[this.#taken++];
  }

  commit(sequence: number): void {
    if (sequence < this.committed) throw new Error('the cursor went back');
    this.committed = sequence;
  }

  commitDurably(sequence: number): Promise<void> {
    this.durableCommits += 1;
    this.commit(sequence);
    return Promise.resolve();
  }

  close(): void {
    this.#isClosed = true;
    this.#wake();
  }
}
