/** Looks at the first bytes of a connection: those of HTTP/2 are put back, others are somebody else's protocol. */
import type { Socket } from 'node:net';
import type { Clock } from '../../pipeline/clock.ts';

/** What every connection of HTTP/2 begins with (RFC 9113, 3.4). */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** How to look, and who is told; one of the three, once, unless the connection closes before. */
export interface FirstBytesOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** The bytes can be read again. */
  readonly http2: () => void;
  readonly foreign: (bytes: Uint8Array) => void;
  readonly late: () => void;
}

/** Reads until it is known what they begin. */
export function readFirstBytes(
  socket: Socket,
  { clock, timeoutMs, http2, foreign, late }: FirstBytesOptions,
): void {
  let seen = Buffer.alloc(0);
  const stop = (): void => {
    cancel();
    socket.off('data', look);
    socket.off('close', stop);
    socket.pause();
  };
  const look = (chunk: Buffer): void => {
    seen = Buffer.concat([seen, chunk]);
    const head = seen.subarray(0, PREFACE.length);
    const isPreface = head.equals(PREFACE.subarray(0, head.length));
    if (isPreface && head.length < PREFACE.length) return;
    stop();
    if (isPreface) {
      socket.unshift(seen);
      http2();
    } else foreign(seen);
  };
  const cancel = clock.after(timeoutMs, () => {
    stop();
    late();
  });
  socket.on('data', look);
  socket.once('close', stop);
}
