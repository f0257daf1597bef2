/** The one message of a unary call: a flag, four bytes of length, and so many bytes. */
import type { ContentEncoding } from '../../pipeline/body/inflate.ts';
import type { Opened } from '../../pipeline/body/take-body.ts';

const PREFIX_BYTES = 5;
const PLAIN = 0;
const COMPRESSED = 1;

/** How long the body will be with its only message; Infinity until the prefix is there. */
export function declaredBytes(head: Uint8Array): number {
  return head.length < PREFIX_BYTES ? Infinity : PREFIX_BYTES + messageBytes(head);
}

/** Takes the prefix off. `encoding` is that of messages whose flag says they are compressed. */
export function openMessage(body: Uint8Array, encoding: ContentEncoding): Opened {
  if (body.length < PREFIX_BYTES || declaredBytes(body) !== body.length) {
    return { kind: 'malformed', message: 'the body is not one whole gRPC message' };
  }
  const bytes = body.subarray(PREFIX_BYTES);
  const [flag] = body;
  if (flag === PLAIN) return { kind: 'packed', encoding: 'identity', bytes };
  if (flag !== COMPRESSED) {
    return { kind: 'malformed', message: 'the flag of a gRPC message is 0 or 1' };
  }
  if (encoding === 'identity') {
    return { kind: 'malformed', message: 'a compressed message needs its grpc-encoding' };
  }
  return { kind: 'packed', encoding, bytes };
}

/** A message with its prefix, not compressed. */
export function frameMessage(message: Uint8Array): Uint8Array {
  const framed = Buffer.alloc(PREFIX_BYTES + message.length);
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, PREFIX_BYTES);
  return framed;
}

function messageBytes(head: Uint8Array): number {
  return new DataView(head.buffer, head.byteOffset, PREFIX_BYTES).getUint32(1);
}
