/** The example that sets OpenTelemetry up by hand, run as its README says, against a sink. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { HttpSink, type KeyValue } from '@spanguard/testkit';
import { expect } from 'chai';

const EXAMPLE = fileURLToPath(new URL('../../../examples/manual-sdk/', import.meta.url));
const SECRET = 'hunter2canary';
const SERVER = 2;

/** OTLP/JSON, as far as it is asked about here. */
interface Item {
  readonly kind?: number;
  readonly eventName?: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: readonly KeyValue[];
}
interface Sent {
  readonly resourceSpans?: readonly {
    readonly scopeSpans: readonly { readonly spans: Item[] }[];
  }[];
  readonly resourceLogs?: readonly {
    readonly scopeLogs: readonly { readonly logRecords: Item[] }[];
  }[];
}

function textOf(item: Item | undefined, key: string): string | undefined {
  return item?.attributes.find((attribute) => attribute.key === key)?.value?.stringValue;
}

/** Starts the example, and gives it and its address. */
async function startExample(endpoint: string): Promise<{ child: ChildProcess; url: string }> {
  const preload = ['--conditions=@spanguard/source', '--import', './src/telemetry.mjs'];
  const child = spawn(process.execPath, [...preload, 'src/server.mjs', `--password=${SECRET}`], {
    cwd: EXAMPLE,
    env: { PATH: process.env['PATH'], PORT: '0', OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^listening (\d+)$/.exec(line)?.[1];
    if (port !== undefined) return { child, url: `http://127.0.0.1:${port}` };
  }
  throw new Error('the example did not start');
}

describe('an SDK set up by hand', () => {
  it('exports masked spans, and the failed login in the trace of its request', async () => {
    const sink = await HttpSink.listen();
    const { child, url } = await startExample(sink.url);
    try {
      const body = JSON.stringify({ username: 'bob', password: SECRET });
      await fetch(`${url}/healthz`);
      await fetch(`${url}/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.9' },
        body,
      });
      await fetch(`${url}/note`, { method: 'POST', body: `password=${SECRET}` });
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).to.deep.equal([0, null]);
    } finally {
      child.kill('SIGKILL');
      await sink.close();
    }
    const text = sink.requests.map(({ body }) => Buffer.from(body).toString('utf8'));
    const sent: Sent[] = text.map((json) => JSON.parse(json));
    const spans = sent
      .flatMap(({ resourceSpans = [] }) => resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
    const records = sent
      .flatMap(({ resourceLogs = [] }) => resourceLogs)
      .flatMap(({ scopeLogs }) => scopeLogs.flatMap((scope) => scope.logRecords));

    const [login, note, ...others] = spans.filter(({ kind }) => kind === SERVER);
    expect(others, 'ignored requests').to.deep.equal([]);
    expect(textOf(login, 'client.address')).to.equal('203.0.113.9');
    expect(textOf(note, 'app.note')).to.equal('password=[password]');
    expect(
      records.map(({ eventName, traceId, spanId }) => [eventName, traceId, spanId]),
    ).to.deep.equal([['security.authn_login_fail', login?.traceId, login?.spanId]]);
    expect(text.join('\n')).to.not.contain(SECRET);
  });
});
