/** Makes the body of an export request from journal entries of one signal. */
import { promisify } from 'node:util';
import { constants, gzip, zstdCompress } from 'node:zlib';
import { transcodeProtobufToJson } from '@spanguard/otlp';
import type { Signal } from '../../model/signal.ts';

/** How bodies are encoded. */
export interface BodyEncoding {
  readonly encoding: 'protobuf' | 'json';
  readonly compression: 'none' | 'gzip' | 'zstd';
}

/** zlib's default of 16 KiB costs a quarter more CPU. */
const CHUNK_BYTES = 256 * 1024;
const GZIP_LEVEL = 1;
const ZSTD_LEVEL = 1;

const gzipAsync = promisify(gzip);
const zstdAsync = promisify(zstdCompress);

/** Content headers of bodies so encoded. */
export function contentHeaders({ encoding, compression }: BodyEncoding): Record<string, string> {
  const type = encoding === 'json' ? 'application/json' : 'application/x-protobuf';
  const headers = { 'content-type': type };
  return compression === 'none' ? headers : { ...headers, 'content-encoding': compression };
}

/**
 * The body, in parts. Several protobuf requests one after the other are one request with the items of all;
 * JSON has no such grace, so for it they are joined before they are transcoded.
 */
export async function encodeBody(
  signal: Signal,
  requests: readonly Uint8Array[],
  { encoding, compression }: BodyEncoding,
): Promise<readonly Uint8Array[]> {
  const parts = encoding === 'json' ? [toJson(signal, Buffer.concat(requests))] : requests;
  if (compression === 'none') return parts;
  const [only = Buffer.alloc(0)] = parts;
  const whole = parts.length === 1 ? only : Buffer.concat(parts);
  if (compression === 'gzip') {
    return [await gzipAsync(whole, { level: GZIP_LEVEL, memLevel: 9, chunkSize: CHUNK_BYTES })];
  }
  const params = { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL };
  return [await zstdAsync(whole, { params, chunkSize: CHUNK_BYTES })];
}

function toJson(signal: Signal, bytes: Uint8Array): Uint8Array {
  const outcome = transcodeProtobufToJson(signal, bytes);
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome.bytes;
}
