import { createServer, request as httpRequest, type ServerResponse } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expect } from 'chai';
import { systemClock } from '../clock.ts';
import { silentLogger } from '../logger.ts';
import { type HttpAnswerer, HttpListener, type HttpListenerSettings } from './http-listener.ts';

const REFUSED = 'listener.refused';
const FAILED = 'listener.failed';
type Answering = HttpAnswerer['answer'];

describe('HttpListener', () => {
  const open: HttpListener[] = [];
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const listener of open.splice(0)) await listener.shutdown({ atMs: 0 });
  });

  async function listening(
    settings: Partial<HttpListenerSettings> = {},
    answer: Answering = (_request, response) => void response.end('served'),
  ) {
    const counted: string[] = [];
    const lines: { readonly kind?: string; readonly reason?: string; readonly text: string }[] = [];
    const say = (fields: object, text: string): void => void lines.push({ ...fields, text });
    const listener = new HttpListener(
      {
        name: 'admin',
        options: 'admin',
        host: '127.0.0.1',
        port: 0,
        allowedHosts: [],
        allowedOrigins: [],
        connectionsMax: 10,
        clientConnectionsMax: 10,
        headerTimeoutMs: 1000,
        requestTimeoutMs: 1000,
        ...settings,
      },
      {
        clock: systemClock,
        counters: {
          add: (name, _value, labels) =>
            void counted.push([name, ...Object.values(labels ?? {})].join(' ')),
        },
        logger: { ...silentLogger, warn: say, error: say },
      },
      {
        answer,
        refuse: (_request, response, { status, message }) =>
          void response.writeHead(status).end(message),
      },
    );
    await listener.start();
    open.push(listener);
    const port = listener.address?.port ?? 0;
    return { port, counted, lines, listener };
  }

  /** A connection; `closed` when the listener ends it. */
  function connection(port: number, bytes: string | Uint8Array = '') {
    const socket = connect({ host: '127.0.0.1', port });
    sockets.push(socket);
    let received = '';
    socket.on('error', () => undefined).on('data', (chunk) => (received += String(chunk)));
    const connected = new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(received)));
    if (bytes.length > 0) socket.write(bytes);
    return { socket, connected, closed };
  }

  const failing: readonly [string, Answering][] = [
    [
      'throws',
      () => {
        throw new TypeError('hunter2');
      },
    ],
    ['rejects', () => Promise.reject(new RangeError('hunter2'))],
    [
      'throws after it began to answer',
      (_request: unknown, response: ServerResponse) => {
        response.writeHead(200);
        response.write('a part');
        throw new Error('hunter2');
      },
    ],
  ];
  for (const [what, answer] of failing) {
    it(`lives on where the handler ${what}, counts it and says where`, async () => {
      let isFirst = true;
      const { port, counted, lines } = await listening({}, (request, response) => {
        if (!isFirst) return void response.end('served');
        isFirst = false;
        return answer(request, response);
      });
      expect((await get(port)).status).to.be.oneOf([500, 0]);
      expect(counted).to.deep.equal([`${FAILED} admin`]);
      expect(lines).to.have.length(1);
      expect(lines[0]?.reason).to.match(/^\w+Error|^Error/);
      expect(JSON.stringify(lines)).to.not.include('hunter2');
      expect((await get(port)).body).to.equal('served');
    });
  }

  it('answers 421 to a foreign Host and 403 to an Origin, counted and said once', async () => {
    const { port, counted, lines } = await listening();
    for (let round = 0; round < 2; round++) {
      const host = await get(port, { host: 'evil.example' });
      expect([host.status, host.body]).to.deep.equal([421, lines[0]?.text]);
      expect(host.body).to.include('admin.allowed_hosts');
      const origin = await get(port, { origin: 'https://evil.example' });
      expect([origin.status, origin.body]).to.deep.equal([403, lines[1]?.text]);
    }
    expect(counted.filter((one) => one === `${REFUSED} admin host`)).to.have.length(2);
    expect(counted.filter((one) => one === `${REFUSED} admin origin`)).to.have.length(2);
    expect(lines).to.have.length(2);
  });

  describe('has a word, once, and a counter for', () => {
    const speakers: readonly [string, RegExp, (port: number) => Promise<unknown>][] = [
      ['tls', /http:\/\/ endpoint/, tlsHandshake],
      ['http2', /port 4317.*OTEL_EXPORTER_OTLP_PROTOCOL/, http2Request],
      [
        'http2',
        /OTEL_EXPORTER_OTLP_PROTOCOL/,
        (port) => connection(port, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n').closed,
      ],
      ['not_http', /HTTP\/1\.1/, (port) => connection(port, 'EHLO mail.example\r\n').closed],
    ];
    for (const [kind, remedy, speak] of speakers) {
      it(`a client that speaks ${kind}`, async () => {
        const { port, counted, lines } = await listening();
        await speak(port);
        await speak(port);
        expect(counted).to.deep.equal(Array(2).fill(`${REFUSED} admin ${kind}`));
        expect(lines.map((line) => line.kind)).to.deep.equal([kind]);
        expect(lines[0]?.text).to.match(remedy);
        expect((await get(port)).body).to.equal('served');
      });
    }

    it('a request that does not end, with a counter alone', async () => {
      const { port, counted, lines } = await listening();
      expect(await connection(port, 'GET / HTTP/1.1\r\nhost:').closed).to.match(/^HTTP\/1\.1 408 /);
      expect(counted).to.deep.equal([`${REFUSED} admin timeout`]);
      expect(lines).to.deep.equal([]);
    });
  });

  it('gives a newcomer the slot that is idle for longest, and serves it', async () => {
    const { port, counted } = await listening({ connectionsMax: 3, clientConnectionsMax: 3 });
    const idle = [];
    for (let count = 0; count < 3; count++) {
      const one = connection(port);
      idle.push(one);
      await one.connected;
      await get(port, {}, one.socket);
    }
    await get(port, {}, idle[0]?.socket);
    expect((await get(port)).body).to.equal('served');
    await idle[1]?.closed;
    expect(idle.map(({ socket }) => socket.destroyed)).to.deep.equal([false, true, false]);
    expect(counted).to.deep.equal([`${REFUSED} admin connections`]);
  });

  it('serves newcomers while silent connections take every slot', async () => {
    const { port } = await listening({ connectionsMax: 8, clientConnectionsMax: 8 });
    for (let count = 0; count < 20; count++) await connection(port).connected;
    for (let count = 0; count < 20; count++) expect((await get(port)).body).to.equal('served');
  });

  it('keeps a busy connection, and refuses more than its slots where all are busy', async () => {
    const held: ServerResponse[] = [];
    const { port } = await listening(
      { connectionsMax: 2, clientConnectionsMax: 2 },
      (_, response) => {
        held.push(response);
      },
    );
    const busy = [get(port), get(port)];
    while (held.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect((await get(port)).status).to.equal(0);
    for (const response of held) response.end('served');
    expect((await Promise.all(busy)).map(({ body }) => body)).to.deep.equal(['served', 'served']);
  });

  it('takes 8 requests at once on a connection, and asks the ninth to come later', async () => {
    const held: ServerResponse[] = [];
    const { port } = await listening({}, (_, response) => void held.push(response));
    const request = 'GET / HTTP/1.1\r\nhost: localhost\r\n';
    const { closed } = connection(
      port,
      `${`${request}\r\n`.repeat(8)}${request}connection: close\r\n\r\n`,
    );
    while (held.length < 8) await new Promise((resolve) => setImmediate(resolve));
    for (const response of held) response.end('served');
    const statuses = [...(await closed).matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1]);
    expect(statuses).to.deep.equal([...Array<string>(8).fill('200'), '503']);
  });

  it('says at start which option it could not listen by, and what to do', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', () => resolve()));
    const { port } = other.address() as AddressInfo;
    const said = await listening({ port }).then(
      () => 'started',
      (error: unknown) => String(error),
    );
    expect(said).to.include(
      `admin.endpoint: cannot listen on 127.0.0.1:${port}: EADDRINUSE, another`,
    );
    other.close();
    const elsewhere = await listening({ host: '192.0.2.1' }).then(
      () => 'started',
      (error: unknown) => String(error),
    );
    expect(elsewhere).to.include('cannot listen on 192.0.2.1:0: EADDRNOTAVAIL, no interface');
  });
});

async function tlsHandshake(port: number): Promise<void> {
  const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await new Promise<void>((resolve) => socket.once('error', () => resolve()));
}

async function http2Request(port: number): Promise<void> {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.once('error', () => undefined);
  await new Promise<void>((resolve) => session.once('close', () => resolve()));
}

/** Status and body of a GET; status 0 where the connection ended without an answer. */
function get(
  port: number,
  headers: Record<string, string> = {},
  socket?: Socket,
): Promise<{ readonly status: number; readonly body: string }> {
  const options =
    socket === undefined
      ? { agent: false, headers: { ...headers, connection: 'close' } }
      : { createConnection: () => socket, headers: { ...headers, connection: 'keep-alive' } };
  return new Promise((resolve) => {
    const request = httpRequest({ host: '127.0.0.1', port, ...options }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.once('error', () => resolve({ status: 0, body }));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.once('error', () => resolve({ status: 0, body: '' }));
    request.end();
  });
}
