/** Every way a response can end, with a real client on the other side: told once, as what it was. */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { type Socket, connect } from 'node:net';
import { Readable, pipeline } from 'node:stream';
import { diag } from '@opentelemetry/api';
import { accessDenied, loginFailed, setSecurityBackend } from '@spanguard/api';
import {
  createRequestBackend,
  resetHookHealth,
  setSecurityRuntime,
} from '@spanguard/instrumentation';
import { expect } from 'chai';
import { type Recording, recordingRuntime } from '../../instrumentation/test/recording-runtime.ts';
import {
  type Tracing,
  close,
  listen,
  startTracing,
  until,
} from '../../instrumentation/test/traced-server.ts';
import { createHttpInstrumentation } from '../src/index.ts';

const LOGIN = 'POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n';
const STATUS = 'http.response.status_code';

describe('the end of a response', () => {
  let tracing: Tracing;
  let recording: Recording;
  let instrumentation: { disable(): void };
  let server: Server;
  let port: number;
  let handler: RequestListener;
  let complaints: string[];
  const sockets: Socket[] = [];

  before(async () => {
    tracing = startTracing();
    instrumentation = createHttpInstrumentation({ disableOutgoingRequestInstrumentation: true });
    // Required after the instrumentation exists, as a register file makes it.
    const http = createRequire(import.meta.url)('node:http') as typeof import('node:http');
    server = http.createServer((request, response) => {
      request.resume();
      handler(request, response);
    });
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
    setSecurityBackend(createRequestBackend());
    complaints = [];
    const complain = (text: string): void => {
      complaints.push(text);
    };
    const quiet = (): void => undefined;
    const logger = { error: complain, warn: complain, info: quiet, debug: quiet, verbose: quiet };
    diag.setLogger(logger, { suppressOverrideMessage: true });
  });

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    setSecurityRuntime(undefined);
    setSecurityBackend(undefined);
    diag.disable();
    expect(recording.internalErrors).to.deep.equal([]);
    // What OpenTelemetry has to say goes to standard error, with a stack.
    expect(complaints).to.deep.equal([]);
  });

  function send(text: string): Socket {
    const socket = connect(port, '127.0.0.1');
    // A reset connection is what some of these tests are about.
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(text);
    sockets.push(socket);
    return socket;
  }

  function events(): string[] {
    return recording.events.map(({ name, attributes }) => {
      const status = attributes[STATUS];
      const word = name.replace('security.', '');
      return typeof status === 'number' ? `${word} ${status}` : word;
    });
  }

  /** Sends one login and waits for its span: the status it tells, and the events. */
  async function endsAs(
    handle: RequestListener,
    expected: { status: number | undefined; events: string[] },
  ): Promise<void> {
    handler = handle;
    send(LOGIN);
    await until(
      () => tracing.spans().length > 0 && recording.events.length >= expected.events.length,
    );
    const { attributes } = tracing.first();
    expect({ status: attributes[STATUS], events: events() }).to.deep.equal(expected);
    expect(attributes['client.address']).to.equal('127.0.0.1');
  }

  const FAILED = { status: 401, events: ['authn_login_fail 401'] };
  const UNTOLD = { status: undefined, events: [] };

  it('is no status where the application destroys response or socket before it', async () => {
    await endsAs((_request, response) => response.destroy(), UNTOLD);
    tracing.reset();
    await endsAs((request) => request.socket.destroy(), UNTOLD);
    tracing.reset();
    await endsAs((_request, response) => {
      response.on('error', () => undefined);
      response.destroy(new Error('application'));
    }, UNTOLD);
  });

  it('is the status that was sent, though the response breaks after it', async () => {
    await endsAs((request, response) => {
      response.writeHead(401).flushHeaders();
      request.socket.destroy();
    }, FAILED);
  });

  it('is the status of the head where a stream breaks in the middle', async () => {
    await endsAs((_request, response) => {
      response.writeHead(401);
      const broken = Readable.from(
        (function* body() {
          yield 'half';
          throw new Error('application');
        })(),
      );
      pipeline(broken, response, () => undefined);
    }, FAILED);
  });

  it('is told once where the application ends twice, or writes after the end', async () => {
    const again: ((response: ServerResponse) => void)[] = [
      (response) => response.end(),
      (response) => response.end('again'),
      (response) => response.write('again'),
      (response) => response.end('again').end('and again'),
      (response) => response.destroy(),
    ];
    for (const more of again) {
      tracing.reset();
      recording.events.length = 0;
      // oxlint-disable-next-line no-await-in-loop -- one after the other: each looks at the first span
      await endsAs((_request, response) => {
        response.on('error', () => undefined);
        response.writeHead(401).end('no');
        more(response);
      }, FAILED);
    }
  });

  it('is told once where the handler throws, before the answer or after it', async () => {
    const thrown: unknown[] = [];
    process.setUncaughtExceptionCaptureCallback((error) => {
      thrown.push(error);
    });
    try {
      handler = (_request, response) => {
        response.writeHead(401).end();
        throw new Error('application');
      };
      send(LOGIN);
      await until(() => recording.events.length === 1);
      handler = (_request, response) => {
        setImmediate(() => response.writeHead(401).end());
        throw new Error('application');
      };
      send(LOGIN);
      await until(() => recording.events.length === 2 && tracing.spans().length === 2);
    } finally {
      process.setUncaughtExceptionCaptureCallback(null);
    }
    expect(thrown).to.have.length(2);
    expect(events()).to.deep.equal([...FAILED.events, ...FAILED.events]);
  });

  it('is told once where somebody emits an error and answers all the same', async () => {
    handler = (_request, response) => {
      response.on('error', () => undefined);
      response.emit('error', new Error('application'));
      setImmediate(() => response.writeHead(401).end());
    };
    send(LOGIN);
    await until(() => recording.events.length > 0);
    expect(events()).to.deep.equal(FAILED.events);
  });

  /** Hangs up while the application thinks, which then answers. */
  async function hangsUp(
    answer: (response: ServerResponse, request: IncomingMessage) => void,
  ): Promise<void> {
    let isAsked = false;
    let isAnswered = false;
    handler = (request, response) => {
      isAsked = true;
      response.on('close', () => {
        setImmediate(() => {
          answer(response, request);
          isAnswered = true;
        });
      });
    };
    const socket = send(LOGIN);
    await until(() => isAsked);
    socket.destroy();
    await until(() => isAnswered && tracing.spans().length > 0);
    expect(tracing.first().attributes).to.not.have.property(STATUS);
  }

  it('is a failed login though the client hung up before the 401', async () => {
    await hangsUp((response) => response.writeHead(401).end('no'));
    expect(events()).to.deep.equal(FAILED.events);
    expect(recording.events[0]?.attributes).to.include({ 'client.address': '127.0.0.1' });
    recording.events.length = 0;
    tracing.reset();
    await hangsUp((response) => {
      response.statusCode = 401;
      response.end('no');
      response.end();
    });
    expect(events()).to.deep.equal(FAILED.events);
  });

  it('is what the application says of a client that hung up, answered or not', async () => {
    await hangsUp(() => {
      loginFailed({ userId: 'eve' });
    });
    expect(events()).to.deep.equal(['authn_login_fail']);
    expect(recording.events[0]?.attributes).to.include({
      'client.address': '127.0.0.1',
      'user.id': 'eve',
      'url.path': '/login',
    });
    recording.events.length = 0;
    tracing.reset();
    await hangsUp((response) => {
      accessDenied({ resource: 'till' });
      response.writeHead(403).end();
    });
    expect(events()).to.deep.equal(['authz_fail']);
    expect(recording.events[0]?.attributes).to.include({ 'security.authz.resource': 'till' });
  });

  it('is nothing where a client hung up and nobody says anything', async () => {
    await hangsUp(() => undefined);
    expect(events()).to.deep.equal([]);
    recording.events.length = 0;
    tracing.reset();
    await hangsUp((response) => response.writeHead(200).end('fine'));
    expect(events()).to.deep.equal([]);
  });

  it('is told of an attack at once, and not again with the answer', async () => {
    let isAsked = false;
    let late: ServerResponse | undefined;
    handler = (_request, response) => {
      isAsked = true;
      late = response;
    };
    const attack = encodeURIComponent("1' OR '1'='1");
    const socket = send(LOGIN.replace('/login', `/login?q=${attack}`));
    await until(() => isAsked);
    socket.destroy();
    await until(() => recording.events.length > 0);
    expect(events()).to.deep.equal(['malicious_sqli']);
    late?.writeHead(401).end();
    expect(events()).to.deep.equal(['malicious_sqli', 'authn_login_fail 401']);
  });

  it('is told for each request of one connection, pipelined and in HTTP/1.0', async () => {
    handler = (_request, response) => {
      setImmediate(() => response.writeHead(401).end('no'));
    };
    send(LOGIN + LOGIN + LOGIN);
    await until(() => recording.events.length === 3 && tracing.spans().length === 3);
    send(LOGIN.replace('HTTP/1.1\r\nHost: a', 'HTTP/1.0'));
    await until(() => recording.events.length === 4 && tracing.spans().length === 4);
    expect(new Set(events())).to.deep.equal(new Set(FAILED.events));
  });

  it('is told for each of several requests whose client goes away at once', async () => {
    const held: ServerResponse[] = [];
    handler = (_request, response) => {
      held.push(response);
    };
    const socket = send(LOGIN + LOGIN + LOGIN);
    await until(() => held.length === 3);
    const isGone = held[0];
    socket.destroy();
    await until(() => isGone?.destroyed ?? false);
    for (const response of held) response.writeHead(401).end('no');
    await until(() => recording.events.length === 3);
    expect(events()).to.deep.equal([...FAILED.events, ...FAILED.events, ...FAILED.events]);
  });

  it('is told of a request that asks to go on or to upgrade where nobody upgrades', async () => {
    handler = (_request, response) => {
      response.writeHead(401).end();
    };
    send(
      LOGIN.replace('Content-Length: 0', 'Content-Length: 1\r\nExpect: 100-continue').concat('x'),
    );
    await until(() => recording.events.length === 1);
    send(LOGIN.replace('Content-Length: 0', 'Connection: Upgrade\r\nUpgrade: websocket'));
    await until(() => recording.events.length === 2 && tracing.spans().length === 2);
    expect(events()).to.deep.equal([...FAILED.events, ...FAILED.events]);
  });

  it('leaves a CONNECT and an upgrade to whoever takes them', async () => {
    let taken = 0;
    const take = (_request: IncomingMessage, socket: { end(text: string): unknown }): void => {
      taken += 1;
      socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    };
    server.on('upgrade', take);
    server.on('connect', take);
    handler = (_request, response) => {
      response.end();
    };
    send(LOGIN.replace('Content-Length: 0', 'Connection: Upgrade\r\nUpgrade: websocket'));
    send('CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => taken === 2);
    server.off('upgrade', take);
    server.off('connect', take);
    expect([tracing.spans(), events()]).to.deep.equal([[], []]);
  });
});
