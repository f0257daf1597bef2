/** An OTLP backend that answers 200 at once and counts records. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { KeyTable, OTLP_LIMITS, OtlpIndex, indexOtlp } from '@spanguard/otlp';
import type { BenchSignal } from './fresh-batch.ts';

/** A sink that runs. */
export interface RecordSink {
  /** Base URL, for exporters that append `/v1/<signal>`. */
  readonly url: string;
  /** Waits until that many records have come since the last call. Throws after `timeoutMs`. */
  received(records: number, timeoutMs: number): Promise<void>;
  close(): void;
}

interface Body {
  readonly signal: BenchSignal;
  readonly bytes: Buffer;
  readonly isGzip: boolean;
}

const SIGNAL_OF_PATH: ReadonlyMap<string | undefined, BenchSignal> = new Map([
  ['/v1/traces', 'traces'],
  ['/v1/logs', 'logs'],
]);

/** Starts a sink for one signal on a free loopback port: of the others, such as alerts, it counts none. */
export async function startRecordSink(counted: BenchSignal): Promise<RecordSink> {
  const bodies: Body[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const signal = SIGNAL_OF_PATH.get(request.url);
      const isGzip = request.headers['content-encoding'] === 'gzip';
      if (signal === counted) bodies.push({ signal, bytes: Buffer.concat(chunks), isGzip });
      response.writeHead(200, { 'content-type': 'application/x-protobuf' });
      response.end();
    });
  });
  // Never hangs up: while others have their turn, connections are idle for long.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const count = recordCounter();
  let seen = 0;
  return {
    url: `http://127.0.0.1:${port}`,
    received: async (records, timeoutMs) => {
      const until = performance.now() + timeoutMs;
      while (seen < records) {
        const next = bodies.shift();
        if (next !== undefined) seen += count(next);
        else if (performance.now() > until) throw new Error(`${seen} of ${records} records came`);
        else await new Promise((resolve) => setTimeout(resolve, 10));
      }
      seen -= records;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function recordCounter(): (body: Body) => number {
  const keys = new KeyTable({ classify: () => 0, columns: [] });
  const index = new OtlpIndex();
  return ({ signal, bytes: body, isGzip }) => {
    const bytes = isGzip ? gunzipSync(body) : body;
    const marks = new Uint32Array((bytes.length >> 5) + 2);
    const outcome = indexOtlp(index, { signal, bytes, marks, keys, limits: OTLP_LIMITS });
    if (!outcome.ok) throw new Error(outcome.error.message);
    return outcome.recordCount;
  };
}
