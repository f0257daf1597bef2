/**
 * Records what OpenTelemetry of four languages exports of the same shop while it is attacked, all signals, a
 * file each: `node --conditions=@spanguard/source packages/testkit/recordings/record-exports.ts`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { RECORDED_LANGUAGES, type RecordedLanguage } from '../src/fixtures/recorded-request.ts';
import { OTLP_SIGNALS, type OtlpSignal } from '../src/oracle/otlp-model.ts';
import { peerCacheFolder } from '../src/peers/peer-cache.ts';
import { attackShop, findPython } from '../src/peers/python-shop.ts';
import { freePort, startProgram } from '../src/peers/running-program.ts';
import { HttpSink } from '../src/servers/http-sink.ts';

const AGENT_VERSION = '2.33.1';
/** A flag and a length in front of each message. */
const FRAME_BYTES = 5;
const GRPC_SERVICES: Readonly<Record<OtlpSignal, string>> = {
  traces: 'TraceService',
  metrics: 'MetricsService',
  logs: 'LogsService',
};
const HERE = fileURLToPath(new URL('./', import.meta.url));

interface Shop {
  readonly file: string;
  readonly args: readonly string[];
  /** How it exports by default. */
  readonly protocol: 'grpc' | 'http';
  /** What is asked of it besides its defaults: to leave out who recorded it, to export logs as well. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The shops; what has to be built or fetched is. */
const SHOPS: Readonly<Record<RecordedLanguage, () => Shop>> = {
  node: () => ({
    file: process.execPath,
    args: ['--import', join(HERE, 'node/opentelemetry.mjs'), join(HERE, 'node/shop.mjs')],
    protocol: 'http',
    env: { OTEL_NODE_RESOURCE_DETECTORS: 'env,serviceinstance' },
  }),
  python: () => {
    const installed = findPython();
    if (installed === undefined) throw new Error('there is no OpenTelemetry Python');
    // Log records tell the files they come from: of a folder that says nothing of who recorded them.
    const environment = join(mkdtempSync(join(tmpdir(), 'python-shop-')), 'environment');
    symlinkSync(dirname(dirname(installed)), environment);
    const python = join(environment, 'bin', 'python');
    const instrument = join(environment, 'bin', 'opentelemetry-instrument');
    return {
      file: python,
      args: [instrument, python, join(HERE, 'python/flask-shop.py')],
      protocol: 'grpc',
      env: { OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED: 'true' },
    };
  },
  java: () => {
    const classes = mkdtempSync(join(tmpdir(), 'java-shop-'));
    execFileSync('javac', ['-d', classes, join(HERE, 'java/Shop.java')], { stdio: 'inherit' });
    const resources = 'io.opentelemetry.instrumentation.resources';
    const leftOut = ['ProcessResourceProvider', 'OsResourceProvider', 'HostResourceProvider'];
    const disabled = leftOut.map((name) => `${resources}.${name}`).join(',');
    return {
      file: 'java',
      args: [`-javaagent:${javaAgent()}`, '-cp', classes, 'Shop'],
      protocol: 'http',
      env: { OTEL_JAVA_DISABLED_RESOURCE_PROVIDERS: disabled },
    };
  },
  go: () => {
    const file = join(mkdtempSync(join(tmpdir(), 'go-shop-')), 'shop');
    execFileSync('go', ['build', '-o', file, '.'], { cwd: join(HERE, 'go'), stdio: 'inherit' });
    return { file, args: [], protocol: 'grpc' };
  },
};

const asked = process.argv.slice(2);
for (const language of RECORDED_LANGUAGES) {
  if (asked.length === 0 || asked.includes(language)) await record(language, SHOPS[language]());
}

async function record(
  language: RecordedLanguage,
  { file, args, protocol, env }: Shop,
): Promise<void> {
  const sink = protocol === 'grpc' ? await grpcSink() : await httpSink();
  const port = await freePort();
  const shop = await startProgram({
    file,
    args: [...args, String(port)],
    env: {
      PATH: process.env['PATH'],
      OTEL_SERVICE_NAME: `${language}-shop`,
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      ...env,
    },
    ready: async () => (await fetch(`http://127.0.0.1:${port}/search`)).ok,
  });
  await attackShop(port);
  // The one signal at which each of them flushes.
  await shop.end('SIGINT');
  for (const signal of OTLP_SIGNALS) {
    const bytes = sink.taken(signal);
    if (bytes.length === 0) throw new Error(`${language} sent no ${signal}:\n${shop.output()}`);
    writeFileSync(new URL(`exports/${language}-${signal}.bin`, import.meta.url), bytes);
  }
  await sink.close();
}

interface Sink {
  readonly url: string;
  /** The requests of a signal as one: messages of protobuf that stand side by side are merged. */
  taken(signal: OtlpSignal): Buffer;
  close(): Promise<unknown>;
}

async function httpSink(): Promise<Sink> {
  const sink = await HttpSink.listen();
  return {
    url: sink.url,
    taken: (signal) => {
      const requests = sink.requests.filter(({ path }) => path === `/v1/${signal}`);
      return Buffer.concat(requests.map(({ body }) => body));
    },
    close: () => sink.close(),
  };
}

/** Takes whatever is called by gRPC, and answers an empty message. */
async function grpcSink(): Promise<Sink> {
  const requests: { readonly path: string; readonly message: Buffer }[] = [];
  const server = createServer();
  server.on('stream', async (stream: ServerHttp2Stream, headers) => {
    const body = await buffer(stream);
    const message = body.subarray(FRAME_BYTES);
    const path = headers[':path'] ?? '';
    requests.push({ path, message: body[0] === 1 ? gunzipSync(message) : message });
    stream.respond({ 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.alloc(FRAME_BYTES));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken: (signal) => {
      const ofSignal = requests.filter(({ path }) => path.includes(GRPC_SERVICES[signal]));
      return Buffer.concat(ofSignal.map(({ message }) => message));
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function javaAgent(): string {
  const folder = join(peerCacheFolder(), `opentelemetry-javaagent-${AGENT_VERSION}`);
  const jar = join(folder, 'opentelemetry-javaagent.jar');
  if (existsSync(jar)) return jar;
  mkdirSync(folder, { recursive: true });
  const artifact = `io.opentelemetry.javaagent:opentelemetry-javaagent:${AGENT_VERSION}`;
  const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
  const options = [`-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`];
  execFileSync('mvn', ['-q', '-B', copy, ...options, '-Dmdep.stripVersion=true'], {
    cwd: tmpdir(),
    stdio: 'inherit',
  });
  return jar;
}
