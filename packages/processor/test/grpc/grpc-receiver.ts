/** An OTLP/gRPC receiver on a free port, in front of an intake of the test's; and a client that says what it sees. */
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { Duplex } from 'node:stream';
import type { Signal } from '../../src/model/signal.ts';
import { ReceivingMemory } from '../../src/pipeline/body/receiving-memory.ts';
import { type Clock, systemClock } from '../../src/pipeline/clock.ts';
import type { IntakeOutcome } from '../../src/pipeline/intake.ts';
import { silentLogger } from '../../src/pipeline/logger.ts';
import {
  OtlpGrpcReceiver,
  type OtlpGrpcReceiverSettings,
} from '../../src/receivers/otlp-grpc/otlp-grpc-receiver.ts';

/** What the intake was handed. */
export interface Taken {
  readonly signal: Signal;
  readonly bytes: Buffer;
}

/** A receiver that runs, and what it did. */
export interface RunningReceiver {
  readonly receiver: OtlpGrpcReceiver;
  readonly port: number;
  readonly memory: ReceivingMemory;
  readonly taken: Taken[];
  readonly counted: string[];
  readonly lines: string[];
  /** How often something was counted: name and labels, a space between. */
  readonly times: (what: string) => number;
}

/** How to receive. */
export interface ReceiveOptions {
  readonly settings?: Partial<OtlpGrpcReceiverSettings>;
  readonly inFlightBytesMax?: number;
  readonly intake?: () => Promise<IntakeOutcome>;
  readonly clock?: Clock;
}

const MIB = 1024 * 1024;

/** Starts a receiver with small limits. Whoever starts it ends it. */
export async function receiveGrpc({
  settings = {},
  inFlightBytesMax = 4 * MIB,
  intake = () => Promise.resolve({ kind: 'accepted' }),
  clock = systemClock,
}: ReceiveOptions = {}): Promise<RunningReceiver> {
  const taken: Taken[] = [];
  const counted: string[] = [];
  const lines: string[] = [];
  const memory = new ReceivingMemory({ bytesMax: inFlightBytesMax });
  const receiver = new OtlpGrpcReceiver(
    {
      name: 'otlp_grpc',
      host: '127.0.0.1',
      port: 0,
      bodyBytesMax: MIB,
      wireBytesMax: 256 * 1024,
      connectionsMax: 100,
      headerTimeoutMs: 1000,
      requestTimeoutMs: 10_000,
      bodyBytesPerSecondMin: 1024,
      allowedHosts: [],
      bearerToken: undefined,
      ...settings,
    },
    {
      intake: (signal, bytes) => {
        taken.push({ signal, bytes: Buffer.from(bytes) });
        return intake();
      },
      memory,
      clock,
      counters: {
        add: (name, _value, labels) =>
          void counted.push([name, ...Object.values(labels ?? {})].join(' ')),
      },
      logger: { ...silentLogger, warn: (_fields, line) => void lines.push(line) },
    },
  );
  await receiver.start();
  return {
    receiver,
    port: receiver.address?.port ?? 0,
    memory,
    taken,
    counted,
    lines,
    times: (what) => counted.filter((one) => one === what).length,
  };
}

/** A message as it goes over the wire. */
export function framed(
  message: Uint8Array,
  { flag = 0, declared = message.length }: { flag?: number; declared?: number } = {},
): Buffer {
  const prefix = Buffer.from([flag, 0, 0, 0, 0]);
  prefix.writeUInt32BE(declared, 1);
  return Buffer.concat([prefix, message]);
}

/** What a client sends. */
export interface Call {
  readonly signal?: Signal;
  readonly headers?: OutgoingHttpHeaders;
  /** With its prefix. */
  readonly body?: Uint8Array;
  /** How the body is cut into frames; whole by default. */
  readonly chunkBytes?: number;
  /** Whether the client says that no more will come. */
  readonly end?: boolean;
  /** Headers that the client sends at the end. */
  readonly trailers?: OutgoingHttpHeaders;
}

/** What a client gets. */
export interface CallAnswer {
  /** 0 where there was no answer. */
  readonly http: number;
  /** `grpc-status`; undefined where the stream ended without one. */
  readonly status: number | undefined;
  readonly message: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly resetCode: number;
}

/** Path of the Export method of a signal. */
export function exportPath(signal: Signal): string {
  const [name, service] = {
    traces: ['trace', 'Trace'],
    metrics: ['metrics', 'Metrics'],
    logs: ['logs', 'Logs'],
  }[signal];
  return `/opentelemetry.proto.collector.${name}.v1.${service}Service/Export`;
}

/** A connection of HTTP/2; errors of it show in its calls. */
export function connectTo(port: number): ClientHttp2Session {
  const session = connect(`http://127.0.0.1:${port}`);
  session.on('error', () => undefined);
  return session;
}

/** A call under way. */
export interface CallUnderWay {
  readonly stream: ClientHttp2Stream;
  readonly answer: Promise<CallAnswer>;
}

/** Begins a unary call and sends its body. */
export function beginCall(
  session: ClientHttp2Session,
  {
    signal = 'traces',
    headers = {},
    body = framed(Buffer.alloc(0)),
    chunkBytes = body.length,
    end = true,
    trailers = {},
  }: Call = {},
): CallUnderWay {
  const stream = session.request(
    {
      ':method': 'POST',
      ':path': exportPath(signal),
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    },
    { waitForTrailers: Object.keys(trailers).length > 0 },
  );
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  const answer = answerOf(stream);
  for (let rest = body; rest.length > 0; rest = rest.subarray(chunkBytes)) {
    stream.write(rest.subarray(0, chunkBytes));
  }
  if (end) stream.end();
  return { stream, answer };
}

/** One unary call, on a connection of its own unless one is given. */
export async function call(
  target: number | ClientHttp2Session,
  options: Call = {},
): Promise<CallAnswer> {
  if (typeof target !== 'number') return beginCall(target, options).answer;
  const session = connectTo(target);
  const answer = await beginCall(session, options).answer;
  session.destroy();
  return answer;
}

async function answerOf(stream: ClientHttp2Stream): Promise<CallAnswer> {
  let head: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders = {};
  const chunks: Buffer[] = [];
  stream.on('response', (received) => (head = received));
  stream.on('trailers', (received) => (trailers = received));
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await closeOf(stream);
  const status = trailers['grpc-status'] ?? head['grpc-status'];
  const message = trailers['grpc-message'] ?? head['grpc-message'];
  return {
    http: Number(head[':status'] ?? 0),
    status: status === undefined ? undefined : Number(status),
    message: message === undefined ? undefined : decodeURIComponent(String(message)),
    headers: head,
    trailers,
    body: Buffer.concat(chunks),
    resetCode: stream.rstCode ?? 0,
  };
}

/** Resolves once it is closed, whatever went wrong before. */
export function closeOf(closing: Duplex): Promise<void> {
  closing.on('error', () => undefined);
  return new Promise((resolve) => closing.once('close', resolve));
}

/** The delay of the RetryInfo in an answer, as its bytes; undefined where there is none. */
export function retryInfo({ headers, trailers }: CallAnswer): Buffer | undefined {
  const details = trailers['grpc-status-details-bin'] ?? headers['grpc-status-details-bin'];
  return details === undefined ? undefined : Buffer.from(String(details), 'base64');
}
