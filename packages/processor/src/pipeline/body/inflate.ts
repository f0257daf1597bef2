/** Undoes content encodings: memory is reserved before it is filled, and never beyond a limit. */
import { promisify } from 'node:util';
import { constants, gunzip, gunzipSync, inflate, inflateSync, type ZlibOptions } from 'node:zlib';
import type { ByteAccount } from '../byte-budget.ts';

/** What a request may be encoded with. OTLP obliges servers to take the first two; Python offers the third. */
export const CONTENT_ENCODINGS = ['identity', 'gzip', 'deflate'] as const;

/** One of {@link CONTENT_ENCODINGS}. */
export type ContentEncoding = (typeof CONTENT_ENCODINGS)[number];

/**
 * The plain bytes, or why there are none. `free` gives their memory back at once; nobody may read them any
 * more. Left to the collector, half a megabyte a batch had it mark the whole heap every 26 batches, at a
 * third of all CPU.
 */
export type Inflated =
  | { readonly kind: 'plain'; readonly bytes: Uint8Array; free(): void }
  | { readonly kind: 'too_large' | 'busy' | 'malformed' };

/** How to inflate one body, and who pays. */
export interface InflateOptions {
  readonly encoding: ContentEncoding;
  readonly account: ByteAccount;
  readonly bytesMax: number;
}

/** Above this, inflating on the event loop would hold up others: it goes to the thread pool. */
const SYNC_BYTES_MAX = 2 * 1024 * 1024;
/** Of the four threads of the pool, which the journal's fsync needs too. */
const THREADS_MAX = 2;
/** Telemetry shrinks 5 to 10 fold. */
const GUESSED_RATIO = 8;
const ROOM_MIN = 512;
/** The most that DEFLATE can do (zlib's technical notes): who claims more lies. */
const RATIO_MAX = 1032;
const GZIP_BYTES_MIN = 18;

const METHODS = {
  gzip: { sync: gunzipSync, async: promisify(gunzip) },
  deflate: { sync: inflateSync, async: promisify(inflate) },
} as const;

/** Inflates bodies, a few of the large ones at once. */
export class Inflater {
  readonly #waiting: (() => void)[] = [];
  #threads = 0;

  /**
   * Inflates into memory that the account pays for, until the account is closed; more than `bytesMax`
   * bytes are `too_large`, at the cost of that much only. Where the first guess at its size was too small,
   * a larger one is tried: what is done twice is an eighth at most.
   */
  async inflate(
    bytes: Uint8Array,
    { encoding, account, bytesMax }: InflateOptions,
  ): Promise<Inflated> {
    if (encoding === 'identity') {
      if (bytes.length > bytesMax) return { kind: 'too_large' };
      return { kind: 'plain', bytes, free: () => undefined };
    }
    const expected = encoding === 'gzip' ? gzipPlainBytes(bytes) : bytes.length * GUESSED_RATIO;
    if (encoding === 'gzip' && expected > bytesMax) return { kind: 'too_large' };
    let room = Math.min(Math.max(ROOM_MIN, expected), bytesMax);
    for (;;) {
      if (!account.take(room)) return { kind: 'busy' };
      const inflated = await this.#inflateWithin(room, bytes, encoding);
      if (inflated.kind === 'plain') return inflated;
      account.giveBack(room);
      if (inflated.kind !== 'too_large' || room === bytesMax) return inflated;
      room = Math.min(room * GUESSED_RATIO, bytesMax);
    }
  }

  async #inflateWithin(
    room: number,
    bytes: Uint8Array,
    encoding: keyof typeof METHODS,
  ): Promise<Inflated> {
    const method = METHODS[encoding];
    const options: ZlibOptions = {
      maxOutputLength: room,
      // One chunk for all: zlib makes another one as soon as the last byte of it is used.
      chunkSize: room + 1,
      finishFlush: constants.Z_FINISH,
    };
    try {
      const plain =
        room <= SYNC_BYTES_MAX
          ? method.sync(bytes, options)
          : await this.#onThread(() => method.async(bytes, options));
      return { kind: 'plain', bytes: plain, free: () => freeMemory(plain) };
    } catch (error) {
      return { kind: isTooLarge(error) ? 'too_large' : 'malformed' };
    }
  }

  async #onThread<T>(work: () => Promise<T>): Promise<T> {
    if (this.#threads < THREADS_MAX) this.#threads += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      // The thread goes to who waits longest, or is free.
      const next = this.#waiting.shift();
      if (next === undefined) this.#threads -= 1;
      else next();
    }
  }
}

/** How much comes out, as gzip tells at its end (RFC 1952, 2.3.1): of its last member, and never more than it can be. */
function gzipPlainBytes(bytes: Uint8Array): number {
  const { buffer, byteOffset, length } = bytes;
  const isGzip = length >= GZIP_BYTES_MIN && bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip) return 0;
  const told = new DataView(buffer, byteOffset + length - 4, 4).getUint32(0, true);
  return Math.min(told, length * RATIO_MAX);
}

/**
 * zlib allocates as `Buffer.allocUnsafe` does: below half of `Buffer.poolSize`, which differs between Node
 * versions, its memory may be a slice of the pool, shared with strangers. At that length and above a
 * result has an ArrayBuffer of its own, and only then it is ours to free.
 */
function freeMemory({ buffer, length }: Buffer<ArrayBuffer>): void {
  if (length >= Buffer.poolSize >>> 1) buffer.transfer(0);
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}
