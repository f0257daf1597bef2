/** What every receiver does, whatever it speaks: each runs it with a client of its own. */
import { createServer } from 'node:net';
import { once } from 'node:events';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { logsRequest, metricsRequest, traceRequest } from '@spanguard/testkit';
import { expect } from 'chai';
import { formatConfigProblem, loadConfig } from '#processor/config/load-config.ts';
import type { Config } from '#processor/config/shape.ts';
import type { Signal } from '#processor/model/signal.ts';
import { systemClock } from '#processor/pipeline/clock.ts';
import type { Intake, IntakeOutcome } from '#processor/pipeline/intake.ts';
import { silentLogger } from '#processor/pipeline/logger.ts';
import type { Receiver } from '#processor/receivers/define-receiver.ts';
import { createReceivers } from '#processor/service/create-receivers.ts';

/** A request as a client sends it. */
export interface SentRequest {
  readonly signal: Signal;
  readonly body: Uint8Array;
  readonly isGzip?: boolean;
  readonly token?: string;
  /** The name that the client has for the receiver, where it is not its address. */
  readonly host?: string;
}

/** What a client learns; `unreachable` where nobody answers. */
export interface Answered {
  readonly kind:
    | 'accepted'
    | 'malformed'
    | 'too_large'
    | 'failed'
    | 'later'
    | 'unauthorized'
    | 'refused'
    | 'unreachable';
  /** Items rejected of an accepted request. */
  readonly rejected?: number;
}

/** A receiver, and a client that speaks its protocol. */
export interface TestedReceiver {
  readonly type: string;
  readonly send: (port: number, request: SentRequest) => Promise<Answered>;
}

const KIB = 1024;
const TOKEN = 'hunter2-token';
const REQUEST: Readonly<Record<Signal, Uint8Array>> = {
  traces: traceRequest({ seed: 1, spans: 3 }),
  metrics: metricsRequest({ seed: 1, metrics: 3 }),
  logs: logsRequest({ seed: 1, records: 3 }),
};
const ACCEPTED: IntakeOutcome = { kind: 'accepted' };

function load(type: string, options: string) {
  const text = `receivers: { ${type}/tested: { endpoint: "127.0.0.1:0", ${options} } }`;
  return loadConfig({ file: 'f.yaml', text, env: {}, readFile: () => undefined });
}

/** Runs the suite. */
export function testReceiver({ type, send }: TestedReceiver): void {
  describe(`the ${type} receiver, as every receiver`, () => {
    const open: Receiver[] = [];
    afterEach(async () => {
      for (const receiver of open.splice(0)) await receiver.shutdown({ atMs: 0 });
    });

    /** A receiver that is made of a configuration, and not started yet. */
    function made(options = '', intake: Intake = () => Promise.resolve(ACCEPTED)) {
      const loaded = load(type, options);
      if (!loaded.ok) throw new Error(loaded.problems.map(formatConfigProblem).join('\n'));
      const { config } = loaded;
      const counted: string[] = [];
      const receivers = createReceivers(config, {
        intake,
        clock: systemClock,
        counters: {
          add: (name, _value, labels) =>
            void counted.push([name, ...Object.values(labels ?? {})].join(' ')),
        },
        logger: silentLogger,
      });
      const receiver = receivers.get(`${type}/tested`);
      if (receiver === undefined) throw new Error('the receiver is not there');
      open.push(receiver);
      return { receiver, counted, config };
    }

    async function started(options = '', outcome: IntakeOutcome = ACCEPTED) {
      const taken: { readonly signal: Signal; readonly bytes: Buffer }[] = [];
      const { receiver, counted } = made(options, (signal, bytes) => {
        taken.push({ signal, bytes: Buffer.from(bytes) });
        return Promise.resolve(outcome);
      });
      await receiver.start();
      const port = receiver.address?.port ?? 0;
      const traces = (request: Partial<SentRequest> = {}): Promise<Answered> =>
        send(port, { signal: 'traces', body: REQUEST.traces, ...request });
      return { receiver, counted, taken, port, traces };
    }

    it('listens with its start, where it is told to, and says where', async () => {
      const { receiver } = made();
      expect(receiver.address).to.equal(undefined);
      await receiver.start();
      expect(receiver.address).to.include({ address: '127.0.0.1' });
    });

    it('names option and remedy where another has its port', async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const address = other.address();
      const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
      const loaded = loadConfig({
        file: 'f.yaml',
        text: `receivers: { ${type}/tested: { endpoint: "127.0.0.1:${port}" } }`,
        env: {},
        readFile: () => undefined,
      });
      if (!loaded.ok) throw new Error('the configuration is wrong');
      const needs = {
        clock: systemClock,
        counters: { add: () => undefined },
        logger: silentLogger,
      };
      const receivers = createReceivers(loaded.config, {
        ...needs,
        intake: () => Promise.resolve(ACCEPTED),
      });
      const failure = await receivers
        .get(`${type}/tested`)
        ?.start()
        .then(
          () => '',
          (error: unknown) => String(error),
        );
      other.close();
      expect(failure).to.include(
        `receivers.${type}/tested.endpoint: cannot listen on 127.0.0.1:${port}`,
      );
    });

    for (const signal of ['traces', 'metrics', 'logs'] as const) {
      for (const isGzip of [false, true]) {
        it(`hands on the very bytes: ${signal}, ${isGzip ? 'gzip' : 'plain'}`, async () => {
          const { taken, port } = await started();
          const body = isGzip ? gzipSync(REQUEST[signal]) : REQUEST[signal];
          expect(await send(port, { signal, body, isGzip })).to.deep.equal({ kind: 'accepted' });
          expect(taken.map((one) => one.signal)).to.deep.equal([signal]);
          expect(taken[0]?.bytes.equals(REQUEST[signal])).to.equal(true);
        });
      }
    }

    for (const [outcome, answer] of [
      [{ kind: 'malformed', message: 'm' }, 'malformed'],
      [{ kind: 'too_large', message: 'm' }, 'too_large'],
      [{ kind: 'failed', message: 'm' }, 'failed'],
      [{ kind: 'unavailable', message: 'm', retryAfterMs: 1000 }, 'later'],
    ] as const) {
      it(`answers as the intake did: ${outcome.kind}`, async () => {
        const { traces } = await started('', outcome);
        expect(await traces()).to.deep.equal({ kind: answer });
      });
    }

    it('tells how many records of an accepted request were rejected', async () => {
      const rejected = { count: 2, message: 'ids of a wrong length' };
      const { traces } = await started('', { kind: 'accepted', rejected });
      expect(await traces()).to.deep.equal({ kind: 'accepted', rejected: 2 });
    });

    it('asks for its token before it takes a body, and shows it nowhere', async () => {
      const options = `bearer_token: ${TOKEN}`;
      const { traces, taken } = await started(options);
      expect((await traces()).kind).to.equal('unauthorized');
      expect((await traces({ token: 'other' })).kind).to.equal('unauthorized');
      expect(taken).to.deep.equal([]);
      expect((await traces({ token: TOKEN })).kind).to.equal('accepted');
      const { config }: { readonly config: Config } = made(options);
      expect(JSON.stringify([...config.receivers])).not.to.include(TOKEN);
      expect(inspect(config, { depth: 20, showHidden: true })).not.to.include(TOKEN);
    });

    it('answers to names of its own alone on loopback, and to those it is told of', async () => {
      const { traces, taken } = await started('allowed_hosts: [collector.internal]');
      expect((await traces({ host: 'localhost' })).kind).to.equal('accepted');
      expect((await traces({ host: 'collector.internal' })).kind).to.equal('accepted');
      expect((await traces({ host: 'evil.example' })).kind).to.equal('refused');
      expect(taken).to.have.length(2);
    });

    it('refuses what is too large on the wire, and what becomes too large', async () => {
      const { traces, taken } = await started('wire_bytes_max: 1KiB, body_bytes_max: 2KiB');
      expect((await traces({ body: Buffer.alloc(KIB + 64) })).kind).to.equal('too_large');
      const bomb = gzipSync(Buffer.alloc(64 * KIB));
      expect((await traces({ body: bomb, isGzip: true })).kind).to.equal('too_large');
      expect(taken).to.deep.equal([]);
    });

    it('refuses for good what is not compressed as it says', async () => {
      const { traces } = await started();
      expect((await traces({ body: Buffer.from('no gzip'), isGzip: true })).kind).to.equal(
        'malformed',
      );
    });

    it('counts requests and bytes under the name it has in the configuration', async () => {
      const { traces, counted } = await started();
      await traces();
      const name = `${type}/tested`;
      expect(
        counted.some((one) => one.startsWith('receiver.requests ') && one.includes(name)),
      ).to.equal(true);
      expect(counted).to.include(`receiver.wire_bytes traces ${name}`);
    });

    it('ends early, and twice, and takes nothing afterwards', async () => {
      const early = made().receiver;
      await early.shutdown({ atMs: 0 });
      const { receiver, port, traces } = await started();
      expect((await traces()).kind).to.equal('accepted');
      await receiver.shutdown({ atMs: systemClock.monotonic() + 1000 });
      await receiver.shutdown({ atMs: 0 });
      expect((await send(port, { signal: 'traces', body: REQUEST.traces })).kind).to.equal(
        'unreachable',
      );
    });

    it('lets what is under way come to an end', async () => {
      let finish: (outcome: IntakeOutcome) => void = () => undefined;
      let begun: () => void = () => undefined;
      const isBegun = new Promise<void>((resolve) => (begun = resolve));
      const { receiver } = made('', () => {
        begun();
        return new Promise((resolve) => (finish = resolve));
      });
      await receiver.start();
      const port = receiver.address?.port ?? 0;
      const answered = send(port, { signal: 'traces', body: REQUEST.traces });
      await isBegun;
      const ended = receiver.shutdown({ atMs: systemClock.monotonic() + 60_000 });
      finish(ACCEPTED);
      expect((await answered).kind).to.equal('accepted');
      await ended;
    });
  });
}
