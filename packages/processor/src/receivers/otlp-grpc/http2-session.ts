/** One connection that speaks HTTP/2: bounds on what its client may have us keep and do. Knows no gRPC. */
import {
  constants,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Socket } from 'node:net';
import type { Clock } from '../../pipeline/clock.ts';

/** Calls under way at once on one connection. */
export const CONNECTION_STREAMS_MAX = 100;
/**
 * Frames a minute that carry nothing, pings and settings: each costs us an answer. Clients that keep a
 * connection alive ping every few seconds at most. Of streams given up nghttp2 takes 1,000, and 33 a second.
 */
export const EMPTY_FRAMES_PER_MINUTE_MAX = 1000;
const MINUTE_MS = 60_000;

/** Room for a batch on its way, so that a client need not wait for us to make room; read at once, into the budget. */
const STREAM_WINDOW_BYTES = 1024 * 1024;
const CONNECTION_WINDOW_BYTES = 4 * 1024 * 1024;

const OPTIONS = {
  maxHeaderListPairs: 64,
  /** MiB of what Node keeps for one connection: streams, headers, answers not yet sent. */
  maxSessionMemory: 8,
  maxSettings: 16,
  maxSessionInvalidFrames: 100,
  /** Streams beyond the bound, before the connection is closed: a client may send many before it heard of it. */
  maxSessionRejectedStreams: CONNECTION_STREAMS_MAX,
  settings: {
    enablePush: false,
    maxConcurrentStreams: CONNECTION_STREAMS_MAX,
    maxHeaderListSize: 16 * 1024,
    initialWindowSize: STREAM_WINDOW_BYTES,
  },
} as const;

/** What becomes of a connection's calls and of the connection. */
export interface Http2SessionEvents {
  stream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void;
  /** Closed by us: too many frames that carry nothing, or what is not HTTP/2. */
  closedFor(reason: 'flood' | 'protocol_error'): void;
}

/** Takes over a socket whose first bytes, still to be read, are those of HTTP/2. */
export function openSession(
  socket: Socket,
  events: Http2SessionEvents,
  clock: Clock,
): ServerHttp2Session {
  const session = performServerHandshake(socket, OPTIONS);
  session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
  let emptyFrames = 0;
  let minuteEndsAtMs = clock.monotonic() + MINUTE_MS;
  const countEmpty = (): void => {
    const nowMs = clock.monotonic();
    if (nowMs >= minuteEndsAtMs) [emptyFrames, minuteEndsAtMs] = [0, nowMs + MINUTE_MS];
    emptyFrames += 1;
    if (emptyFrames <= EMPTY_FRAMES_PER_MINUTE_MAX || session.destroyed) return;
    events.closedFor('flood');
    session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    session.destroy();
  };
  session.on('ping', countEmpty);
  session.on('remoteSettings', countEmpty);
  session.on('stream', (stream, headers) => {
    // A stream that fails ends there; its other events tell whoever waits for it.
    stream.on('error', () => undefined);
    events.stream(stream, headers);
  });
  session.on('error', (error: Error & { readonly code?: string }) => {
    if (error.code?.startsWith('ERR_HTTP2_') === true) events.closedFor('protocol_error');
  });
  return session;
}
