/** Who called, where the socket cannot say: Unix sockets, connections that are gone, text that is no address. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import { createRequire } from 'node:module';
import { type Socket, connect, isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resetHookHealth, setSecurityRuntime } from '@spanguard/instrumentation';
import { createExpressInstrumentation } from '@spanguard/instrumentation-express';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { type Recording, recordingRuntime } from '../../instrumentation/test/recording-runtime.ts';
import {
  type Tracing,
  close,
  listen,
  startTracing,
  until,
} from '../../instrumentation/test/traced-server.ts';
import { createHttpInstrumentation } from '../src/index.ts';

const CLIENT = 'client.address';
const PEER = 'network.peer.address';

describe('who called', () => {
  let tracing: Tracing;
  let recording: Recording;
  const instrumentations: { disable(): void }[] = [];
  let http: typeof import('node:http');
  let server: Server;
  let folder: string;

  before(() => {
    tracing = startTracing();
    instrumentations.push(
      createHttpInstrumentation({ disableOutgoingRequestInstrumentation: true }),
      createExpressInstrumentation(),
    );
    http = createRequire(import.meta.url)('node:http') as typeof import('node:http');
    folder = mkdtempSync(join(tmpdir(), 'spanguard-'));
  });

  after(() => {
    for (const each of instrumentations) each.disable();
    tracing.stop();
    rmSync(folder, { recursive: true });
  });

  beforeEach(() => {
    tracing.reset();
    resetHookHealth();
    recording = recordingRuntime();
    setSecurityRuntime(recording.runtime);
    server = http.createServer(refuse);
  });

  afterEach(async () => {
    setSecurityRuntime(undefined);
    await close(server);
    expect(recording.internalErrors).to.deep.equal([]);
  });

  const refuse: RequestListener = (_request, response) => {
    response.writeHead(401).end();
  };

  function login(headers: readonly string[]): string {
    const lines = ['POST /login HTTP/1.1', 'Host: a', 'Content-Length: 0', ...headers];
    return `${lines.join('\r\n')}\r\n\r\n`;
  }

  async function told(connection: Socket, headers: readonly string[]): Promise<unknown[]> {
    tracing.reset();
    recording.events.length = 0;
    connection.on('error', () => undefined);
    connection.end(login(headers));
    await until(() => recording.events.length === 1 && tracing.spans().length === 1);
    const { attributes } = tracing.first();
    const event = recording.events[0]?.attributes ?? {};
    expect(event[CLIENT]).to.equal(attributes[CLIENT]);
    expect(event[PEER]).to.equal(attributes[PEER]);
    return [attributes[CLIENT], attributes[PEER], attributes['security.client.address.source']];
  }

  it('is what a proxy on a Unix socket says, in one spelling, or nobody', async () => {
    const path = join(folder, 'app.sock');
    await new Promise<void>((resolve) => {
      server.listen(path, resolve);
    });
    const cases: [string[], unknown[]][] = [
      [['X-Forwarded-For: evil<b>'], [undefined, undefined, 'socket']],
      [['Forwarded: for=evil'], [undefined, undefined, 'socket']],
      [['X-Forwarded-For: 2130706433'], [undefined, undefined, 'socket']],
      [[], [undefined, undefined, 'socket']],
      [['X-Forwarded-For: [::ffff:203.0.113.9]:80'], ['203.0.113.9', undefined, 'x-forwarded-for']],
      [['X-Real-IP: 203.0.113.9'], ['203.0.113.9', undefined, 'x-real-ip']],
    ];
    for (const [headers, expected] of cases) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other: each looks at the first span
      expect(await told(connect(path), headers), headers.join()).to.deep.equal(expected);
    }
  });

  it('is nobody where the connection was reset right after the request', async () => {
    const port = await listen(server);
    // What a reset amounts to once Node sees the bytes: the handle is gone, and the address with it.
    server.on('connection', (socket) => {
      socket.prependListener('data', () => socket.destroy());
    });
    for (const headers of [['X-Forwarded-For: evil<b>'], ['X-Forwarded-For: 203.0.113.9'], []]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other: each looks at the first span
      const found = await told(connect(port, '127.0.0.1'), headers);
      expect(found).to.deep.equal([undefined, undefined, 'socket']);
    }
  });

  it('is nobody for an application that trusts its proxies, either', async () => {
    const load = createRequire(
      new URL('../../instrumentation-express/package.json', import.meta.url),
    );
    const app = (load('express') as typeof import('express'))();
    app.set('trust proxy', 'loopback');
    app.post('/login', (_request, response) => {
      response.status(401).end();
    });
    server.off('request', refuse);
    server.on('request', app);
    const port = await listen(server);
    server.on('connection', (socket) => {
      socket.prependListener('data', () => socket.destroy());
    });
    const found = await told(connect(port, '127.0.0.1'), ['X-Forwarded-For: 203.0.113.9']);
    expect(found).to.deep.equal([undefined, undefined, 'framework']);
  });

  it('is never the text of a header, even where our own hook fails', async () => {
    const port = await listen(server);
    setSecurityRuntime({
      ...recording.runtime,
      mask: {
        ...recording.runtime.mask,
        target: () => {
          throw new Error('ours');
        },
      },
    });
    connect(port, '127.0.0.1').end(login(['X-Forwarded-For: evil<b>']));
    await until(() => tracing.spans().length === 1);
    expect(tracing.first().attributes).to.not.have.property(CLIENT);
    setSecurityRuntime(undefined);
    tracing.reset();
    connect(port, '127.0.0.1').end(login(['X-Forwarded-For: evil<b>']));
    await until(() => tracing.spans().length === 1);
    expect(tracing.first().attributes).to.not.have.property(CLIENT);
    recording.internalErrors.length = 0;
  });

  it('is an address or nobody, whatever is forwarded', async () => {
    const port = await listen(server);
    const value = fc.string({ unit: 'grapheme-ascii', maxLength: 40 });
    const name = fc.constantFrom('X-Forwarded-For', 'Forwarded', 'X-Real-IP');
    await fc.assert(
      fc.asyncProperty(name, value, async (header, text) => {
        const [client, peer] = await told(connect(port, '127.0.0.1'), [
          `${header}: ${text.trim()}`,
        ]);
        expect([isIP(String(client)) > 0, peer]).to.deep.equal([true, '127.0.0.1']);
      }),
      { numRuns: 50 },
    );
  });
});
