import { once } from 'node:events';
import { deflateSync, gzipSync } from 'node:zlib';
import { decodeExportResponse, encodeStatus } from '@spanguard/otlp';
import { FakeClock, traceRequest } from '@spanguard/testkit';
import { expect } from 'chai';
import { systemClock } from '../../pipeline/clock.ts';
import type { IntakeOutcome } from '../../pipeline/intake.ts';
import {
  type Call,
  call,
  connectTo,
  framed,
  receiveGrpc,
  type ReceiveOptions,
  retryInfo,
  type RunningReceiver,
} from '../../../test/grpc/grpc-receiver.ts';

const BATCH = traceRequest({ seed: 1, spans: 3 });
const KIB = 1024;
const [OK, INVALID_ARGUMENT, PERMISSION_DENIED, RESOURCE_EXHAUSTED] = [0, 3, 7, 8];
const [UNIMPLEMENTED, INTERNAL, UNAVAILABLE, UNAUTHENTICATED] = [12, 13, 14, 16];

describe('the OTLP/gRPC receiver', () => {
  const open: RunningReceiver[] = [];
  afterEach(async () => {
    for (const { receiver } of open.splice(0)) await receiver.shutdown({ atMs: 0 });
  });

  async function receive(options: ReceiveOptions = {}): Promise<RunningReceiver> {
    const running = await receiveGrpc(options);
    open.push(running);
    return running;
  }
  const answering = (outcome: IntakeOutcome): Promise<RunningReceiver> =>
    receive({ intake: () => Promise.resolve(outcome) });
  const zipped = (body: Uint8Array, encoding = 'gzip'): Call => ({
    headers: { 'grpc-encoding': encoding },
    body: framed(encoding === 'gzip' ? gzipSync(body) : deflateSync(body), { flag: 1 }),
  });

  for (const signal of ['traces', 'metrics', 'logs'] as const) {
    it(`takes ${signal}, plain, gzipped and deflated, and answers an empty response`, async () => {
      const { port, taken, times } = await receive();
      const plain = { body: framed(BATCH), headers: { 'grpc-encoding': 'gzip' } };
      for (const sent of [
        { body: framed(BATCH) },
        plain,
        zipped(BATCH),
        zipped(BATCH, 'deflate'),
      ]) {
        const answer = await call(port, { signal, ...sent });
        expect([answer.http, answer.status, answer.message]).to.deep.equal([200, OK, undefined]);
        expect(answer.headers['content-type']).to.equal('application/grpc');
        expect(answer.headers['grpc-accept-encoding']).to.equal('identity,gzip,deflate');
        expect(answer.body).to.deep.equal(framed(Buffer.alloc(0)));
      }
      expect(taken.map((one) => one.signal)).to.deep.equal(Array.from({ length: 4 }, () => signal));
      for (const one of taken) expect(one.bytes.equals(BATCH)).to.equal(true);
      expect(times('receiver.requests OK otlp_grpc')).to.equal(4);
    });
  }

  it('takes an empty request for a full success, and does not mind a deadline', async () => {
    const { port } = await receive();
    const headers = { 'grpc-timeout': '10S', 'content-type': 'application/grpc+proto' };
    expect((await call(port, { headers })).status).to.equal(OK);
  });

  const refused: readonly [string, Call, number][] = [
    ['another method', { headers: { ':path': '/x.y/Export' } }, UNIMPLEMENTED],
    ['another encoding', { headers: { 'grpc-encoding': 'br' } }, UNIMPLEMENTED],
    ['another codec', { headers: { 'content-type': 'application/grpc+json' } }, UNIMPLEMENTED],
    ['what is not gzip', { ...zipped(BATCH), body: framed(BATCH, { flag: 1 }) }, INVALID_ARGUMENT],
    ['a compressed flag with identity', { body: framed(BATCH, { flag: 1 }) }, INVALID_ARGUMENT],
    ['an unknown flag', { body: framed(BATCH, { flag: 2 }) }, INVALID_ARGUMENT],
    ['no message at all', { body: Buffer.alloc(0) }, INVALID_ARGUMENT],
    ['half a prefix', { body: Buffer.alloc(4) }, INVALID_ARGUMENT],
    [
      'a message cut short',
      { body: framed(BATCH, { declared: BATCH.length + 1 }) },
      INVALID_ARGUMENT,
    ],
    ['two messages', { body: Buffer.concat([framed(BATCH), framed(BATCH)]) }, INVALID_ARGUMENT],
    [
      'a message above the wire limit',
      { body: framed(new Uint8Array(256 * KIB - 4)) },
      RESOURCE_EXHAUSTED,
    ],
    ['a gzip bomb', zipped(new Uint8Array(KIB * KIB + 1)), RESOURCE_EXHAUSTED],
  ];
  for (const [what, sent, status] of refused) {
    it(`answers ${status} to ${what}, not to be tried again, and lives on`, async () => {
      const { port, taken } = await receive();
      const client = connectTo(port);
      const answer = await call(client, sent);
      expect([answer.http, answer.status]).to.deep.equal([200, status]);
      expect(retryInfo(answer)).to.equal(undefined);
      expect(taken).to.have.length(0);
      expect((await call(client, { body: framed(BATCH) })).status).to.equal(OK);
      client.destroy();
    });
  }

  it('takes messages right at both limits', async () => {
    const { port } = await receive();
    const atWire = await call(port, { body: framed(new Uint8Array(256 * KIB - 5)) });
    const atBody = await call(port, zipped(new Uint8Array(KIB * KIB)));
    expect([atWire.status, atBody.status]).to.deep.equal([OK, OK]);
  });

  const outcomes: readonly [IntakeOutcome, number][] = [
    [{ kind: 'malformed', message: 'a field ends too late: 100 %, später' }, INVALID_ARGUMENT],
    [{ kind: 'too_large', message: 'too many records' }, RESOURCE_EXHAUSTED],
    [{ kind: 'failed', message: 'a stage failed' }, INTERNAL],
  ];
  for (const [outcome, status] of outcomes) {
    it(`answers ${status} where the intake says ${outcome.kind}, with its sentence`, async () => {
      const { port } = await answering(outcome);
      const answer = await call(port, { body: framed(BATCH) });
      expect(answer.status).to.equal(status);
      expect(answer.message).to.equal('message' in outcome ? outcome.message : '');
      expect(retryInfo(answer)).to.equal(undefined);
    });
  }

  it('asks to come later with RetryInfo where the intake cannot take it', async () => {
    const message = 'the disk is full';
    const { port } = await answering({ kind: 'unavailable', message, retryAfterMs: 4200 });
    const answer = await call(port, { body: framed(BATCH) });
    expect([answer.status, answer.message]).to.deep.equal([UNAVAILABLE, message]);
    const expected = encodeStatus({ code: UNAVAILABLE, message, retryDelayMs: 4200 });
    expect(retryInfo(answer)).to.deep.equal(Buffer.from(expected));
  });

  it('tells what of an accepted request was rejected', async () => {
    const rejected = { count: 2, message: 'ids of a wrong length' };
    const { port } = await answering({ kind: 'accepted', rejected });
    const { status, body } = await call(port, { body: framed(BATCH) });
    expect(status).to.equal(OK);
    expect(body.readUInt32BE(1)).to.equal(body.length - 5);
    expect(decodeExportResponse(body.subarray(5))).to.deep.equal({
      rejected: 2,
      message: rejected.message,
    });
  });

  it('answers 13 where the intake throws, counted, without a word of why', async () => {
    const { port, times } = await receive({
      intake: () => {
        throw new TypeError('hunter2');
      },
    });
    for (const sent of [{ body: framed(BATCH) }, zipped(BATCH)]) {
      const { status, message } = await call(port, sent);
      expect([status, message]).to.deep.equal([INTERNAL, 'an internal error']);
    }
    expect(times('listener.failed otlp_grpc')).to.equal(2);
    expect(times('receiver.requests INTERNAL otlp_grpc')).to.equal(2);
  });

  it('asks to come later before its memory is spent, and has it all back', async () => {
    let release = (): void => undefined;
    const held = new Promise<IntakeOutcome>(
      (resolve) => (release = () => resolve({ kind: 'accepted' })),
    );
    const { port, taken, memory } = await receive({
      inFlightBytesMax: 300 * KIB,
      intake: () => held,
    });
    const body = framed(new Uint8Array(200 * KIB));
    const first = call(port, { body });
    while (taken.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const second = await call(port, { body });
    expect([second.status, retryInfo(second) !== undefined]).to.deep.equal([UNAVAILABLE, true]);
    release();
    expect((await first).status).to.equal(OK);
    expect(memory.budget.bytes).to.equal(0);
  });

  it('refuses names that are not its own, unless they are listed', async () => {
    const settings = { allowedHosts: ['collector.internal'] };
    const { port, taken, lines, times } = await receive({ settings });
    const to = (authority: string) => call(port, { headers: { ':authority': authority } });
    for (const ours of ['localhost:4317', '127.0.0.1', '[::1]:4317', 'collector.internal:4317']) {
      expect((await to(ours)).status, ours).to.equal(OK);
    }
    const foreign = await to('evil.example');
    expect(foreign.status).to.equal(PERMISSION_DENIED);
    expect(foreign.message).to.include('receivers.otlp_grpc.allowed_hosts');
    expect(taken).to.have.length(4);
    expect(times('listener.refused otlp_grpc host')).to.equal(1);
    expect(lines.join()).to.include('allowed_hosts');
  });

  it('tells clients of HTTP/2 that are no gRPC so, with a status they understand', async () => {
    const { port } = await receive();
    for (const headers of [
      { 'content-type': 'application/x-protobuf' },
      { 'content-type': 'application/grpcfoo' },
      { ':method': 'PUT' },
    ]) {
      const { http, status, body } = await call(port, { headers });
      expect([http, status]).to.deep.equal([415, undefined]);
      expect(body.toString()).to.include('gRPC');
    }
  });

  describe('with a bearer token', () => {
    const settings = { bearerToken: { reveal: () => 's3cret-token' } };
    const cases: readonly [string, Record<string, string>, number][] = [
      ['the right one', { authorization: 'Bearer s3cret-token' }, OK],
      ['none', {}, UNAUTHENTICATED],
      ['an empty one', { authorization: 'Bearer ' }, UNAUTHENTICATED],
      ['another one', { authorization: 'Bearer s3cret-tokeN' }, UNAUTHENTICATED],
      ['none, at an unknown method', { ':path': '/x.y/Z' }, UNAUTHENTICATED],
    ];
    for (const [what, headers, status] of cases) {
      it(`answers ${status} to ${what}`, async () => {
        const { port } = await receive({ settings });
        expect((await call(port, { headers, body: framed(BATCH) })).status).to.equal(status);
      });
    }

    it('refuses before it reads the message, and tells the client to stop', async () => {
      const { port, memory } = await receive({ settings });
      const { status, resetCode } = await call(port, { body: Buffer.alloc(5), end: false });
      expect([status, resetCode]).to.deep.equal([UNAUTHENTICATED, 0]);
      expect(memory.budget.bytes).to.equal(0);
    });
  });

  it('finishes what is under way, tells its clients to go, and closes', async () => {
    let release = (): void => undefined;
    const held = new Promise<IntakeOutcome>(
      (resolve) => (release = () => resolve({ kind: 'accepted' })),
    );
    const { receiver, port, taken } = await receive({ intake: () => held });
    const [busy, idle] = [connectTo(port), connectTo(port)];
    const goneAway = [once(busy, 'goaway'), once(idle, 'close')];
    await once(idle, 'remoteSettings');
    const answer = call(busy, { body: framed(BATCH) });
    while (taken.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const closed = receiver.shutdown({ atMs: systemClock.monotonic() + 60_000 });
    await Promise.all(goneAway);
    release();
    expect((await answer).status).to.equal(OK);
    await closed;
    await receiver.shutdown({ atMs: 0 });
  });

  it('waits no longer than its deadline for who does not come to an end', async () => {
    const clock = new FakeClock();
    const { receiver, port } = await receive({ clock });
    const client = connectTo(port);
    const answer = call(client, { body: Buffer.alloc(3), end: false });
    while (clock.timersPending === 0) await new Promise((resolve) => setImmediate(resolve));
    const closed = receiver.shutdown({ atMs: clock.monotonic() + 1000 });
    await clock.advanceAsync(1100);
    await closed;
    expect((await answer).status).to.equal(undefined);
  });
});
