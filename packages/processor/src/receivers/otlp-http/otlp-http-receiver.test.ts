import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { decodeExportResponse, decodeStatus } from '@spanguard/otlp';
import { FakeClock, traceRequest } from '@spanguard/testkit';
import { expect } from 'chai';
import type { Signal } from '../../model/signal.ts';
import { type Clock, systemClock } from '../../pipeline/clock.ts';
import { ReceivingMemory } from '../../pipeline/body/receiving-memory.ts';
import type { IntakeOutcome } from '../../pipeline/intake.ts';
import { silentLogger } from '../../pipeline/logger.ts';
import { OtlpHttpReceiver, type OtlpHttpReceiverSettings } from './otlp-http-receiver.ts';

interface Taken {
  readonly signal: Signal;
  readonly bytes: Buffer;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
}

const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const JSON_TYPE = { 'content-type': 'application/json' };
const BATCH = traceRequest({ seed: 1, spans: 3 });

describe('the OTLP/HTTP receiver', () => {
  const open: OtlpHttpReceiver[] = [];
  afterEach(async () => {
    for (const receiver of open.splice(0)) await receiver.shutdown({ atMs: 0 });
  });

  async function receive(
    {
      inFlightBytesMax = 4 * 1024 * 1024,
      ...settings
    }: Partial<OtlpHttpReceiverSettings> & { readonly inFlightBytesMax?: number } = {},
    outcome: IntakeOutcome | (() => Promise<IntakeOutcome>) = { kind: 'accepted' },
    clock: Clock = systemClock,
  ) {
    const taken: Taken[] = [];
    const lines: string[] = [];
    const counted: string[] = [];
    const receiver = new OtlpHttpReceiver(
      {
        name: 'otlp_http',
        host: '127.0.0.1',
        port: 0,
        bodyBytesMax: 1024 * 1024,
        wireBytesMax: 256 * 1024,
        connectionsMax: 100,
        headerTimeoutMs: 1000,
        requestTimeoutMs: 1500,
        bodyBytesPerSecondMin: 1024,
        allowedHosts: [],
        allowedOrigins: [],
        bearerToken: undefined,
        ...settings,
      },
      {
        intake: (signal, bytes) => {
          taken.push({ signal, bytes: Buffer.from(bytes) });
          return typeof outcome === 'function' ? outcome() : Promise.resolve(outcome);
        },
        memory: new ReceivingMemory({ bytesMax: inFlightBytesMax }),
        clock,
        counters: {
          add: (name, value, labels) =>
            void counted.push([name, ...Object.values(labels ?? {}), value].join(' ')),
        },
        logger: { ...silentLogger, warn: (_fields, line) => void lines.push(line) },
      },
    );
    await receiver.start();
    open.push(receiver);
    const port = receiver.address?.port ?? 0;
    return { taken, counted, lines, receiver, port, send: (sent: Sent) => send(port, sent) };
  }

  for (const [path, signal] of [
    ['traces', 'traces'],
    ['metrics', 'metrics'],
    ['logs', 'logs'],
  ] as const) {
    it(`takes ${path}, plain, gzipped and deflated, and answers an empty response in kind`, async () => {
      const { taken, send: sendTo } = await receive();
      const plain = await sendTo({ path: `/v1/${path}`, headers: PROTOBUF, body: BATCH });
      const zipped = await sendTo({
        path: `/v1/${path}`,
        headers: { ...PROTOBUF, 'content-encoding': 'gzip' },
        body: gzipSync(BATCH),
      });
      const deflated = await sendTo({
        path: `/v1/${path}`,
        headers: { ...PROTOBUF, 'content-encoding': 'deflate' },
        body: deflateSync(BATCH),
      });
      for (const answer of [plain, zipped, deflated]) {
        expect(answer.status).to.equal(200);
        expect(answer.headers['content-type']).to.equal('application/x-protobuf');
        expect(answer.body).to.have.length(0);
      }
      expect(taken.map((one) => one.signal)).to.deep.equal([signal, signal, signal]);
      for (const one of taken) expect(one.bytes.equals(BATCH)).to.equal(true);
    });
  }

  it('takes JSON, hands on protobuf, and answers JSON', async () => {
    const { taken, send: sendTo } = await receive();
    const body = Buffer.from('{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"x"}]}]}]}');
    const answer = await sendTo({ headers: JSON_TYPE, body });
    expect(answer.status).to.equal(200);
    expect(answer.body.toString()).to.equal('{}');
    expect(taken[0]?.bytes.includes('x')).to.equal(true);
  });

  it('takes an empty request for a full success', async () => {
    const { send: sendTo } = await receive();
    expect((await sendTo({ headers: PROTOBUF, body: new Uint8Array() })).status).to.equal(200);
  });

  const refused: readonly [string, Sent, number][] = [
    ['an unknown path', { path: '/v1/trace', headers: PROTOBUF }, 404],
    ['another method', { method: 'PUT', headers: PROTOBUF }, 405],
    ['no content type', {}, 415],
    ['another content type', { headers: { 'content-type': 'text/plain' } }, 415],
    ['another content encoding', { headers: { ...PROTOBUF, 'content-encoding': 'br' } }, 415],
    [
      'what is not gzip',
      { headers: { ...PROTOBUF, 'content-encoding': 'gzip' }, body: BATCH },
      400,
    ],
    ['broken JSON', { headers: JSON_TYPE, body: Buffer.from('{"resourceSpans":[') }, 400],
    [
      'a body above the wire limit',
      { headers: PROTOBUF, body: new Uint8Array(256 * 1024 + 1) },
      413,
    ],
    [
      'a body above the limit after inflation',
      {
        headers: { ...PROTOBUF, 'content-encoding': 'gzip' },
        body: gzipSync(new Uint8Array(1024 * 1024 + 1)),
      },
      413,
    ],
  ];
  for (const [what, sent, status] of refused) {
    it(`answers ${status} to ${what}, and lives on`, async () => {
      const { taken, send: sendTo } = await receive();
      const answer = await sendTo(sent);
      expect(answer.status).to.equal(status);
      expect(taken).to.have.length(0);
      expect((await sendTo({ headers: PROTOBUF, body: BATCH })).status).to.equal(200);
    });
  }

  it('takes bodies right at both limits', async () => {
    const { send: sendTo } = await receive();
    const atWire = await sendTo({ headers: PROTOBUF, body: new Uint8Array(256 * 1024) });
    const inflated = gzipSync(new Uint8Array(1024 * 1024));
    const atBody = await sendTo({
      headers: { ...PROTOBUF, 'content-encoding': 'gzip' },
      body: inflated,
    });
    expect([atWire.status, atBody.status]).to.deep.equal([200, 200]);
  });

  it('gives errors as google.rpc.Status in the encoding of the request', async () => {
    const { send: sendTo } = await receive(
      {},
      { kind: 'malformed', message: 'a field ends too late' },
    );
    const protobuf = await sendTo({ headers: PROTOBUF, body: BATCH });
    expect(decodeStatus(protobuf.body)).to.deep.equal({
      code: 3,
      message: 'a field ends too late',
    });
    const json = await sendTo({ headers: JSON_TYPE, body: Buffer.from('{}') });
    expect(JSON.parse(json.body.toString())).to.deep.equal({
      code: 3,
      message: 'a field ends too late',
    });
  });

  it('asks to come later with Retry-After where the intake cannot take it', async () => {
    const outcome = {
      kind: 'unavailable',
      message: 'the disk is full',
      retryAfterMs: 4200,
    } as const;
    const { send: sendTo } = await receive({}, outcome);
    const answer = await sendTo({ headers: PROTOBUF, body: BATCH });
    expect([answer.status, answer.headers['retry-after']]).to.deep.equal([503, '5']);
  });

  it('asks to come later before its memory is spent', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { port } = await receive({ inFlightBytesMax: 300 * 1024 }, async () => {
      await held;
      return { kind: 'accepted' };
    });
    const first = send(port, { headers: PROTOBUF, body: new Uint8Array(200 * 1024) });
    await new Promise((resolve) => setImmediate(resolve));
    let second = await send(port, { headers: PROTOBUF, body: new Uint8Array(200 * 1024) });
    while (second.status === 200)
      second = await send(port, { headers: PROTOBUF, body: new Uint8Array(200 * 1024) });
    expect(second.status).to.equal(503);
    release();
    expect((await first).status).to.equal(200);
  });

  it('tells in kind what of an accepted request was rejected', async () => {
    const rejected = { count: 2, message: 'ids of a wrong length' };
    const { send: sendTo } = await receive({}, { kind: 'accepted', rejected });
    const protobuf = await sendTo({ headers: PROTOBUF, body: BATCH });
    expect(protobuf.status).to.equal(200);
    expect(decodeExportResponse(protobuf.body)).to.deep.equal({
      rejected: 2,
      message: 'ids of a wrong length',
    });
    for (const [path, name] of [
      ['/v1/traces', 'rejectedSpans'],
      ['/v1/metrics', 'rejectedDataPoints'],
      ['/v1/logs', 'rejectedLogRecords'],
    ] as const) {
      const json = await sendTo({ path, headers: JSON_TYPE, body: Buffer.from('{}') });
      expect(JSON.parse(json.body.toString())).to.deep.equal({
        partialSuccess: { [name]: '2', errorMessage: 'ids of a wrong length' },
      });
    }
  });

  it('answers 400 to JSON in snake_case or of another signal, with what it expected, counted', async () => {
    const { send: sendTo, taken, counted } = await receive();
    for (const body of ['{"resource_logs":[{}]}', '{"resourceSpans":[{"scopeSpans":[]}]}']) {
      const answer = await sendTo({
        path: '/v1/logs',
        headers: JSON_TYPE,
        body: Buffer.from(body),
      });
      expect(answer.status).to.equal(400);
      expect(answer.body.toString()).to.include('resourceLogs');
    }
    expect(taken).to.have.length(0);
    expect(counted.filter((one) => one === 'intake.refused json_unknown 1')).to.have.length(2);
  });

  it('answers 500 where the intake failed for good', async () => {
    const { send: sendTo } = await receive({}, { kind: 'failed', message: 'a stage failed' });
    const answer = await sendTo({ headers: PROTOBUF, body: BATCH });
    expect([answer.status, decodeStatus(answer.body)?.code]).to.deep.equal([500, 13]);
  });

  it('answers 500 as google.rpc.Status where the intake throws, and lives on', async () => {
    const { send: sendTo, counted } = await receive({}, () => {
      throw new TypeError('hunter2');
    });
    for (let round = 0; round < 2; round++) {
      const { status, body } = await sendTo({ headers: PROTOBUF, body: gzipSync(BATCH) });
      expect(status).to.equal(500);
      expect(decodeStatus(body)).to.deep.equal({ code: 13, message: 'an internal error' });
    }
    expect(counted.filter((one) => one === 'listener.failed otlp_http 1')).to.have.length(2);
    expect(counted).to.include('receiver.requests 500 otlp_http 1');
  });

  describe('while slow clients are connected', () => {
    const SLOW = 64;
    const HEAD =
      'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-protobuf\r\n';

    /** Opens connections that declare the largest body and send one byte of it. */
    async function connectSlow(port: number): Promise<Socket[]> {
      const sockets = Array.from({ length: SLOW }, () => connect({ host: '127.0.0.1', port }));
      for (const socket of sockets) {
        socket.on('error', () => undefined);
        await new Promise<void>((resolve) =>
          socket.write(`${HEAD}content-length: ${256 * 1024}\r\n\r\na`, () => resolve()),
        );
      }
      return sockets;
    }

    it('serves everybody else: what is declared takes nothing', async () => {
      const { port, send: sendTo, taken } = await receive({ inFlightBytesMax: 1024 * 1024 });
      const sockets = await connectSlow(port);
      for (let round = 0; round < 50; round++) {
        const zipped = { ...PROTOBUF, 'content-encoding': 'gzip' };
        const answer = await sendTo({ headers: zipped, body: gzipSync(BATCH) });
        expect(answer.status).to.equal(200);
      }
      expect(taken).to.have.length(50);
      for (const socket of sockets) socket.destroy();
    });

    it('gives those up that bring less than the least rate, counted, and not the others', async () => {
      const clock = new FakeClock();
      const { port, counted } = await receive({ requestTimeoutMs: 60_000 }, undefined, clock);
      const [slow, quick] = [
        connect({ host: '127.0.0.1', port }),
        connect({ host: '127.0.0.1', port }),
      ];
      const answers = [answerOf(slow), answerOf(quick)] as const;
      for (const socket of [slow, quick]) socket.write(`${HEAD}content-length: 9000\r\n\r\n`);
      while (clock.timersPending === 0) await new Promise((resolve) => setImmediate(resolve));
      for (let window = 0; window < 2; window++) {
        slow.write('a'.repeat(3071));
        quick.write('a'.repeat(3072));
        // The receiver reads what stands in its sockets before it answers a request that came later.
        await send(port, { headers: PROTOBUF, body: BATCH });
        await clock.advanceAsync(3000);
      }
      expect(await answers[0]).to.match(/^HTTP\/1\.1 503 [^]*retry-after: 1/);
      quick.write('a'.repeat(9000 - 2 * 3072));
      expect(await answers[1]).to.match(/^HTTP\/1\.1 200 /);
      expect(counted.filter((one) => one === 'receiver.requests 503 otlp_http 1')).to.have.length(
        1,
      );
    });
  });

  it('holds no more than its budget whatever comes at once, and has it all back', async () => {
    const { send: sendTo, taken } = await receive({
      bodyBytesMax: 1024 * 1024,
      inFlightBytesMax: 4 * 1024 * 1024,
    });
    const zipped = { ...PROTOBUF, 'content-encoding': 'gzip' };
    const bomb = gzipSync(new Uint8Array(1024 * 1024));
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => sendTo({ headers: zipped, body: bomb })),
    );
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].every((status) => status === 200 || status === 503)).to.equal(true);
    expect(taken.length).to.be.greaterThan(0);
    for (let round = 0; round < 4; round++) {
      expect((await sendTo({ headers: zipped, body: bomb })).status).to.equal(200);
    }
  });

  it('refuses what a web page sends, as google.rpc.Status', async () => {
    const {
      send: sendTo,
      taken,
      lines,
    } = await receive({
      allowedOrigins: ['https://ours.example'],
    });
    const sent = (more: Record<string, string>) =>
      sendTo({ headers: { ...PROTOBUF, ...more }, body: BATCH });
    const foreign = await sent({ host: 'evil.example' });
    expect([foreign.status, decodeStatus(foreign.body)?.code]).to.deep.equal([421, 7]);
    expect(decodeStatus(foreign.body)?.message).to.include('receivers.otlp_http.allowed_hosts');
    const page = await sent({ origin: 'https://evil.example' });
    expect([page.status, decodeStatus(page.body)?.code]).to.deep.equal([403, 7]);
    expect(taken).to.have.length(0);
    expect(lines.join()).to.include('allowed_origins');
    expect((await sent({ origin: 'https://ours.example' })).status).to.equal(200);
    expect((await sent({ host: 'localhost' })).status).to.equal(200);
  });

  it('says once that requests go to a path it has not', async () => {
    const { send: sendTo, lines, counted } = await receive();
    for (const path of ['/', '/v1/trace', '/v1/traces/v1/traces']) {
      await sendTo({ path, headers: PROTOBUF, body: BATCH });
    }
    expect(lines).to.have.length(1);
    expect(lines[0]).to.match(/known paths: \/v1\/traces.*base URL/);
    expect(counted.filter((one) => one === 'receiver.requests 404 otlp_http 1')).to.have.length(3);
  });

  describe('with a bearer token', () => {
    const token = { reveal: () => 's3cret-token' };
    const cases: readonly [string, Record<string, string>, number][] = [
      ['the right one', { authorization: 'Bearer s3cret-token' }, 200],
      ['the right one, scheme in lower case', { authorization: 'bearer s3cret-token' }, 200],
      ['none', {}, 401],
      ['an empty header', { authorization: '' }, 401],
      ['an empty token', { authorization: 'Bearer ' }, 401],
      ['another one', { authorization: 'Bearer s3cret-tokeN' }, 401],
      ['another scheme', { authorization: 'Basic s3cret-token' }, 401],
      ['two joined by a comma', { authorization: 'Bearer s3cret-token, Bearer x' }, 401],
    ];
    for (const [what, headers, status] of cases) {
      it(`answers ${status} to ${what}`, async () => {
        const { send: sendTo } = await receive({ bearerToken: token });
        expect(
          (await sendTo({ headers: { ...PROTOBUF, ...headers }, body: BATCH })).status,
        ).to.equal(status);
      });
    }

    it('refuses before it reads the body', async () => {
      const { port } = await receive({ bearerToken: token });
      const head =
        'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-protobuf\r\ncontent-length: 100000\r\n\r\n';
      expect(await rawAnswer(port, head)).to.match(/^HTTP\/1\.1 401 /);
    });
  });

  it('closes clients that send their headers too slowly', async () => {
    const { port } = await receive({ headerTimeoutMs: 1000, requestTimeoutMs: 1000 });
    expect(await rawAnswer(port, 'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\n')).to.match(
      /^HTTP\/1\.1 408 |^$/,
    );
  });

  it('finishes what is under way before it closes', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { port, receiver, taken } = await receive({}, async () => {
      await held;
      return { kind: 'accepted' };
    });
    const answer = send(port, { headers: PROTOBUF, body: BATCH });
    while (taken.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const closed = receiver.shutdown({ atMs: systemClock.monotonic() + 5000 });
    release();
    expect((await answer).status).to.equal(200);
    await closed;
    await receiver.shutdown({ atMs: 0 });
  });
});

function send(
  port: number,
  { path = '/v1/traces', method = 'POST', headers = {}, body }: Sent,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      );
    });
    request.once('error', reject);
    request.end(body);
  });
}

/** Writes bytes to a socket and reads until the head of the answer is there, or the other side closes. */
function rawAnswer(port: number, bytes: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.write(bytes);
  return answerOf(socket);
}

function answerOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      received += text;
      if (received.includes('\r\n\r\n')) socket.destroy();
    });
    socket.once('close', () => resolve(received));
    socket.on('error', () => undefined);
  });
}
