/** A real `node:http` server under the instrumentation: who called, how it ended, told exactly once. */
import type { RequestListener, Server } from 'node:http';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { type Span, trace } from '@opentelemetry/api';
import { loginFailed, securityEvent, setSecurityBackend, setUser } from '@spanguard/api';
import {
  createRequestBackend,
  hookHealth,
  resetHookHealth,
  setSecurityRuntime,
} from '@spanguard/instrumentation';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { type Recording, recordingRuntime } from '../../instrumentation/test/recording-runtime.ts';
import {
  type Tracing,
  ask,
  close,
  listen,
  startTracing,
  until,
} from '../../instrumentation/test/traced-server.ts';
import { createHttpInstrumentation } from '../src/index.ts';

const load = createRequire(import.meta.url);
function fail(): never {
  throw new Error('ours');
}

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

describe('createHttpInstrumentation', () => {
  let tracing: Tracing;
  let recording: Recording;
  let server: Server;
  let port: number;
  let handler: RequestListener;
  let hooks: { start?: () => never; response?: (span: Span) => void };
  const copies: { disable(): void }[] = [];

  before(async () => {
    tracing = startTracing();
    copies.push(
      createHttpInstrumentation({
        startIncomingSpanHook: () => {
          hooks.start?.();
          return { 'your.attribute': 'kept', 'client.address': 'spoofed' };
        },
        responseHook: (span) => hooks.response?.(span),
        disableOutgoingRequestInstrumentation: true,
      }),
    );
    // Required after the instrumentation exists, as a register file makes it.
    const http = load('node:http') as typeof import('node:http');
    server = http.createServer((request, response) => {
      handler(request, response);
    });
    port = await listen(server);
  });

  after(async () => {
    await close(server);
    for (const copy of copies) copy.disable();
    tracing.stop();
  });

  beforeEach(() => {
    tracing.reset();
    resetHookHealth();
    hooks = {};
    recording = recordingRuntime();
    setSecurityRuntime(recording.runtime);
    setSecurityBackend(createRequestBackend());
    answerWith(200);
  });

  afterEach(() => {
    setSecurityRuntime(undefined);
    setSecurityBackend(undefined);
    expect(recording.internalErrors).to.deep.equal([]);
  });

  function answerWith(status: number, headers: Record<string, string> = {}, body = ''): void {
    handler = (request, response) => {
      request.resume();
      response.writeHead(status, headers).end(body);
    };
  }

  async function attributesAfter(
    path: string,
    asking: Parameters<typeof ask>[2] = {},
  ): Promise<Record<string, unknown>> {
    await ask(port, path, asking);
    await until(() => tracing.spans().length === 1);
    return tracing.first().attributes;
  }

  async function eventsAfter(
    path: string,
    asking: Parameters<typeof ask>[2] = {},
  ): Promise<string[]> {
    await attributesAfter(path, asking);
    return recording.events.map(({ name }) => name);
  }

  it('names the client by trusted hops, over what upstream and you say', async () => {
    const attributes = await attributesAfter('/', {
      headers: { 'x-forwarded-for': '6.6.6.6, 203.0.113.9' },
    });
    expect(attributes).to.include({
      'client.address': '203.0.113.9',
      'client.prefix': '203.0.113.9/32',
      'network.peer.address': '127.0.0.1',
      'security.client.address.source': 'x-forwarded-for',
      'your.attribute': 'kept',
    });
  });

  it('keeps the target as it was sent, with its secrets masked', async () => {
    const attributes = await attributesAfter('/static/../../etc/passwd?token=abc&x=%27');
    expect(attributes['url.original']).to.equal('/static/../../etc/passwd?token=***&x=%27');
    expect(attributes['url.query']).to.equal('token=***&x=%27');
  });

  it('masks and recognises a repeated target as it did the first time', async () => {
    let recognised = 0;
    const { recognise } = recording.runtime;
    setSecurityRuntime({
      ...recording.runtime,
      recognise: {
        ...recognise,
        target: (target) => {
          recognised += 1;
          return recognise.target(target);
        },
      },
    });
    const attack = `/q?q=${encodeURIComponent("1' OR '1'='1")}`;
    const clean = '/orders?page=2';
    const secret = '/x?token=abc';
    for (const path of [attack, attack, clean, clean, clean, secret, secret]) {
      tracing.reset();
      const attributes = await attributesAfter(path);
      expect(attributes['url.original']).to.equal(path.replace('abc', '***'));
    }
    expect(recording.events.map(({ name }) => name)).to.deep.equal([
      'security.malicious_sqli',
      'security.malicious_sqli',
    ]);
    // The clean target was remembered; what carried a sign or a secret never.
    expect(recognised).to.equal(5);
  });

  it('says nothing about an ordinary request', async () => {
    expect(await eventsAfter('/orders/7')).to.deep.equal([]);
    const { attributes } = tracing.first();
    expect(Object.keys(attributes).filter((key) => key.startsWith('security.'))).to.deep.equal([
      'security.client.address.source',
      'security.posture',
    ]);
    expect(attributes['security.posture']).to.deep.equal([]);
  });

  it('tells an event with who, what and how it ended', async () => {
    answerWith(403);
    await eventsAfter('/admin?x=1', {
      headers: { 'user-agent': `evil\u009b31m${'x'.repeat(400)}`, 'x-forwarded-for': '127.0.0.2' },
    });
    const [event] = recording.events;
    expect(event?.name).to.equal('security.authz_fail');
    expect(event?.timestamp).to.equal(recording.clock.now);
    expect(event?.attributes).to.include({
      'client.address': '127.0.0.2',
      'client.prefix': '127.0.0.2/32',
      'network.peer.address': '127.0.0.1',
      'security.client.address.source': 'x-forwarded-for',
      'http.request.method': 'GET',
      'url.path': '/admin',
      'http.response.status_code': 403,
      'security.authz.outcome': 'denied',
    });
    expect(event?.attributes['user_agent.original']).to.have.length(256);
    expect(event?.attributes['user_agent.original']).to.match(/^evil\\u009b31mx/u);
    const [span] = tracing.spans();
    expect(event && trace.getSpanContext(event.context)?.spanId).to.equal(
      span?.spanContext().spanId,
    );
    expect(span?.attributes['security.event.names']).to.deep.equal(['security.authz_fail']);
  });

  it('turns statuses into events', async () => {
    const cases: [number, string, string | undefined, string[]][] = [
      [401, '/login', 'POST', ['security.authn_login_fail']],
      [401, '/orders', 'GET', []],
      [403, '/orders', 'GET', ['security.authz_fail']],
      [403, '/login', 'POST', ['security.authn_login_fail']],
      [429, '/orders', 'GET', ['security.excess_rate_limit_exceeded']],
      [400, '/orders', 'POST', ['security.input_validation_fail']],
      [422, '/orders', 'POST', ['security.input_validation_fail']],
      [404, '/orders', 'GET', []],
      [500, '/login', 'POST', []],
    ];
    for (const [status, path, method, names] of cases) {
      tracing.reset();
      recording.events.length = 0;
      answerWith(status);
      expect(await eventsAfter(path, { method }), `${status} ${path}`).to.deep.equal(names);
    }
  });

  it('reads the credential of a 401: basic is a login, bearer a token, none a challenge', async () => {
    answerWith(401);
    const basic = `Basic ${Buffer.from('Eve:secret').toString('base64')}`;
    expect(await eventsAfter('/x', { headers: { authorization: basic } })).to.deep.equal([
      'security.authn_login_fail',
    ]);
    expect(recording.events[0]?.attributes).to.include({
      'user.id': 'eve',
      'security.authn.method': 'basic',
      'security.authn.outcome': 'failure',
      'security.authn.confidence': 'medium',
    });
    expect(JSON.stringify(recording.events[0]?.attributes)).to.not.include('secret');
    tracing.reset();
    expect(await eventsAfter('/x', { headers: { authorization: 'Bearer abc' } })).to.deep.equal([
      'security.authn_login_fail',
      'security.authn_token_invalid',
    ]);
    tracing.reset();
    const attributes = await attributesAfter('/x');
    expect(attributes['security.authn.outcome']).to.equal('challenge');
  });

  it('takes a cookie or a redirect on a login route as the outcome, at low confidence', async () => {
    answerWith(302, { 'Set-Cookie': 'sid=1', Location: '/home' });
    expect(await eventsAfter('/login', { method: 'POST' })).to.deep.equal([
      'security.authn_login_success',
    ]);
    expect(recording.events[0]?.attributes).to.deep.include({
      'security.authn.confidence': 'low',
      'security.authn.signals': ['status'],
    });
    tracing.reset();
    answerWith(302, { 'Set-Cookie': 'sid=1', Location: '/login?error=1' });
    expect(await eventsAfter('/login', { method: 'POST' })).to.deep.equal([
      'security.authn_login_success',
      'security.authn_login_fail',
    ]);
  });

  it('lets the explicit API win over the status', async () => {
    handler = (_request, response) => {
      setUser({ id: 'u-1', roles: ['editor'] });
      loginFailed({ userId: 'eve@example.com', reason: 'wrong hunter2', method: 'password' });
      response.writeHead(200, { 'set-cookie': 'a=b' }).end();
    };
    expect(await eventsAfter('/login', { method: 'POST' })).to.deep.equal([
      'security.authn_login_fail',
    ]);
    expect(recording.events[0]?.attributes).to.deep.include({
      'user.id': 'eve@example.com',
      'user.roles': ['editor'],
      'security.authn.reason': 'wrong ***',
      'security.authn.method': 'password',
      'security.authn.confidence': 'high',
      'security.authn.signals': ['api'],
    });
  });

  it('emits an application event at once, with the request around it', async () => {
    handler = (_request, response) => {
      securityEvent('security.user_created', { 'user.id': 'u-2', note: 'a\nb' });
      expect(recording.events).to.have.length(1);
      response.end();
    };
    await attributesAfter('/users', { method: 'POST' });
    expect(recording.events[0]?.attributes).to.include({
      'user.id': 'u-2',
      note: 'a\\u000ab',
      'client.address': '127.0.0.1',
      'url.path': '/users',
    });
    expect(tracing.spans()[0]?.attributes['security.event.names']).to.deep.equal([
      'security.user_created',
    ]);
  });

  it('hashes the user where the setting asks for it', async () => {
    setSecurityRuntime({
      ...recording.runtime,
      settings: { ...recording.runtime.settings, userId: 'hash' },
    });
    handler = (_request, response) => {
      setUser({ id: 'u-1' });
      securityEvent('security.user_updated', { 'user.id': 'u-2' });
      response.writeHead(403).end();
    };
    const attributes = await attributesAfter('/x');
    expect(attributes).to.include({ 'user.hash': 'hash(user.id,u-1)' });
    expect(recording.events.map((event) => event.attributes['user.hash'])).to.deep.equal([
      'hash(user.id,u-2)',
      'hash(user.id,u-1)',
    ]);
    expect(JSON.stringify(recording.events.map((event) => event.attributes))).to.not.include(
      '"user.id"',
    );
  });

  it('tells each kind of indicator once, the surest sign of it', async () => {
    const names = await eventsAfter(`/q?q=${encodeURIComponent("1' OR '1'='1")}`, {
      headers: { 'user-agent': 'sqlmap/1.8' },
    });
    expect(names).to.deep.equal(['security.malicious_sqli', 'security.malicious_attack_tool']);
    expect(recording.events[0]?.attributes).to.include({
      'security.indicator.kind': 'sqli',
      'security.indicator.place': 'url.query',
      'security.indicator.confidence': 'high',
      'security.indicator.rule': 'sqli.tautology',
      'security.indicator.parameter': 'q',
    });
  });

  it('tells everything when the client switched tracing off for itself', async () => {
    answerWith(403);
    await ask(port, '/admin', {
      headers: { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-00` },
    });
    await until(() => recording.events.length === 1);
    expect(tracing.spans()).to.deep.equal([]);
    const [event] = recording.events;
    expect(event && trace.getSpanContext(event.context)?.traceId).to.equal(TRACE_ID);
  });

  it('tells once when the client goes away, without a status nobody sent', async () => {
    let isStarted = false;
    handler = () => {
      isStarted = true;
      loginFailed({ reason: 'aborted' });
    };
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n');
    await until(() => isStarted);
    socket.destroy();
    await until(() => recording.events.length > 0 && tracing.spans().length > 0);
    expect(recording.events.map(({ name }) => name)).to.deep.equal(['security.authn_login_fail']);
    expect(recording.events[0]?.attributes).to.not.have.property('http.response.status_code');
  });

  it('tells once when the response fails', async () => {
    handler = (_request, response) => {
      response.writeHead(403);
      response.destroy(new Error('application'));
      response.on('error', () => undefined);
    };
    await ask(port, '/x').catch(() => undefined);
    await until(() => recording.events.length > 0);
    expect(recording.events.map(({ name }) => name)).to.deep.equal(['security.authz_fail']);
  });

  it('keeps every error of a hook, ours or yours, from the application', async () => {
    hooks = {
      start: () => {
        throw new Error('yours');
      },
      response: () => {
        throw new Error('yours');
      },
    };
    expect(await attributesAfter('/')).to.include({ 'client.address': '127.0.0.1' });
    hooks = {};
    setSecurityRuntime({
      ...recording.runtime,
      emit: fail,
      hash: fail,
      now: fail,
      mask: { text: fail, target: fail, attribute: fail },
      recognise: { target: fail, body: fail, headers: fail, userAgent: fail },
    });
    answerWith(403, {}, 'fine');
    expect(await ask(port, '/admin')).to.include({ status: 403, text: 'fine' });
    await until(() => recording.internalErrors.length >= 2);
    expect(
      hookHealth()
        .filter(({ errors }) => errors > 0)
        .map(({ where }) => where),
    ).to.include('http.open');
    recording.internalErrors.length = 0;
  });

  it('does nothing without a runtime', async () => {
    setSecurityRuntime(undefined);
    answerWith(403);
    const attributes = await attributesAfter('/admin');
    expect(attributes).to.not.have.property('client.prefix');
    expect(recording.events).to.deep.equal([]);
  });

  it('tells once under two copies of the instrumentation', async () => {
    copies.push(createHttpInstrumentation({ disableOutgoingRequestInstrumentation: true }));
    load('node:http');
    answerWith(403);
    await ask(port, '/admin');
    await until(() => tracing.spans().length >= 1);
    expect(recording.events).to.have.length(1);
    copies.pop()?.disable();
  });

  it('answers every hostile header as it would have answered without us', async () => {
    const value = fc
      .array(fc.integer({ min: 0x20, max: 0xff }), { maxLength: 300 })
      .map((codes) => String.fromCharCode(...codes.filter((code) => code !== 0x7f)));
    const names = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'user-agent', 'authorization'];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), value, async (name, text) => {
        answerWith(200, {}, 'ok');
        expect(await ask(port, '/x?a=%', { headers: { [name]: text } })).to.include({ text: 'ok' });
      }),
      { numRuns: 60 },
    );
    expect(hookHealth().every(({ errors }) => errors === 0)).to.equal(true);
  });
});
