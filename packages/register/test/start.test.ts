/** What @spanguard/register promises an application, from its sources against real processes. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createPseudonyms } from '@spanguard/redaction';
import { HttpSink } from '@spanguard/testkit';
import { expect } from 'chai';
import { type RunningApp, withApp } from './running-app.ts';
import { readTelemetry, serverSpans, type Telemetry } from './telemetry.ts';

const SOURCE = '--conditions=@spanguard/source';
const PRELOAD = [SOURCE, '--import', '@spanguard/register'];
const SECRET = 'hunter2canary';
const UNSAMPLED_TRACE = '0af7651916cd43dd8448eb211c80319c';

interface Scenario {
  readonly nodeArgs?: readonly string[];
  /** A file in `test/apps`; ordinarily `express-app.mjs`. */
  readonly app?: string;
  /** What it says on standard error; ordinarily nothing. */
  readonly says?: RegExp;
  readonly env?: Readonly<Record<string, string>>;
  readonly appArgs?: readonly string[];
  /** Status of the backend's every answer; ordinarily 200. */
  readonly answer?: number;
  readonly visit: (url: string) => Promise<unknown>;
  /** Exports to wait for before the end; ordinarily none, since all are flushed at it. */
  readonly exports?: number;
}

/** Starts the application beside a sink, visits it, ends it by SIGTERM, gives what was exported. */
async function exportedBy(scenario: Scenario): Promise<Telemetry> {
  const { nodeArgs = PRELOAD, app: file = 'express-app.mjs', visit } = scenario;
  const { says = /^$/, env = {}, appArgs = [] } = scenario;
  const sink = await HttpSink.listen();
  if (scenario.answer !== undefined) sink.answerByDefault = { status: scenario.answer };
  const options = {
    nodeArgs,
    app: file,
    appArgs,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, SINK: sink.url, ...env },
  };
  try {
    await withApp(options, async (app) => {
      await visit(await app.url());
      await sink.received(scenario.exports ?? 0);
      expect(await app.end('SIGTERM')).to.deep.equal({ code: null, signal: 'SIGTERM' });
      expect(app.stderr, 'standard error').to.match(says);
    });
    return readTelemetry(sink);
  } finally {
    await sink.close();
  }
}

function post(url: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

const logIn = (url: string, headers?: Record<string, string>): Promise<Response> =>
  post(`${url}/login`, { username: 'bob', password: SECRET }, headers);

const events = ({ records }: Telemetry): readonly string[] =>
  records.map(({ name }) => name).filter((name) => name !== '');

describe('@spanguard/register', () => {
  it('masks what a careless application writes, and says who it is', async () => {
    const telemetry = await exportedBy({
      env: { OTEL_SERVICE_NAME: 'shop' },
      visit: (url) => post(`${url}/note`, { note: `password=${SECRET}` }),
    });
    expectNoteMasked(telemetry, 'shop');
  });

  it('calls an application without a name as its package.json does', async () => {
    const telemetry = await exportedBy({ visit: logIn });
    const [span] = serverSpans(telemetry);
    expect(span?.resource.get('service.name')).to.equal('@spanguard/register');
    expect(telemetry.records[0]?.resource.get('service.name')).to.equal('@spanguard/register');
  });

  it('masks and tells under OTEL_CONFIG_FILE as well', async () => {
    const telemetry = await exportedBy({
      env: { OTEL_CONFIG_FILE: fileURLToPath(new URL('./apps/otel.yaml', import.meta.url)) },
      visit: async (url) => {
        await post(`${url}/note`, { note: `password=${SECRET}` });
        await logIn(url, { 'x-forwarded-for': '203.0.113.9' });
      },
    });
    expectNoteMasked(telemetry, 'from-file');
    expect(events(telemetry)).to.include('security.authn_login_fail');
    const login = serverSpans(telemetry)[1];
    expect(login?.attributes.get('client.address'), 'our node').to.equal('203.0.113.9');
  });

  it('masks by a policy file, as a processor with the same file would', async () => {
    const policy = fileURLToPath(new URL('./apps/policy.yaml', import.meta.url));
    const telemetry = await exportedBy({
      env: { SPANGUARD_REDACTION_FILE: policy, POLICY_KEY: 'the key of everybody in this test' },
      visit: (url) => post(`${url}/note`, { note: 'of alice@shop.example' }),
    });
    const masterKey = new TextEncoder().encode('the key of everybody in this test');
    const alice = createPseudonyms({ masterKey }).pseudonym('email', 'alice@shop.example');
    expect(telemetry.text).to.contain(alice).and.not.contain('alice@');
  });

  it('says where a policy file is wrong, masks by the strict one, and the application runs', async () => {
    const program = fileURLToPath(new URL('./apps/express-app.mjs', import.meta.url));
    const telemetry = await exportedBy({
      env: { SPANGUARD_REDACTION_FILE: program },
      says: /^spanguard: THE MASKING POLICY CANNOT BE USED\.[^\n]+\nspanguard: \S+express-app\.mjs:\d+:\d+: [^\n]+\n$/,
      visit: (url) => post(`${url}/note`, { note: 'of alice@shop.example' }),
    });
    expect(telemetry.text).to.contain('[email]').and.not.contain('alice@');
  });

  it('speaks http/json where OTEL_EXPORTER_OTLP_PROTOCOL says so', async () => {
    const telemetry = await exportedBy({
      env: { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
      visit: logIn,
    });
    expect([...telemetry.contentTypes]).to.deep.equal(['application/json']);
    expect(serverSpans(telemetry)).to.have.length(1);
    expect(events(telemetry)).to.deep.equal(['security.authn_login_fail']);
  });

  it('exports no secret of the command line', async () => {
    const telemetry = await exportedBy({
      appArgs: [`--password=${SECRET}`, '--token', SECRET, '--verbose'],
      visit: logIn,
    });
    const { resource } = serverSpans(telemetry)[0] ?? {};
    expect(JSON.stringify(resource?.get('process.command_args'))).to.contain('--verbose');
    expect(telemetry.text).to.not.contain(SECRET);
  });

  it('tells of a request whose trace is not sampled, in that trace', async () => {
    const telemetry = await exportedBy({
      visit: (url) => logIn(url, { traceparent: `00-${UNSAMPLED_TRACE}-b7ad6b7169203331-00` }),
    });
    expect(serverSpans(telemetry)).to.have.length(0);
    expect(telemetry.records.map(({ name, traceId }) => [name, traceId])).to.deep.equal([
      ['security.authn_login_fail', UNSAMPLED_TRACE],
    ]);
  });

  it('watches by --require from its sources', async () => {
    const telemetry = await exportedBy({
      nodeArgs: [SOURCE, '--require', '@spanguard/register'],
      visit: logIn,
    });
    expect(events(telemetry)).to.deep.equal(['security.authn_login_fail']);
  });

  it('sees password checks of functions that were imported from Node by name', async () => {
    const telemetry = await exportedBy({
      app: 'checks-app.mjs',
      visit: async (url) => {
        for (const password of ['right', SECRET]) await post(`${url}/login`, { password });
      },
    });
    expect(
      serverSpans(telemetry).map(({ attributes }) => attributes.get('security.authn.outcome')),
    ).to.deep.equal(['success', 'failure']);
    expect(events(telemetry)).to.deep.equal([
      'security.authn_login_success',
      'security.authn_login_fail',
    ]);
    expect(telemetry.text).to.not.include(SECRET);
  });

  it('says what was loaded before it, here and in an event', async () => {
    const telemetry = await exportedBy({
      nodeArgs: [SOURCE, '--require', 'express', '--import', '@spanguard/register'],
      says: /^spanguard: express was loaded before [^\n]+\n$/,
      visit: (url) => fetch(`${url}/orders/7`),
    });
    expect(events(telemetry)).to.deep.equal(['security.sys_monitor_disabled']);
  });

  it('says that another set-up came first, and leaves its spans as they are', async () => {
    const telemetry = await exportedBy({
      nodeArgs: [SOURCE, '--require', './test/apps/other-sdk.cjs', ...PRELOAD.slice(1)],
      says: /^spanguard: could not start, your application is not instrumented: OpenTelemetry was set up before [^\n]+\n$/,
      visit: logIn,
      exports: 1,
    });
    const [span] = serverSpans(telemetry);
    expect(span?.resource.get('service.name')).to.equal('by-hand');
    expect(
      [...(span?.attributes.keys() ?? [])].filter((key) => key.startsWith('security.')),
    ).to.deep.equal([]);
    expect(telemetry.records).to.deep.equal([]);
  });

  it('tells every refused login, and that a place is off, where bodies throw when they are read', async () => {
    const telemetry = await exportedBy({
      says: /switched off/,
      visit: async (url) => {
        for (let login = 0; login < 101; login++) {
          await fetch(`${url}/odd/login`, { method: 'POST' });
        }
        await logIn(url);
      },
    });
    const failed = events(telemetry).filter((name) => name === 'security.authn_login_fail');
    expect(failed).to.have.length(102);
    const off = telemetry.records.filter(({ name }) => name === 'security.sys_monitor_disabled');
    const places = off.map(({ attributes }) => String(attributes.get('error.type')));
    expect(places).to.include('hook_disabled.request.form');
    expect(new Set(places).size, 'told once each').to.equal(places.length);
  });

  it("says where events go nowhere, and has its spans judged as anybody's", async () => {
    const telemetry = await exportedBy({
      env: { OTEL_LOGS_EXPORTER: 'none' },
      says: /^spanguard: no log exporter is configured, security events go nowhere\n$/,
      visit: logIn,
    });
    expect(serverSpans(telemetry)).to.have.length(1);
    const attributes = serverSpans(telemetry)[0]?.attributes;
    expect(attributes?.get('client.address')).to.equal('127.0.0.1');
    expect(attributes?.has('security.client.address.source')).to.equal(false);
  });

  it('says on one line that it could not start, and the application runs', async () => {
    const telemetry = await exportedBy({
      env: { OTEL_CONFIG_FILE: '/absent.yaml' },
      says: /^spanguard: could not start, your application is not instrumented: [^\n]+\n$/,
      visit: logIn,
    });
    expect(telemetry.text).to.equal('');
  });

  it('says once that telemetry is refused, with the remedy, and nothing else', async () => {
    const telemetry = await exportedBy({
      answer: 401,
      says: /^spanguard: telemetry is not delivered: http:[^\n]+ answers 401; set the token [^\n]+ said once\n$/,
      visit: logIn,
    });
    expect(events(telemetry)).to.include('security.authn_login_fail');
  });

  it('says once that nobody receives telemetry', async () => {
    await exportedBy({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:hunter2@127.0.0.1:9' },
      says: /^spanguard: telemetry is not delivered: http:\/\/127\.0\.0\.1:9\/v1\/\w+ cannot be reached \(ECONNREFUSED\); [^\n]+\n$/,
      visit: logIn,
    });
  });

  it('knows one user in all workers of a cluster, without configuration', async () => {
    const telemetry = await exportedBy({
      app: 'cluster-app.mjs',
      visit: async (url) => {
        for (let guess = 0; guess < 12; guess++) {
          const login = { email: 'alice@shop.example', password: SECRET };
          await post(`${url}/login`, login, { connection: 'close' });
        }
      },
    });
    const failed = telemetry.records.filter(({ name }) => name === 'security.authn_login_fail');
    const processes = new Set(failed.map(({ resource }) => resource.get('process.pid')));
    expect(processes.size, 'workers').to.be.above(1);
    const users = new Set(failed.map(({ attributes }) => attributes.get('user.id')));
    expect([...users]).to.have.length(1);
    expect([...users][0]).to.match(/^\[email:/);
  });

  it('says where users of several processes cannot be joined', async () => {
    await exportedBy({
      env: { HOME: '/dev/null', TMPDIR: '/dev/null' },
      says: /^spanguard: no folder to keep a hash key in; [^\n]+ set SPANGUARD_HASH_KEY [^\n]+\n$/,
      visit: logIn,
    });
  });

  it('leaves node -e alone', () => {
    for (const entry of ['--import', '--require']) {
      const nodeArgs = [SOURCE, entry, '@spanguard/register', '-e', 'console.log(40 + 2)'];
      const { stdout, stderr } = spawnSync(process.execPath, nodeArgs, {
        cwd: fileURLToPath(new URL('../', import.meta.url)),
        env: { PATH: process.env['PATH'], OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
        encoding: 'utf8',
      });
      expect([stdout, stderr], entry).to.deep.equal(['42\n', '']);
    }
  });

  it('does nothing under OTEL_SDK_DISABLED', async () => {
    const telemetry = await exportedBy({ env: { OTEL_SDK_DISABLED: 'true' }, visit: logIn });
    expect(telemetry.text).to.equal('');
  });
});

describe('the end of a process under @spanguard/register', () => {
  for (const backend of ['hangs', 'is absent'] as const) {
    it(`comes on SIGTERM where the backend ${backend}`, async () => {
      const ending = await endWith(backend, (app) => app.end('SIGTERM'));
      expect(ending).to.deep.equal({ code: null, signal: 'SIGTERM' });
    });

    it(`comes on its own where the backend ${backend}`, async () => {
      const ending = await endWith(backend, async (app, url) => {
        await post(`${url}/close`, {});
        return app.end();
      });
      expect(ending).to.deep.equal({ code: 0, signal: null });
    });
  }
});

async function endWith<T>(
  backend: 'hangs' | 'is absent',
  end: (app: RunningApp, url: string) => Promise<T>,
): Promise<T | undefined> {
  const sink = await HttpSink.listen();
  sink.answerByDefault = { kind: 'hang' };
  const { url: endpoint } = sink;
  if (backend === 'is absent') await sink.close();
  let ending: T | undefined;
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
  try {
    await withApp({ nodeArgs: PRELOAD, app: 'express-app.mjs', env }, async (app) => {
      const url = await app.url();
      await logIn(url);
      ending = await end(app, url);
    });
  } finally {
    await sink.close();
  }
  return ending;
}

function expectNoteMasked(telemetry: Telemetry, service: string): void {
  const [span] = serverSpans(telemetry);
  expect(span?.attributes.get('app.note'), 'attribute').to.match(/^password=/);
  expect(span?.resource.get('service.name')).to.equal(service);
  const noted = telemetry.records.filter(({ name }) => name === '');
  expect(noted, 'log records').to.have.length(1);
  expect(telemetry.text).to.not.contain(SECRET);
}
