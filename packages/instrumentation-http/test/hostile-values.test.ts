/** What an application puts on a request may throw when it is read: that costs what was read there, and no more. */
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createRequire } from 'node:module';
import {
  hookErrorsMax,
  hookHealth,
  resetHookHealth,
  setSecurityRuntime,
} from '@spanguard/instrumentation';
import { expect } from 'chai';
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

describe('a value that throws when it is read', () => {
  let tracing: Tracing;
  let recording: Recording;
  let instrumentation: { disable(): void };
  let server: Server;
  let port: number;
  let given: object;

  const answer: RequestListener = (request, response) => {
    request.resume();
    Object.assign(request, given);
    response.writeHead(401).end();
  };

  before(async () => {
    tracing = startTracing();
    instrumentation = createHttpInstrumentation({ disableOutgoingRequestInstrumentation: true });
    const http = createRequire(import.meta.url)('node:http') as typeof import('node:http');
    server = http.createServer(answer);
    port = await listen(server);
  });

  after(async () => {
    await close(server);
    instrumentation.disable();
    tracing.stop();
  });

  beforeEach(() => {
    tracing.reset();
    resetHookHealth();
    recording = recordingRuntime();
    setSecurityRuntime(recording.runtime);
  });

  afterEach(() => {
    setSecurityRuntime(undefined);
    resetHookHealth();
  });

  function thrower(): never {
    throw new Error('application');
  }

  const traps = { ownKeys: thrower, get: thrower, has: thrower, getOwnPropertyDescriptor: thrower };
  const hostile = new Proxy({}, traps);

  async function refuses(times: number, values: Partial<IncomingMessage> | object): Promise<void> {
    given = values;
    recording.events.length = 0;
    for (let i = 0; i < times; i++) {
      await ask(port, '/login?q=%27%20OR%20%27', { method: 'POST' });
    }
    await until(() => recording.events.length >= 2 * times);
    const names = new Set(recording.events.map(({ name }) => name));
    expect(names).to.deep.equal(new Set(['security.authn_login_fail', 'security.malicious_sqli']));
    expect(recording.events).to.have.length(2 * times);
    expect(recording.events[0]?.attributes).to.include({ 'client.address': '127.0.0.1' });
  }

  const bodies: [string, unknown][] = [
    ['a proxy', hostile],
    ['a proxy whose target is gone', revoked()],
    ['a proxy in the form', { email: 'eve', user: hostile }],
    ['a getter', Object.defineProperty({}, 'email', { get: thrower, enumerable: true })],
    ['a circle', circle()],
    ['a number too big', { email: 'eve', password: 10n ** 400n }],
  ];

  for (const [what, body] of bodies) {
    it(`leaves the outcome, the client and other signs of a request whose body is ${what}`, () =>
      refuses(1, { body }));
  }

  it('leaves them where the user is one', () => refuses(1, { user: hostile, body: { a: 1 } }));

  it('switches off what reads it and nothing else, however often it comes', async () => {
    await refuses(hookErrorsMax + 1, { user: { id: 7 }, body: hostile });
    const off = hookHealth().filter(({ disabled }) => disabled);
    expect(off.map(({ where }) => where)).to.include.members(['payload.request', 'request.form']);
    expect(recording.disabledHooks).to.include('payload.request');
    expect(recording.disabledHooks).to.not.include.members(['http.close']);
    tracing.reset();
    await refuses(1, { body: { email: 'eve', password: 'x' } });
    expect(recording.disabledHooks).to.include('request.token_request');
    expect(recording.disabledHooks).to.not.include('request.user');
    expect(recording.disabledHooks.filter((where) => where.startsWith('http.'))).to.deep.equal([]);
  });

  function revoked(): object {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  }

  function circle(): object {
    const body: Record<string, unknown> = { email: 'eve' };
    body['self'] = body;
    return body;
  }
});
