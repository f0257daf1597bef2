/** Tells records apart by what they are: a record sent again is the same one, any other is not. */
import { createHash, type Hash } from 'node:crypto';

/** 132 bits of the hash: nobody finds two records that count as one. */
const ID_CHARACTERS = 22;

/** What is known of a record besides its bytes. */
export interface RecordOrigin {
  readonly service: string;
  /** Whether it belongs to a span: a sender that knows that tells records apart itself. */
  readonly isTraced: boolean;
  /** When it came in, ms, where it tells no time of its own. */
  readonly arrivalMs: number | undefined;
}

/**
 * Ids are keyed hashes over all bytes of a record, since ids and times of senders do not tell enough:
 * many logs stand in one span, many happen in one second, some come without either. Keyed, because ids
 * are stored and the bytes are not redacted yet.
 */
export class RecordIdentity {
  /** Fed the key already: a copy of it takes a tenth of the time of a new HMAC. */
  readonly #keyed: Hash;
  /** How often each id came up in the batch under way. */
  readonly #seen = new Map<string, number>();

  constructor(key: Uint8Array) {
    this.#keyed = createHash('sha256').update(key);
  }

  /** Called before the first record of a batch. */
  beginBatch(): void {
    this.#seen.clear();
  }

  /**
   * The id of a record. Equal records of one batch that lack a span or a time are different ones, and get
   * the same ids when the batch comes again. A record that tells no time is known by its arrival too: two
   * of them are likelier two happenings than one sent twice.
   */
  of(record: Uint8Array, { service, isTraced, arrivalMs }: RecordOrigin): string {
    const hash = this.#keyed.copy().update(`${arrivalMs ?? ''} ${service}\0`);
    const id = hash.update(record).digest('base64url').slice(0, ID_CHARACTERS);
    if (isTraced && arrivalMs === undefined) return id;
    const before = this.#seen.get(id) ?? 0;
    this.#seen.set(id, before + 1);
    return before === 0 ? id : `${id}.${before}`;
  }
}
