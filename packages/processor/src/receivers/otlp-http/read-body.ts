/** Reads one request body into a borrowed buffer, within limits. */
import type { IncomingMessage } from 'node:http';
import type { BodyBuffers } from './body-buffers.ts';

/** A body, or why there is none. The buffer goes back to the pool it came from. */
export type BodyRead =
  | { readonly kind: 'body'; readonly buffer: Buffer; readonly length: number }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'aborted' };

const FIRST_BYTES = 16 * 1024;

/**
 * Reads until the end of the body. A body that grows beyond `bytesMax`, or beyond what the buffers may
 * hold at once, is given up at once; the declared length is a hint, never trusted beyond `bytesMax`.
 */
export function readBody(
  request: IncomingMessage,
  { buffers, bytesMax }: { readonly buffers: BodyBuffers; readonly bytesMax: number },
): Promise<BodyRead> {
  const declared = Number(request.headers['content-length'] ?? FIRST_BYTES);
  const first = buffers.borrow(Math.min(declared, bytesMax));
  if (first === undefined) return Promise.resolve({ kind: 'busy' });
  return new Promise((resolve) => {
    let buffer = first;
    let length = 0;
    let settled = false;
    const settle = (read: BodyRead): void => {
      if (settled) return;
      settled = true;
      if (read.kind !== 'body') buffers.giveBack(buffer);
      resolve(read);
    };
    /** Moves to a larger buffer; false where there is none. */
    const grow = (bytes: number): boolean => {
      const larger = buffers.borrow(Math.max(buffer.length * 2, bytes));
      if (larger === undefined) return false;
      buffer.copy(larger, 0, 0, length);
      buffers.giveBack(buffer);
      buffer = larger;
      return true;
    };
    request.on('data', (chunk: Buffer) => {
      if (settled) return;
      const bytes = length + chunk.length;
      if (bytes > bytesMax) {
        settle({ kind: 'too_large' });
      } else if (bytes > buffer.length && !grow(bytes)) {
        settle({ kind: 'busy' });
      } else {
        chunk.copy(buffer, length);
        length = bytes;
      }
    });
    request.once('end', () => settle({ kind: 'body', buffer, length }));
    request.once('close', () => settle({ kind: 'aborted' }));
    request.once('error', () => settle({ kind: 'aborted' }));
  });
}
