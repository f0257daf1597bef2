/** Runs the shop under an instrumentation, in a process of its own, and gives what was told of each request. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeRequest, encodeRequest, HttpSink } from '@spanguard/testkit';
import { expect } from 'chai';
import { SHARED_KEY } from './processor-verdict.ts';
import type { MatrixRequest } from './requests.ts';

/** What a process told of one request, as export requests of its own; empty where it told nothing. */
export interface ToldRequest {
  readonly traces: Uint8Array;
  readonly logs: Uint8Array;
}

/** What the shop is instrumented by, as Node's `--import` takes it. */
const INSTRUMENTED_BY = {
  hook: '@spanguard/register',
  opentelemetry: './apps/plain-opentelemetry.mjs',
} as const;

const HERE = fileURLToPath(new URL('./', import.meta.url));
const NOTHING = new Uint8Array();

/** Runs all requests through one process; in their order, what was told of each. */
export async function tellAll(
  requests: readonly MatrixRequest[],
  by: keyof typeof INSTRUMENTED_BY,
): Promise<readonly ToldRequest[]> {
  const folder = mkdtempSync(join(tmpdir(), 'same-verdict-'));
  const sink = await HttpSink.listen();
  try {
    const file = join(folder, 'requests.json');
    writeFileSync(file, JSON.stringify(requests.map(wireOf)));
    const preload = ['--conditions=@spanguard/source', '--import', INSTRUMENTED_BY[by]];
    const child = spawn(process.execPath, [...preload, 'apps/shop.mjs', file], {
      cwd: HERE,
      env: {
        PATH: process.env['PATH'],
        OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
        OTEL_SERVICE_NAME: 'shop',
        OTEL_METRICS_EXPORTER: 'none',
        // So that nothing is dropped: requests come faster here than anywhere else.
        OTEL_BSP_MAX_QUEUE_SIZE: '100000',
        SPANGUARD_HASH_KEY: Buffer.from(SHARED_KEY).toString('latin1'),
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    expect(await once(child, 'exit')).to.deep.equal([0, null]);
    const bodies = (path: string): Buffer =>
      Buffer.concat(sink.requests.filter((each) => each.path === path).map(({ body }) => body));
    const traces = spansByTrace(bodies('/v1/traces'));
    const logs = recordsByTrace(bodies('/v1/logs'));
    return requests.map((_, n) => ({
      traces: traces.get(traceIdOf(n)) ?? NOTHING,
      logs: logs.get(traceIdOf(n)) ?? NOTHING,
    }));
  } finally {
    await sink.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each request has a trace of its own, by which what was told of it is found again. */
function traceIdOf(n: number): string {
  return (n + 1).toString(16).padStart(32, '0');
}

/** The bytes of a request and the other end of its socket, as the shop reads them. */
function wireOf({ ending, target, caller, agent }: MatrixRequest, n: number): object {
  const body = ending.body === undefined ? '' : JSON.stringify(ending.body);
  const headers = {
    host: 'shop.example',
    connection: 'close',
    traceparent: `00-${traceIdOf(n)}-00000000000000f1-01`,
    'x-answer': Buffer.from(JSON.stringify(ending.answer)).toString('base64url'),
    ...(agent !== undefined && { 'user-agent': agent }),
    ...caller.headers,
    ...ending.headers,
    ...(body !== '' && { 'content-type': 'application/json', 'content-length': body.length }),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`${ending.method} ${target} HTTP/1.1`, ...lines].join('\r\n');
  return { head, body, peer: caller.peer };
}

/** The spans of many export requests, taken apart: an export request for each trace. */
function spansByTrace(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const { resource = null, scopeSpans } of decodeRequest('traces', bytes).resourceSpans ??
    []) {
    for (const { scope = null, spans } of scopeSpans ?? []) {
      for (const span of spans ?? []) {
        const one = { resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [span] }] }] };
        append(found, span.traceId, encodeRequest('traces', one));
      }
    }
  }
  return found;
}

/** The same of log records. */
function recordsByTrace(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const { resource = null, scopeLogs } of decodeRequest('logs', bytes).resourceLogs ?? []) {
    for (const { scope = null, logRecords } of scopeLogs ?? []) {
      for (const record of logRecords ?? []) {
        const one = { resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords: [record] }] }] };
        append(found, record.traceId, encodeRequest('logs', one));
      }
    }
  }
  return found;
}

/** Messages of protobuf that stand side by side are merged. */
function append(to: Map<string, Uint8Array>, id: Uint8Array | undefined, bytes: Uint8Array): void {
  const traceId = Buffer.from(id ?? []).toString('hex');
  to.set(traceId, Buffer.concat([to.get(traceId) ?? NOTHING, bytes]));
}
