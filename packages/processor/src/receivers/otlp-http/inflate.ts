/** Undoes content encodings, never beyond a limit on what comes out. */
import { promisify } from 'node:util';
import {
  constants,
  gunzip,
  gunzipSync,
  inflate as inflateZlib,
  inflateSync,
  type ZlibOptions,
} from 'node:zlib';

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
  | { readonly kind: 'too_large' }
  | { readonly kind: 'malformed' };

/** Above this, inflating on the event loop would hold up others: it goes to the thread pool. */
const SYNC_BYTES_MAX = 256 * 1024;
/** zlib's default of 16 KiB costs a quarter more CPU. */
const CHUNK_BYTES_MAX = 512 * 1024;
/** Telemetry shrinks 5 to 10 fold; a far larger first guess would only waste memory. */
const GUESSED_RATIO = 8;

const METHODS = {
  gzip: { sync: gunzipSync, async: promisify(gunzip) },
  deflate: { sync: inflateSync, async: promisify(inflateZlib) },
} as const;

/** Inflates; more than `bytesMax` bytes of output is `too_large`, at the cost of that much only. */
export async function inflate(
  bytes: Uint8Array,
  { encoding, bytesMax }: { readonly encoding: ContentEncoding; readonly bytesMax: number },
): Promise<Inflated> {
  if (encoding === 'identity') return { kind: 'plain', bytes, free: () => undefined };
  const options: ZlibOptions = {
    maxOutputLength: bytesMax,
    chunkSize: Math.min(CHUNK_BYTES_MAX, Math.max(4096, bytes.length * GUESSED_RATIO)),
    finishFlush: constants.Z_FINISH,
  };
  try {
    const plain =
      bytes.length <= SYNC_BYTES_MAX
        ? METHODS[encoding].sync(bytes, options)
        : await METHODS[encoding].async(bytes, options);
    return { kind: 'plain', bytes: plain, free: () => freeMemory(plain) };
  } catch (error) {
    return { kind: isTooLarge(error) ? 'too_large' : 'malformed' };
  }
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
