import { FakeClock } from '@spanguard/testkit';
import { expect } from 'chai';
import type { Delivery } from '#processor/pipeline/delivery.ts';
import { ALERT, channelOf, testChannel } from './channel.suite.ts';
import { httpCounterpart } from './http-counterpart.ts';
import { HttpSink } from '@spanguard/testkit';

const PATH = 'services/T0/B0/hunter2';

testChannel({
  type: 'slack',
  receptions: ['accepted', 'later', 'paused', 'never', 'hangs'],
  secrets: [PATH],
  mistaken: [
    `{ url: "http://hooks.slack.com/${PATH}" }`,
    `{ url: "https://u:p@hooks.slack.com/${PATH}" }`,
    `{ url: [ "https://hooks.slack.com/${PATH}" ] }`,
    `"https://hooks.slack.com/${PATH}"`,
    `{ "https://hooks.slack.com/${PATH}": 1 }`,
  ],
  open: () => httpCounterpart((url) => `{ url: "${url}/${PATH}" }`),
  isText: (taken) => {
    // Slack reads a mention, a link or a channel where an angle bracket opens it, and styles in mrkdwn alone.
    expect(taken).not.to.match(/[<>]/);
    expect(taken).not.to.include('mrkdwn');
    expect(taken).to.include('&lt;!channel&gt;');
  },
});

describe('the slack channel', () => {
  let sink: HttpSink;
  before(async () => {
    sink = await HttpSink.listen();
  });
  after(() => sink.close());

  const answers: readonly [number, Record<string, string>, string, Delivery][] = [
    [200, {}, 'ok', { kind: 'accepted', rejectedItems: 0 }],
    [200, {}, '<html>log in', { kind: 'paused', reason: 'a page instead of an answer' }],
    [
      429,
      { 'retry-after': '30' },
      'rate_limited',
      { kind: 'later', reason: 'status 429', retryAfterMs: 30_000 },
    ],
    [302, { location: '/' }, '', { kind: 'paused', reason: 'status 302' }],
    [400, {}, 'invalid_payload', { kind: 'never', reason: 'status 400' }],
    [403, {}, 'action_prohibited', { kind: 'paused', reason: 'status 403' }],
    [404, {}, 'no_service', { kind: 'paused', reason: 'status 404' }],
    [410, {}, 'channel_is_archived', { kind: 'paused', reason: 'status 410' }],
    [500, {}, 'rollup_error', { kind: 'later', reason: 'status 500' }],
  ];
  for (const [status, headers, body, expected] of answers) {
    it(`takes ${status} ${body} for ${expected.kind}`, async () => {
      sink.answer({ status, headers, body });
      const clock = new FakeClock();
      const { channel } = channelOf('slack', `{ url: "${sink.url}/${PATH}" }`, { clock });
      expect(await channel.deliver(ALERT)).to.deep.equal(expected);
      channel.close?.();
    });
  }
});
