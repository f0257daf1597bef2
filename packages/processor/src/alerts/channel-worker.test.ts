import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { FakeClock, HttpSink, type SinkAnswer } from '@spanguard/testkit';
import { expect } from 'chai';
import { ScriptedOutbox } from '../../test/scripted-outbox.ts';
import { runtimeOf } from '../../test/scripted-source.ts';
import type { Alert } from '../model/alert.ts';
import type { ConsumerRuntime } from '../pipeline/consumer/consumer-runtime.ts';
import type { Delivery } from '../pipeline/delivery.ts';
import { silentLogger } from '../pipeline/logger.ts';
import type { Channel } from './channel.ts';
import { ChannelWorker } from './channel-worker.ts';
import { webhookChannel } from './channels/webhook/webhook-channel.ts';

const ALERT: Alert = {
  id: 'a0',
  rule: {
    id: 'r1',
    name: 'brute_force_client',
    title: 'Password guessing from one client',
    description: 'Many failed logins.',
    level: 'high',
    tags: [],
    action: 'Block the client at the edge.',
  },
  entity: { kind: 'client', value: '203.0.113.7/32' },
  count: 10,
  firstMs: Date.UTC(2026, 0, 1),
  lastMs: Date.UTC(2026, 0, 1, 0, 1),
  evidence: [],
  services: ['shop'],
};
const ACCEPTED: Delivery = { kind: 'accepted', rejectedItems: 0 };
const FAILED: Delivery = { kind: 'later', reason: 'status 500' };

describe('a channel worker', () => {
  let clock: FakeClock;
  let outbox: ScriptedOutbox;
  let counted: Map<string, number>;
  let buried: { readonly text: string; readonly reason: string }[];
  let warnings: Readonly<Record<string, unknown>>[];
  let keeps: boolean;
  let worker: ConsumerRuntime | undefined;

  beforeEach(() => {
    clock = new FakeClock();
    outbox = new ScriptedOutbox();
    counted = new Map();
    buried = [];
    warnings = [];
    keeps = true;
  });
  afterEach(() => worker?.shutdown({ atMs: clock.monotonic() }));

  async function work(channel: Channel, show = (alert: Alert) => alert): Promise<void> {
    const consumer = new ChannelWorker({
      name: 'webhook',
      channel,
      show,
      deadLetter: ({ bytes, reason }) => {
        if (keeps) buried.push({ text: Buffer.from(bytes).toString(), reason });
        return Promise.resolve(keeps);
      },
      clock,
      counters: { add: (name, value) => void counted.set(name, (counted.get(name) ?? 0) + value) },
      logger: { ...silentLogger, warn: (fields) => void warnings.push(fields) },
      random: () => 1,
    });
    worker = runtimeOf({ source: outbox, consumer, clock });
    await worker.start();
    await clock.advanceAsync(0);
    await clock.advanceAsync(0);
  }

  /** A channel that answers by alert, and what it heard. */
  function channelOf(answer: (alert: Alert) => Delivery): Channel & { readonly heard: string[] } {
    const heard: string[] = [];
    return {
      heard,
      deliver: (alert) => {
        heard.push(alert.id);
        return Promise.resolve(answer(alert));
      },
    };
  }

  const add = (...ids: readonly string[]): void =>
    outbox.add(...ids.map((id) => ({ ...ALERT, id })));
  const buriedIds = (): string[] =>
    buried.map(({ text }) => (JSON.parse(text) as { readonly id: string }).id);

  it('delivers in order, and saves its cursor when nothing waits', async () => {
    const channel = channelOf(() => ACCEPTED);
    add('a1', 'a2', 'a3');
    await work(channel);
    expect(channel.heard).to.deep.equal(['a1', 'a2', 'a3']);
    expect(outbox.committed).to.equal(3);
    expect(counted.get('alerts.delivered')).to.equal(3);
  });

  it('says what of a delivery was not taken', async () => {
    const message = '1 of 2 recipients are refused for good';
    add('a1');
    await work(channelOf(() => ({ kind: 'accepted', rejectedItems: 0, message })));
    expect(warnings).to.deep.equal([{ channel: 'webhook', alert: 'a1', message }]);
    expect(outbox.committed).to.equal(1);
  });

  it('shares syncs in a burst', async () => {
    add(...Array.from({ length: 1000 }, (_, index) => `b${index}`));
    const channel = channelOf(() => ACCEPTED);
    await work(channel);
    for (let turn = 0; outbox.committed < 1000 && turn < 2000; turn += 1) {
      await clock.advanceAsync(0);
    }
    expect(channel.heard).to.have.length(1000);
    expect(outbox.durableCommits).to.be.most(4);
    expect(clock.monotonic()).to.equal(0);
  });

  it('tries again when the channel says when, and not before', async () => {
    let isBusy = true;
    const channel = channelOf(() =>
      isBusy ? { kind: 'later', reason: 'busy', retryAfterMs: 7000 } : ACCEPTED,
    );
    add('a1');
    await work(channel);
    expect(counted.get('alerts.failed')).to.equal(1);
    isBusy = false;
    await clock.advanceAsync(6999);
    expect(channel.heard).to.have.length(1);
    await clock.advanceAsync(1);
    expect(channel.heard).to.have.length(2);
    expect(outbox.committed).to.equal(1);
  });

  for (const kind of ['never', 'too_large'] as const) {
    it(`keeps an alert that the channel will never take as a dead letter: ${kind}`, async () => {
      add('a1', 'bad', 'a2');
      await work(channelOf(({ id }) => (id === 'bad' ? { kind, reason: 'status 400' } : ACCEPTED)));
      expect(buriedIds()).to.deep.equal(['bad']);
      expect(buried[0]?.reason).to.equal('status 400');
      expect(outbox.committed).to.equal(3);
      expect([...counted]).to.deep.include(['alerts.dead_letters', 1]);
      expect(counted.get('alerts.delivered')).to.equal(2);
    });
  }

  it('lets all others pass an alert that fails for good, which is a dead letter within a minute', async () => {
    add('bad', ...Array.from({ length: 100 }, (_, index) => `a${index}`));
    await work(channelOf(({ id }) => (id === 'bad' ? FAILED : ACCEPTED)));
    for (let turn = 0; turn < 100; turn += 1) await clock.advanceAsync(0);
    expect(counted.get('alerts.delivered')).to.equal(100);
    expect(outbox.committed).to.equal(0);
    await clock.advanceAsync(60_000);
    expect(buriedIds()).to.deep.equal(['bad']);
    expect(outbox.committed).to.equal(101);
  });

  it('keeps every alert for a channel that is away, however long', async () => {
    let isAway = true;
    const channel = channelOf(() => (isAway ? FAILED : ACCEPTED));
    add(...Array.from({ length: 50 }, (_, index) => `a${index}`));
    await work(channel);
    await clock.advanceAsync(3_600_000);
    expect(buried).to.deep.equal([]);
    expect(channel.heard.length).to.be.most(4 * 121 + 20);
    isAway = false;
    await clock.advanceAsync(60_000);
    expect(counted.get('alerts.delivered')).to.equal(50);
    expect(outbox.committed).to.equal(50);
  });

  it('keeps an alert that makes the channel throw, and tells all others', async () => {
    add('a1', 'bad', 'a2');
    const channel = channelOf(({ id }) => {
      if (id === 'bad') throw new RangeError('secret payload');
      return ACCEPTED;
    });
    await work(channel);
    expect(channel.heard).to.deep.equal(['a1', 'bad', 'a2']);
    expect(buried.map(({ reason }) => reason)).to.deep.equal(['threw RangeError']);
    expect(outbox.committed).to.equal(3);
  });

  it('keeps an alert that cannot be shown, and a record that is none', async () => {
    const channel = channelOf(() => ACCEPTED);
    outbox.addBytes(Buffer.from('{'));
    add('bad', 'a1');
    await work(channel, (alert) => {
      if (alert.id === 'bad') throw new TypeError('no');
      return alert;
    });
    expect(channel.heard).to.deep.equal(['a1']);
    expect(buried).to.have.length(2);
    expect(outbox.committed).to.equal(3);
  });

  it('tries again for as long as the dead letter cannot be kept', async () => {
    keeps = false;
    add('bad');
    await work(channelOf(() => ({ kind: 'never', reason: 'status 400' })));
    await clock.advanceAsync(5000);
    expect(outbox.committed).to.equal(0);
    keeps = true;
    await clock.advanceAsync(30_000);
    expect(buriedIds()).to.deep.equal(['bad']);
    expect(outbox.committed).to.equal(1);
  });

  it('stops in the middle of a wait, the alert kept for the next start', async () => {
    add('a1');
    await work(channelOf(() => ({ kind: 'paused', reason: 'status 401' })));
    await worker?.shutdown({ atMs: clock.monotonic() + 1000 });
    expect(outbox.committed).to.equal(0);
    expect(buried).to.deep.equal([]);
  });

  describe('with a real webhook', () => {
    let sink: HttpSink;
    beforeEach(async () => {
      sink = await HttpSink.listen();
    });
    afterEach(() => sink.close());

    const channelTo = (url: string): Channel =>
      webhookChannel({ url, signingKey: undefined, headers: {}, timeoutMs: 10_000 }, { clock });
    const until = async (isTrue: () => boolean): Promise<void> => {
      while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
    };
    const idOf = (body: Uint8Array): string =>
      (JSON.parse(Buffer.from(body).toString()) as { metadata: { uid: string } }).metadata.uid;

    for (const [status, reason] of [
      [500, 'again and again, while others are taken: status 500'],
      [400, 'status 400'],
    ] as const) {
      it(`that answers ${status} to one alert for good tells all others`, async () => {
        Object.defineProperty(sink, 'answerByDefault', {
          get: (): SinkAnswer => ({
            status: idOf(sink.requests.at(-1)?.body ?? Buffer.from('{}')) === 'bad' ? status : 200,
          }),
        });
        // Each answer is counted by the worker, so that no time passes while one is under way.
        const answered = (): number =>
          (counted.get('alerts.delivered') ?? 0) + (counted.get('alerts.failed') ?? 0);
        add('bad', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6');
        await work(channelTo(sink.url));
        await until(() => counted.get('alerts.delivered') === 6);
        while (buried.length === 0) {
          await until(() => answered() === sink.requests.length);
          await clock.advanceAsync(500);
          await until(() => answered() === sink.requests.length);
        }
        expect(buried).to.have.length(1);
        expect(buried[0]?.reason).to.equal(reason);
        expect(clock.monotonic()).to.be.most(60_000);
      });
    }

    it('whose answers never end holds no alert and keeps no socket', async () => {
      const sockets = new Set<Socket>();
      let socketsMost = 0;
      const server = createServer((socket) => {
        sockets.add(socket);
        socketsMost = Math.max(socketsMost, sockets.size);
        socket.on('error', () => undefined);
        socket.once('close', () => sockets.delete(socket));
        socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n'));
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
      add(...Array.from({ length: 40 }, (_, index) => `a${index}`));
      await work(channelTo(`http://127.0.0.1:${port}/`));
      while (outbox.committed < 40) {
        await clock.advanceAsync(100);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await until(() => sockets.size === 0);
      expect(socketsMost).to.be.most(8);
      server.close();
    });
  });
});
