import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { decodeStatus } from '@spanguard/otlp';
import { traceRequest } from '@spanguard/testkit';
import { expect } from 'chai';
import type { Signal } from '../../model/signal.ts';
import { systemClock } from '../../pipeline/clock.ts';
import { noCounters } from '../../pipeline/counters.ts';
import type { IntakeOutcome } from '../../pipeline/intake.ts';
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
    settings: Partial<OtlpHttpReceiverSettings> = {},
    outcome: IntakeOutcome | (() => Promise<IntakeOutcome>) = { kind: 'accepted' },
  ) {
    const taken: Taken[] = [];
    const receiver = new OtlpHttpReceiver(
      {
        host: '127.0.0.1',
        port: 0,
        bodyBytesMax: 1024 * 1024,
        wireBytesMax: 256 * 1024,
        inFlightBytesMax: 4 * 1024 * 1024,
        connectionsMax: 100,
        headerTimeoutMs: 1000,
        requestTimeoutMs: 1500,
        bearerToken: undefined,
        ...settings,
      },
      {
        intake: (signal, bytes) => {
          taken.push({ signal, bytes: Buffer.from(bytes) });
          return typeof outcome === 'function' ? outcome() : Promise.resolve(outcome);
        },
        clock: systemClock,
        counters: noCounters,
      },
    );
    await receiver.start();
    open.push(receiver);
    const port = receiver.address?.port ?? 0;
    return { taken, receiver, port, send: (sent: Sent) => send(port, sent) };
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
        'POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ncontent-length: 100000\r\n\r\n';
      expect(await rawAnswer(port, head)).to.match(/^HTTP\/1\.1 401 /);
    });
  });

  it('closes clients that send their headers too slowly', async () => {
    const { port } = await receive({ headerTimeoutMs: 1000, requestTimeoutMs: 1000 });
    expect(await rawAnswer(port, 'POST /v1/traces HTTP/1.1\r\nhost: x\r\n')).to.match(
      /^HTTP\/1\.1 408 |^$/,
    );
  }).timeout(10_000);

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

/** Writes bytes to a socket and reads until the other side closes. */
function rawAnswer(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    let received = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      received += text;
      if (received.includes('\r\n\r\n')) socket.destroy();
    });
    socket.once('close', () => resolve(received));
    socket.on('error', () => undefined);
    socket.write(bytes);
  });
}
