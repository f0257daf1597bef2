import { once } from 'node:events';
import { type ClientHttp2Session, constants } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { FakeClock, freePort, traceRequest } from '@spanguard/testkit';
import { expect } from 'chai';
import {
  beginCall,
  call,
  closeOf,
  connectTo,
  framed,
  receiveGrpc,
  type ReceiveOptions,
  type RunningReceiver,
} from '../../../test/grpc/grpc-receiver.ts';
import {
  dataFrame,
  FRAME,
  frame,
  headersFrame,
  PREFACE,
  RawClient,
} from '../../../test/grpc/raw-client.ts';
import type { IntakeOutcome } from '../../pipeline/intake.ts';
import { CONNECTION_STREAMS_MAX, EMPTY_FRAMES_PER_MINUTE_MAX } from './http2-session.ts';

const BATCH = traceRequest({ seed: 1, spans: 3 });
const [OK, INVALID_ARGUMENT, RESOURCE_EXHAUSTED, UNAVAILABLE] = [0, 3, 8, 14];
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Resolves once all that was sent before has been read. */
async function allRead(session: ClientHttp2Session): Promise<void> {
  if (session.connecting) await once(session, 'connect');
  await new Promise((resolve) => session.ping(resolve));
}

describe('among hostile clients, the OTLP/gRPC receiver', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  });

  async function receive(options: ReceiveOptions = {}): Promise<RunningReceiver> {
    const running = await receiveGrpc(options);
    ends.push(() => running.receiver.shutdown({ atMs: 0 }));
    return running;
  }
  function sessionTo(port: number): ClientHttp2Session {
    const session = connectTo(port);
    ends.push(() => session.destroy());
    return session;
  }
  async function rawClient(port: number): Promise<RawClient> {
    const client = await RawClient.connect(port);
    ends.push(() => client.destroy());
    return client;
  }
  function plain(port: number, bytes: string | Uint8Array): Socket {
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('error', () => undefined);
    socket.write(bytes);
    ends.push(() => socket.destroy());
    return socket;
  }
  async function servesOthers({ port, memory }: RunningReceiver): Promise<void> {
    expect((await call(port, { body: framed(BATCH) })).status).to.equal(OK);
    expect(memory.budget.bytes).to.equal(0);
  }

  it('takes a message in frames of one byte, and holds no more for it', async () => {
    const running = await receive({ inFlightBytesMax: 128 * 1024 });
    const body = framed(Buffer.alloc(16 * 1024, 1));
    expect((await call(running.port, { body, chunkBytes: 1 })).status).to.equal(OK);
    expect(running.taken[0]?.bytes.equals(body.subarray(5))).to.equal(true);
    await servesOthers(running);
  });

  it('answers 8 to a length it would never take, before anything of that length came', async () => {
    const running = await receive();
    for (const chunkBytes of [5, 1]) {
      const body = framed(Buffer.alloc(0), { declared: 0xffff_ffff });
      const answer = await call(running.port, { body, chunkBytes, end: false });
      expect([answer.status, answer.resetCode]).to.deep.equal([RESOURCE_EXHAUSTED, 0]);
    }
    await servesOthers(running);
  });

  it('answers 8 to gzip bombs, several at once, within its budget', async () => {
    const running = await receive();
    const body = framed(gzipSync(Buffer.alloc(64 * 1024 * 1024)), { flag: 1 });
    const client = sessionTo(running.port);
    const bombs = Array.from({ length: 20 }, () =>
      call(client, { headers: { 'grpc-encoding': 'gzip' }, body }),
    );
    for (const { status } of await Promise.all(bombs)) expect(status).to.equal(RESOURCE_EXHAUSTED);
    await servesOthers(running);
  });

  it('takes a message that ends with trailers of the client', async () => {
    const running = await receive();
    const trailers = { 'x-trailer': 'a' };
    expect((await call(running.port, { body: framed(BATCH), trailers })).status).to.equal(OK);
    await servesOthers(running);
  });

  for (const [what, body] of [
    ['nothing at all', Buffer.alloc(0)],
    ['half a prefix', Buffer.alloc(3)],
    ['a whole message, but no end', framed(BATCH)],
  ] as const) {
    it(`answers 14 to who brings ${what} in time`, async () => {
      const clock = new FakeClock();
      const running = await receive({ clock });
      const session = sessionTo(running.port);
      const { answer } = beginCall(session, { body, end: false });
      await allRead(session);
      for (let window = 0; window < 3; window++) await clock.advanceAsync(3000);
      expect((await answer).status).to.equal(UNAVAILABLE);
      expect(running.times('receiver.requests UNAVAILABLE otlp_grpc')).to.equal(1);
      await servesOthers(running);
    });
  }

  it('answers 14 to a message that comes fast enough, but for too long', async () => {
    const clock = new FakeClock();
    const running = await receive({ clock, settings: { requestTimeoutMs: 6000 } });
    const session = sessionTo(running.port);
    const body = framed(Buffer.alloc(0), { declared: 200_000 });
    const { stream, answer } = beginCall(session, { body, end: false });
    for (let window = 0; window < 2; window++) {
      stream.write(Buffer.alloc(8000));
      await allRead(session);
      expect(running.times('receiver.requests UNAVAILABLE otlp_grpc')).to.equal(0);
      await clock.advanceAsync(3000);
    }
    expect((await answer).status).to.equal(UNAVAILABLE);
    await servesOthers(running);
  });

  for (const [name, code] of [
    ['NO_ERROR', constants.NGHTTP2_NO_ERROR],
    ['CANCEL', constants.NGHTTP2_CANCEL],
    ['INTERNAL_ERROR', constants.NGHTTP2_INTERNAL_ERROR],
  ] as const) {
    it(`gives back what it held of calls that their client gives up, at any point: ${name}`, async () => {
      const running = await receive();
      const client = await rawClient(running.port);
      const sent = framed(Buffer.alloc(10_000));
      for (const [index, bytes] of [0, 1, 5, 5000, sent.length].entries()) {
        const id = 2 * index + 1;
        const data = bytes === 0 ? [] : [dataFrame(id, sent.subarray(0, bytes))];
        const reset = frame(FRAME.reset, { id, payload: Buffer.from([0, 0, 0, code]) });
        // In one piece, so that the stream is closed before anybody saw it, and ends after.
        client.send(headersFrame(id), ...data, reset);
      }
      await client.ping();
      while (running.times('receiver.requests aborted otlp_grpc') < 5) await turn();
      expect(running.taken).to.have.length(0);
      expect(running.counted.filter((one) => one.startsWith('receiver.'))).to.have.length(5);
      await servesOthers(running);
    });
  }

  it('has no more than its bound of calls under way on one connection, whatever is opened', async () => {
    let release = (): void => undefined;
    const held = new Promise<IntakeOutcome>(
      (resolve) => (release = () => resolve({ kind: 'accepted' })),
    );
    const running = await receive({ intake: () => held });
    const client = await rawClient(running.port);
    const calls = 1000;
    for (let index = 0; index < calls; index++) {
      const id = 2 * index + 1;
      client.send(headersFrame(id), dataFrame(id, framed(Buffer.alloc(0)), FRAME.endStream));
    }
    // The connection is closed on whoever goes on long after he was told.
    await client.until(() => client.isClosed);
    expect(running.taken.length).to.be.at.most(CONNECTION_STREAMS_MAX);
    expect(running.times('listener.refused otlp_grpc protocol_error')).to.equal(1);
    release();
    await servesOthers(running);
  });

  const floods: readonly [string, (client: RawClient, index: number) => void, string][] = [
    ['pings', (client) => client.send(frame(FRAME.ping, { payload: Buffer.alloc(8) })), 'flood'],
    ['settings', (client) => client.send(frame(FRAME.settings)), 'flood'],
    [
      'calls opened and given up',
      (client, index) => {
        const id = 2 * index + 1;
        const payload = Buffer.from([0, 0, 0, 8]);
        client.send(headersFrame(id), frame(FRAME.reset, { id, payload }));
      },
      'protocol_error',
    ],
    [
      'frames of no byte',
      (client, index) => {
        if (index === 0) client.send(headersFrame(1));
        client.send(dataFrame(1, Buffer.alloc(0)));
      },
      'protocol_error',
    ],
    [
      'frames of a stream that never was',
      (client) => client.send(dataFrame(99, BATCH)),
      'protocol_error',
    ],
  ];
  for (const [what, send, reason] of floods) {
    it(`closes on a flood of ${what}, counted, and serves others`, async () => {
      const running = await receive();
      const client = await rawClient(running.port);
      for (let index = 0; index < 5 * EMPTY_FRAMES_PER_MINUTE_MAX && !client.isClosed; index++) {
        send(client, index);
        if (index % 50 === 0) await turn();
      }
      await client.until(() => client.isClosed);
      const counted = running.times(`listener.refused otlp_grpc ${reason}`);
      expect(counted, running.counted.slice(-3).join()).to.equal(1);
      await servesOthers(running);
    });
  }

  it('lets a client that keeps its connection alive go on for ever', async () => {
    const clock = new FakeClock();
    const running = await receive({ clock });
    const client = await rawClient(running.port);
    for (let minute = 0; minute < 3; minute++) {
      for (let index = 0; index < EMPTY_FRAMES_PER_MINUTE_MAX - 4; index++) {
        client.send(frame(FRAME.ping, { payload: Buffer.alloc(8) }));
      }
      await client.ping();
      await clock.advanceAsync(60_000);
    }
    expect(client.isClosed).to.equal(false);
  });

  it('closes on headers without end and on more of them than it takes', async () => {
    const running = await receive();
    const large = await rawClient(running.port);
    const fields = Array.from({ length: 40 }, (_, at) => [`x-${at}`, 'y'.repeat(1000)] as const);
    const block = headersFrame(1, { fields }).subarray(9);
    large.send(frame(FRAME.headers, { id: 1, payload: block.subarray(0, 16_000) }));
    for (let index = 0; index < 20; index++) {
      large.send(frame(FRAME.continuation, { id: 1, payload: Buffer.alloc(0) }));
    }
    await large.until(() => large.isClosed);
    const client = sessionTo(running.port);
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`x-${at}`, 'y']));
    expect((await call(client, { headers: many })).resetCode).to.equal(
      constants.NGHTTP2_ENHANCE_YOUR_CALM,
    );
    await servesOthers(running);
  });

  it('gives the place of a connection that says nothing, or reads no answer, to a newcomer', async () => {
    const running = await receive({ settings: { connectionsMax: 2 } });
    for (const bytes of ['', 'PRI * HT', PREFACE]) {
      const first = plain(running.port, bytes);
      await once(first, 'connect');
      const gone = closeOf(first);
      expect((await call(running.port, { body: framed(BATCH) })).status).to.equal(OK);
      await gone;
    }
    const unread = await rawClient(running.port);
    // A window of nothing: its answer can never be sent.
    unread.send(frame(FRAME.settings, { payload: Buffer.from([0, 4, 0, 0, 0, 0]) }));
    unread.send(headersFrame(1), dataFrame(1, framed(BATCH), FRAME.endStream));
    while (running.times('receiver.requests OK otlp_grpc') < 4) await turn();
    expect((await call(running.port, { body: framed(BATCH) })).status).to.equal(OK);
    await unread.until(() => unread.isClosed);
    expect(running.times('listener.refused otlp_grpc connections')).to.be.above(0);
  });

  const TLS_HELLO = Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]);
  const strangers: readonly [string, string | Uint8Array, RegExp, RegExp][] = [
    [
      'http1',
      'POST /v1/traces HTTP/1.1\r\nhost: x\r\n\r\n',
      /OTEL_EXPORTER_OTLP_PROTOCOL/,
      /^HTTP\/1\.1 400 [^]*port 4318/,
    ],
    ['http1', 'G', /receivers\.otlp_http/, /^HTTP\/1\.1 400 /],
    ['tls', TLS_HELLO, /http:\/\//, /^$/],
    ['not_http', '\0\0\0', /what it is pointed at/, /^$/],
    ['not_http', 'SSH-2.0-OpenSSH', /what it is pointed at/, /^$/],
  ];
  for (const [kind, bytes, remedy, answer] of strangers) {
    it(`says once what to do about ${kind} (${JSON.stringify(bytes.slice(0, 4))}), and counts it`, async () => {
      const running = await receive();
      for (let round = 0; round < 2; round++) {
        const socket = plain(running.port, bytes);
        let received = '';
        socket.setEncoding('utf8').on('data', (text: string) => (received += text));
        await closeOf(socket);
        expect(received).to.match(answer);
      }
      expect(running.times(`listener.refused otlp_grpc ${kind}`)).to.equal(2);
      expect(running.lines).to.have.length(1);
      expect(running.lines[0]).to.match(remedy);
      await servesOthers(running);
    });
  }

  it('gives up who does not say in time what he speaks, a byte at a time or not', async () => {
    const clock = new FakeClock();
    const running = await receive({ clock });
    const slow = plain(running.port, 'PRI');
    while (clock.timersPending === 0) await turn();
    await clock.advanceAsync(1000);
    await closeOf(slow);
    expect(running.times('listener.refused otlp_grpc timeout')).to.equal(1);
    const patient = plain(running.port, '');
    patient.setNoDelay(true);
    for (const byte of PREFACE) patient.write(Buffer.from([byte]));
    patient.write(frame(FRAME.settings));
    await once(patient, 'data');
    await servesOthers(running);
  });

  it('names option, remedy and switch where its port is taken', async () => {
    const { port } = await receive();
    const message = await receiveGrpc({ settings: { port } }).then(
      () => '',
      (error: Error) => error.message,
    );
    expect(message).to.include(`receivers.otlp_grpc.endpoint: cannot listen on 127.0.0.1:${port}`);
    expect(message).to.match(
      /another port, or turn it off with receivers\.otlp_grpc\.enabled: false$/,
    );
    expect(await freePort()).to.be.above(0);
  });

  it('answers 3 to what is no message', async () => {
    const running = await receive();
    const answer = await call(running.port, { body: Buffer.from([0, 0, 0, 0, 0, 9]) });
    expect(answer.status).to.equal(INVALID_ARGUMENT);
    await servesOthers(running);
  });
});
