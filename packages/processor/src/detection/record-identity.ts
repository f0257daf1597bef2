/** Tells records apart by what they are: a record sent again is the same one, any other is not. */
import { createHash, hash } from 'node:crypto';
import { IDENTITY_BYTES } from '../model/facts/fact-batch.ts';

/** What is known of a record besides its bytes. */
export interface RecordOrigin {
  readonly service: string;
  /**
   * Whether it belongs to a span and tells its time: a sender that knows that tells records apart itself.
   */
  readonly isPlaced: boolean;
  /** When it came in, ms, where it tells no time of its own. */
  readonly arrivalMs: number | undefined;
}

const SCRATCH_BYTES = 64 * 1024;

/**
 * Identities are keyed hashes over all bytes of a record, since ids and times of senders do not tell
 * enough: many logs stand in one span, many happen in one second, some come without either. Keyed,
 * because they are stored and the bytes are not redacted yet. 128 bits: nobody finds two records that
 * count as one. Spans need none: the place and time of a span are its own.
 */
export class RecordIdentity {
  readonly #key: Uint8Array;
  readonly #scratch = Buffer.alloc(SCRATCH_BYTES);
  /** How often each identity came up in the batch under way. */
  readonly #seen = new Map<string, number>();

  constructor(key: Uint8Array) {
    this.#key = key;
    this.#scratch.set(key);
  }

  /** Called before the first record of a batch. */
  beginBatch(): void {
    this.#seen.clear();
  }

  /**
   * Writes the identity of a record. Equal records of one batch that lack a span or a time are different
   * ones, and get the same identities when the batch comes again. A record that tells no time is known by
   * its arrival too: two of them are likelier two happenings than one sent twice.
   */
  write(to: Buffer, at: number, record: Uint8Array, origin: RecordOrigin): void {
    const digest = this.#digest(record, `${origin.arrivalMs ?? ''} ${origin.service}\0`);
    to.write(digest, at, IDENTITY_BYTES, 'latin1');
    if (origin.isPlaced) return;
    const name = digest.slice(0, IDENTITY_BYTES);
    const before = this.#seen.get(name) ?? 0;
    this.#seen.set(name, before + 1);
    // Sums with hashes are as good as hashes.
    to.writeUInt32LE((to.readUInt32LE(at) + before) >>> 0, at);
  }

  #digest(record: Uint8Array, origin: string): string {
    const start = this.#key.length;
    const headBytes = start + Buffer.byteLength(origin);
    if (headBytes + record.length > SCRATCH_BYTES) {
      const whole = createHash('sha256').update(this.#key).update(origin).update(record);
      return whole.digest('binary');
    }
    this.#scratch.write(origin, start);
    this.#scratch.set(record, headBytes);
    // One call and a text cost a third of a copied hash object and a buffer.
    return hash('sha256', this.#scratch.subarray(0, headBytes + record.length), 'binary');
  }
}
