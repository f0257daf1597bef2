/** A client that writes the frames of HTTP/2 itself, right or wrong, and remembers what it was answered. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What every client begins with. */
export const PREFACE: Buffer = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** Types of frames, and flags. */
export const FRAME = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  continuation: 9,
  endStream: 1,
  ack: 1,
  endHeaders: 4,
} as const;

const HEAD_BYTES = 9;
const PING = Buffer.from('pingpong');

/** One frame. */
export function frame(
  type: number,
  {
    id = 0,
    flags = 0,
    payload = Buffer.alloc(0),
  }: { id?: number; flags?: number; payload?: Buffer } = {},
): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(id, 5);
  return Buffer.concat([head, payload]);
}

/** DATA. */
export function dataFrame(id: number, payload: Uint8Array, flags = 0): Buffer {
  return frame(FRAME.data, { id, flags, payload: Buffer.from(payload) });
}

type Fields = readonly (readonly [string, string])[];

const EXPORT_TRACES: Fields = [
  [':method', 'POST'],
  [':scheme', 'http'],
  [':authority', 'localhost'],
  [':path', '/opentelemetry.proto.collector.trace.v1.TraceService/Export'],
  ['content-type', 'application/grpc'],
  ['te', 'trailers'],
];

/** HEADERS, without compression: of a call to the trace service unless other fields are given. */
export function headersFrame(
  id: number,
  { fields = EXPORT_TRACES, flags = 0 }: { fields?: Fields; flags?: number } = {},
): Buffer {
  const block = fields.flatMap(([name, value]) => [
    Buffer.from([0]),
    literal(name),
    literal(value),
  ]);
  return frame(FRAME.headers, {
    id,
    flags: flags | FRAME.endHeaders,
    payload: Buffer.concat(block),
  });
}

/** A literal of HPACK (RFC 7541, 5.2), its length with a prefix of seven bits. */
function literal(text: string): Buffer {
  const length: number[] = [];
  if (text.length < 127) length.push(text.length);
  else {
    length.push(127);
    let rest = text.length - 127;
    for (; rest >= 128; rest = Math.floor(rest / 128)) length.push((rest % 128) + 128);
    length.push(rest);
  }
  return Buffer.concat([Buffer.from(length), Buffer.from(text)]);
}

/** A connection whose frames the test writes. */
export class RawClient {
  readonly #socket: Socket;
  #rest = Buffer.alloc(0);
  #pongs = 0;
  #isClosed = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.once('close', () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  /** Connects, and sends preface and settings. */
  static async connect(port: number): Promise<RawClient> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    const client = new RawClient(socket);
    client.send(PREFACE, frame(FRAME.settings));
    return client;
  }

  /** Whether the other side closed. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  send(...frames: readonly Buffer[]): void {
    if (!this.#isClosed) this.#socket.write(Buffer.concat(frames));
  }

  /** Resolves once all that was sent before has been read. */
  async ping(): Promise<void> {
    const pongs = this.#pongs;
    this.send(frame(FRAME.ping, { payload: PING }));
    await this.until(() => this.#pongs > pongs || this.#isClosed);
  }

  /** Resolves once it is so; looks again whenever something came. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < end) break;
      this.#take(this.#rest.subarray(0, end));
      this.#rest = this.#rest.subarray(end);
    }
    this.#wake();
  }

  #take(received: Buffer): void {
    const isPong = received[3] === FRAME.ping && received[4] === FRAME.ack;
    if (isPong && received.subarray(HEAD_BYTES).equals(PING)) this.#pongs += 1;
  }
}
