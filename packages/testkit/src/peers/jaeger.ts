/** A real Jaeger with memory storage, for the length of a test. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, type RunningProgram, startProgram } from './running-program.ts';

/** A span as Jaeger's query API gives it. */
export interface JaegerSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  readonly references: readonly {
    readonly refType: string;
    readonly traceID: string;
    readonly spanID: string;
  }[];
  readonly tags: readonly { readonly key: string; readonly value: unknown }[];
}

/** A Jaeger that runs. */
export interface Jaeger {
  /** Base URL of its OTLP/HTTP receiver. */
  readonly otlpUrl: string;
  services(): Promise<readonly string[]>;
  /** Spans of the traces a service takes part in. */
  spans(service: string): Promise<readonly JaegerSpan[]>;
  /** The answer of the query API, as text: to look for what must not be there. */
  tracesText(service: string): Promise<string>;
  end(): Promise<void>;
}

/** Starts Jaeger on free loopback ports. */
export async function startJaeger(binary: string): Promise<Jaeger> {
  const ports = await Promise.all(Array.from({ length: 4 }, () => freePort()));
  const [query = 0, queryGrpc = 0, otlpHttp = 0, otlpGrpc = 0] = ports;
  const file = join(mkdtempSync(join(tmpdir(), 'jaeger-')), 'jaeger.yaml');
  writeFileSync(file, configuration({ query, queryGrpc, otlpHttp, otlpGrpc }));
  const api = `http://127.0.0.1:${query}/api`;
  const program: RunningProgram = await startProgram({
    file: binary,
    args: ['--config', file],
    ready: async () => (await fetch(`${api}/services`)).ok,
  });
  const tracesText = async (service: string): Promise<string> =>
    (
      await fetch(`${api}/traces?service=${encodeURIComponent(service)}&limit=1000&lookback=1h`)
    ).text();
  return {
    otlpUrl: `http://127.0.0.1:${otlpHttp}`,
    services: async () => {
      const { data } = (await (await fetch(`${api}/services`)).json()) as { data: string[] | null };
      return data ?? [];
    },
    spans: async (service) => {
      const { data } = JSON.parse(await tracesText(service)) as {
        data: { spans: JaegerSpan[] }[] | null;
      };
      return (data ?? []).flatMap(({ spans }) => spans);
    },
    tracesText,
    end: async () => {
      // Nothing it holds is worth a graceful end.
      await program.end('SIGKILL');
    },
  };
}

function configuration(
  ports: Readonly<Record<'query' | 'queryGrpc' | 'otlpHttp' | 'otlpGrpc', number>>,
): string {
  return `
service:
  extensions: [jaeger_storage, jaeger_query]
  pipelines: { traces: { receivers: [otlp], exporters: [jaeger_storage_exporter] } }
  telemetry: { metrics: { level: none }, logs: { level: warn } }
extensions:
  jaeger_query:
    storage: { traces: memory }
    http: { endpoint: 127.0.0.1:${ports.query} }
    grpc: { endpoint: 127.0.0.1:${ports.queryGrpc} }
  jaeger_storage: { backends: { memory: { memory: { max_traces: 100000 } } } }
receivers:
  otlp:
    protocols:
      http: { endpoint: 127.0.0.1:${ports.otlpHttp} }
      grpc: { endpoint: 127.0.0.1:${ports.otlpGrpc} }
exporters: { jaeger_storage_exporter: { trace_storage: memory } }
`;
}
