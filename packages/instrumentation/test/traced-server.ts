/** A real HTTP server on loopback under real tracing, for the tests of every instrumentation. */
import { type IncomingHttpHeaders, type Server, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

export interface Tracing {
  /** Spans ended so far. */
  spans(): ReadableSpan[];
  /** The first of them. */
  first(): ReadableSpan;
  reset(): void;
  stop(): void;
}

/** Installs a real tracer provider, context manager and W3C propagator for the process. */
export function startTracing(): Tracing {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return {
    spans: () => exporter.getFinishedSpans(),
    first: () => {
      const [span] = exporter.getFinishedSpans();
      if (span === undefined) throw new Error('no span ended');
      return span;
    },
    reset: () => {
      exporter.reset();
    },
    stop: () => {
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Asking {
  readonly method?: string | undefined;
  readonly headers?: Record<string, string | string[]>;
  /** An object is sent as JSON, a string as it is. */
  readonly body?: unknown;
}

export function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => {
      resolve();
    });
  });
}

/** One request on its own connection, whose target is sent exactly as given. */
export function ask(
  port: number,
  path: string,
  { body, ...options }: Asking = {},
): Promise<Answer> {
  const isJson = typeof body === 'object' && body !== null;
  const payload = isJson ? JSON.stringify(body) : (body as string | undefined);
  const headers = { ...(isJson ? { 'content-type': 'application/json' } : {}), ...options.headers };
  const method = options.method ?? (body === undefined ? 'GET' : 'POST');
  return new Promise((resolve, reject) => {
    const asking = request(
      { host: '127.0.0.1', port, path, agent: false, ...options, method, headers },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
        response.on('error', reject);
      },
    );
    asking.on('error', reject);
    asking.end(payload);
  });
}

/** Far more than a loaded machine needs: it only ends a test that would wait for ever. */
const PATIENCE_MS = 100_000;

/** Waits, turn by turn of the event loop, until something holds; fails where it never does. */
export function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (holds()) resolve();
      else if (performance.now() > deadline) reject(new Error('it never came to hold'));
      else setImmediate(look);
    };
    look();
  });
}
