/** An OTLP backend that answers 200 at once and counts spans. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { KeyTable, OTLP_LIMITS, OtlpIndex, indexOtlp } from '@spanguard/otlp';

/** A sink that runs. */
export interface SpanSink {
  /** Base URL, for exporters that append `/v1/traces`. */
  readonly url: string;
  /** Waits until that many spans have come since the last call. Throws after `timeoutMs`. */
  received(spans: number, timeoutMs: number): Promise<void>;
  close(): void;
}

/** Starts a sink on a free loopback port. */
export async function startSpanSink(): Promise<SpanSink> {
  const bodies: { readonly body: Buffer; readonly gzip: boolean }[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/v1/traces') {
        bodies.push({
          body: Buffer.concat(chunks),
          gzip: request.headers['content-encoding'] === 'gzip',
        });
      }
      response.writeHead(200, { 'content-type': 'application/x-protobuf' });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const count = spanCounter();
  let seen = 0;
  return {
    url: `http://127.0.0.1:${port}`,
    received: async (spans, timeoutMs) => {
      const until = performance.now() + timeoutMs;
      while (seen < spans) {
        const next = bodies.shift();
        if (next !== undefined) seen += count(next.gzip ? gunzipSync(next.body) : next.body);
        else if (performance.now() > until) throw new Error(`${seen} of ${spans} spans arrived`);
        else await new Promise((resolve) => setTimeout(resolve, 10));
      }
      seen -= spans;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function spanCounter(): (bytes: Uint8Array) => number {
  const keys = new KeyTable({ classify: () => 0, columns: [] });
  const index = new OtlpIndex();
  return (bytes) => {
    const marks = new Uint32Array((bytes.length >> 5) + 2);
    const outcome = indexOtlp(index, { signal: 'traces', bytes, marks, keys, limits: OTLP_LIMITS });
    if (!outcome.ok) throw new Error(outcome.error.message);
    return outcome.recordCount;
  };
}
