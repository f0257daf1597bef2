/** Makes the body of an export request from journal entries of one signal. */
import { promisify } from 'node:util';
import { constants, gzip, zstdCompress } from 'node:zlib';
import { transcodeProtobufToJson } from '@spanguard/otlp';
import type { Signal } from '../../model/signal.ts';

/** How bodies are encoded. */
export interface BodyEncoding {
  readonly encoding: 'protobuf' | 'json';
  readonly compression: 'none' | Compression;
}

type Compression = 'gzip' | 'zstd';

/** zlib's default of 16 KiB costs a quarter more CPU. */
const CHUNK_BYTES = 256 * 1024;
const GZIP_LEVEL = 1;
const ZSTD_LEVEL = 1;

const gzipAsync = promisify(gzip);
const zstdAsync = promisify(zstdCompress);

const COMPRESS: Readonly<Record<Compression, (bytes: Uint8Array) => Promise<Uint8Array>>> = {
  gzip: (bytes) => gzipAsync(bytes, { level: GZIP_LEVEL, memLevel: 9, chunkSize: CHUNK_BYTES }),
  zstd: (bytes) =>
    zstdAsync(bytes, {
      params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL },
      chunkSize: CHUNK_BYTES,
    }),
};

/** Content headers of bodies so encoded. */
export function contentHeaders({ encoding, compression }: BodyEncoding): Record<string, string> {
  const type = encoding === 'json' ? 'application/json' : 'application/x-protobuf';
  const headers = { 'content-type': type };
  return compression === 'none' ? headers : { ...headers, 'content-encoding': compression };
}

/** Encodes the bodies of one backend. */
export class BodyEncoder {
  readonly #encoding: BodyEncoding;
  #compressing: Promise<unknown> = Promise.resolve();

  constructor(encoding: BodyEncoding) {
    this.#encoding = encoding;
  }

  /**
   * The body, in parts. Several protobuf requests one after the other are one request with the items of
   * all; JSON has no such grace, so for it they are joined before they are transcoded.
   */
  async encode(signal: Signal, requests: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
    const { encoding, compression } = this.#encoding;
    if (encoding === 'protobuf') {
      return compression === 'none' ? requests : [await this.#compress(requests, compression)];
    }
    const json = toJson(signal, Buffer.concat(requests));
    return compression === 'none' ? [json] : [await this.#compress([json], compression)];
  }

  /**
   * One body after the other: a thread compresses faster than a processor fills bodies, and several at once
   * would hold several times the memory, drive each other out of the caches, and leave the journal's fsync
   * no thread of the pool.
   */
  #compress(parts: readonly Uint8Array[], compression: Compression): Promise<Uint8Array> {
    const compressed = this.#compressing.then(() => compress(parts, compression));
    this.#compressing = compressed.catch(() => undefined);
    return compressed;
  }
}

async function compress(
  parts: readonly Uint8Array[],
  compression: Compression,
): Promise<Uint8Array> {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return COMPRESS[compression](only);
  const whole = concatenated(parts);
  try {
    return await COMPRESS[compression](whole);
  } finally {
    // Megabytes a request are not left to the collector, which comes too seldom.
    whole.buffer.transfer(0);
  }
}

/** In memory of their own: a buffer of Node's may be a slice of one that others use. */
function concatenated(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function toJson(signal: Signal, bytes: Uint8Array): Uint8Array {
  const outcome = transcodeProtobufToJson(signal, bytes);
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome.bytes;
}
