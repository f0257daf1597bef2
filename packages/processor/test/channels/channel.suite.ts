/** What every channel does, whatever it talks to: each runs it against a real counterpart. */
import { inspect } from 'node:util';
import { FakeClock } from '@spanguard/testkit';
import { compilePolicy } from '@spanguard/redaction';
import { expect } from 'chai';
import type { Channel, ChannelNeeds } from '#processor/alerts/channel.ts';
import { ChannelWorker } from '#processor/alerts/channel-worker.ts';
import { shownAlert } from '#processor/alerts/shown-alert.ts';
import { formatConfigProblem, loadConfig } from '#processor/config/load-config.ts';
import type { Config } from '#processor/config/shape.ts';
import type { Alert } from '#processor/model/alert.ts';
import type { Delivery } from '#processor/pipeline/delivery.ts';
import { createChannels } from '#processor/service/create-channels.ts';
import { ScriptedOutbox } from '../scripted-outbox.ts';
import { runtimeOf } from '../scripted-source.ts';

/** How a counterpart takes what it gets. */
export type Reception = 'accepted' | 'later' | 'paused' | 'never' | 'hangs';

/** The other end of a channel. */
export interface Counterpart {
  /** The options of the channel, as a user writes them. */
  readonly options: string;
  /** What it has taken, as a person or a program reads it. */
  readonly taken: readonly string[];
  /** How it takes all that follows; `hangs` has no answer. */
  receive(reception: Reception): void;
  /** Settles once it was asked so many times. */
  asked(count: number): Promise<void>;
  /** Of the service, what this channel is tested with. */
  readonly needs?: Partial<ChannelNeeds>;
  close(): Promise<void>;
}

/** A channel, and what of the suite applies to it. */
export interface TestedChannel {
  readonly type: string;
  readonly open: () => Promise<Counterpart>;
  readonly receptions: readonly Reception[];
  /** In its options, and shown nowhere. */
  readonly secrets: readonly string[];
  /** Options in which a secret is somewhere it does not belong. */
  readonly mistaken: readonly string[];
  /** Throws where text of an alert became more than text. */
  readonly isText: (taken: string) => void;
}

/** An alert that nothing is wrong with. */
export const ALERT: Alert = {
  id: 'ab'.repeat(16),
  rule: {
    id: 'r1',
    name: 'brute_force_client',
    title: 'Password guessing from one client',
    description: 'Many failed logins.',
    level: 'high',
    tags: ['attack.t1110.001'],
    action: 'Block the client at the edge.',
  },
  entity: { kind: 'client', value: '203.0.113.7/32' },
  count: 10,
  distinctCount: 3,
  firstMs: Date.UTC(2026, 0, 1),
  lastMs: Date.UTC(2026, 0, 1, 0, 1),
  evidence: [{ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) }],
  services: ['shop'],
};

/** Line breaks, cursor movements, headers, mentions, markup and the end of a mail. */
export const HOSTILE =
  'x\r\nBcc: evil@example.org\r\n.\r\nQUIT\r\n\u001b[2J\u202e<!channel> <@U1> <http://evil|here> *b* & <b>';

const LATE_MS = 3_600_000;
/** What each counterpart, or the delivery loop, asks for. */
const RETRY_MS = 1000;

/** The channel of a configuration, and the configuration. */
export function channelOf(
  type: string,
  options: string,
  needs: Partial<ChannelNeeds> & Pick<ChannelNeeds, 'clock'>,
): { readonly channel: Channel; readonly config: Config } {
  const loaded = load(type, options);
  if (!loaded.ok) throw new Error(loaded.problems.map(formatConfigProblem).join('\n'));
  const channels = createChannels(loaded.config, {
    intake: () => Promise.resolve({ kind: 'accepted' }),
    serviceName: 'spanguard',
    stdout: () => undefined,
    version: '0.0.0',
    ...needs,
  });
  const channel = channels.get(`${type}/tested`);
  if (channel === undefined) throw new Error('the channel is not there');
  return { channel, config: loaded.config };
}

function load(type: string, options: string) {
  const text = `alerts: { channels: { ${type}/tested: ${options} } }`;
  return loadConfig({ file: 'f.yaml', text, env: {}, readFile: () => undefined });
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

/** Runs the suite. */
export function testChannel(tested: TestedChannel): void {
  const { type, receptions, secrets } = tested;
  describe(`the ${type} channel, as every channel`, () => {
    const policy = compilePolicy();
    let clock: FakeClock;
    let counterpart: Counterpart;
    let channel: Channel;
    let config: Config;

    beforeEach(async () => {
      clock = new FakeClock({ nowMs: Date.UTC(2026, 0, 1) });
      counterpart = await tested.open();
      const needs = { clock, ...counterpart.needs };
      ({ channel, config } = channelOf(type, counterpart.options, needs));
    });
    afterEach(async () => {
      channel.close?.();
      await counterpart.close();
    });

    const shown = (alert: Alert): Alert => shownAlert(alert, policy);
    const keepsSecrets = (text: string): void => {
      for (const secret of secrets) expect(text).not.to.include(secret);
    };

    it('tells who, what, how many, what to do, and its id', async () => {
      const delivery = await channel.deliver(shown(ALERT));
      expect(delivery).to.deep.equal({ kind: 'accepted', rejectedItems: 0 });
      const text = counterpart.taken.join('\n');
      for (const part of [ALERT.rule.title, '203.0.113.7', '10', ALERT.rule.action, ALERT.id]) {
        expect(text).to.include(part);
      }
      keepsSecrets(text);
    });

    it('lets hostile text be text', async () => {
      const { rule } = ALERT;
      const hostile = { ...rule, title: HOSTILE, action: HOSTILE, description: HOSTILE };
      const entity = { kind: 'user', value: HOSTILE };
      await channel.deliver(shown({ ...ALERT, rule: hostile, entity, services: [HOSTILE] }));
      expect(counterpart.taken.length).to.be.least(1);
      for (const taken of counterpart.taken) {
        expect(taken).not.to.include('\u001b');
        expect(taken).not.to.include('\u202e');
        expect(taken).not.to.match(/^(Bcc:|\.\r?$|QUIT)/m);
        tested.isText(taken);
      }
    });

    it('shows none of its secrets in the configuration, nor of what is written wrongly', () => {
      keepsSecrets(JSON.stringify([...config.alerts]));
      keepsSecrets(inspect(config, { depth: 20, showHidden: true }));
      for (const options of tested.mistaken) {
        const loaded = load(type, options);
        expect(loaded.ok, options).to.equal(false);
        if (!loaded.ok) keepsSecrets(loaded.problems.map(formatConfigProblem).join('\n'));
      }
    });

    for (const reception of receptions) {
      if (reception === 'hangs') continue;
      it(`says that an alert is ${reception}, and no secret with it`, async () => {
        counterpart.receive(reception);
        const delivery: Delivery = await channel.deliver(shown(ALERT));
        expect(delivery.kind).to.equal(reception);
        keepsSecrets(JSON.stringify(delivery));
      });
    }

    if (receptions.includes('later')) {
      it('tells an alert that is put off at the next attempt, with the same id', async () => {
        counterpart.receive('later');
        const outbox = new ScriptedOutbox();
        let failures = 0;
        const consumer = new ChannelWorker({
          name: `${type}/tested`,
          channel,
          show: shown,
          deadLetter: () => Promise.resolve(true),
          clock,
          counters: { add: (name) => void (failures += Number(name === 'alerts.failed')) },
          logger: {
            info: (...said) => keepsSecrets(inspect(said)),
            warn: (...said) => keepsSecrets(inspect(said)),
            error: (...said) => keepsSecrets(inspect(said)),
          },
          random: () => 1,
        });
        const worker = runtimeOf({ source: outbox, consumer, clock });
        outbox.add(ALERT);
        await worker.start();
        await until(() => failures === 1);
        counterpart.receive('accepted');
        // No time passes while an attempt is under way, so that none is late on a slow machine.
        await clock.advanceAsync(RETRY_MS);
        await until(() => outbox.committed === 1);
        expect(counterpart.taken.join('\n')).to.include(ALERT.id);
        await worker.shutdown({ atMs: clock.monotonic() });
      });
    }

    if (receptions.includes('hangs')) {
      it('gives up in time on who never answers', async () => {
        counterpart.receive('hangs');
        const delivery = channel.deliver(shown(ALERT));
        await counterpart.asked(1);
        clock.advance(LATE_MS);
        expect(await delivery).to.deep.equal({ kind: 'later', reason: 'timeout' });
        expect(clock.timersPending).to.equal(0);
      });

      it('ends what is under way when it is closed', async () => {
        counterpart.receive('hangs');
        const delivery = channel.deliver(shown(ALERT));
        await counterpart.asked(1);
        channel.close?.();
        const ended = await delivery;
        expect(ended.kind).to.equal('later');
        // Not by a time that ran out, as it would if nothing were closed.
        expect(JSON.stringify(ended)).not.to.match(/timed?out/i);
      });
    }
  });
}
