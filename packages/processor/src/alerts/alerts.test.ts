import { createHmac } from 'node:crypto';
import { FakeClock, HttpSink } from '@spanguard/testkit';
import { expect } from 'chai';
import type { Alert } from '../model/alert.ts';
import type { Delivery } from '../pipeline/delivery.ts';
import { decodeAlert, encodeAlert } from '../model/alert-codec.ts';
import { consoleChannel } from './channels/console/console-channel.ts';
import { webhookChannel, type WebhookChannelSettings } from './channels/webhook/webhook-channel.ts';
import { detectionFinding } from './ocsf.ts';

const ALERT: Alert = {
  id: 'a1',
  rule: {
    id: 'r1',
    name: 'brute_force_client',
    title: 'Password guessing from one client',
    description: 'Many failed logins.',
    level: 'high',
    tags: ['attack.t1110.001', 'attack.credential_access', 'owasp_api.api2_2023'],
    action: 'Block the client at the edge.',
  },
  entity: { kind: 'client', value: '203.0.113.7/32' },
  count: 10,
  firstMs: Date.UTC(2026, 0, 1),
  lastMs: Date.UTC(2026, 0, 1, 0, 1),
  evidence: [{ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) }],
  services: ['shop'],
};

describe('an alert', () => {
  it('survives the outbox', () => {
    expect(decodeAlert(encodeAlert(ALERT))).to.deep.equal(ALERT);
  });

  it('is not read from bytes that hold none', () => {
    for (const text of [
      '',
      '{',
      'null',
      '7',
      '{}',
      '{"id":"x","rule":{"level":"odd"},"entity":{},"evidence":[]}',
    ]) {
      expect(decodeAlert(Buffer.from(text)), text).to.equal(undefined);
    }
  });

  it('becomes an OCSF Detection Finding with technique, evidence and dedup key', () => {
    const finding = detectionFinding(ALERT);
    expect(finding).to.include({
      class_uid: 2004,
      type_uid: 200_401,
      severity_id: 4,
      time: ALERT.lastMs,
    });
    expect(finding.finding_info.attacks).to.deep.equal([{ technique: { uid: 'T1110.001' } }]);
    expect(finding.evidences[0]?.data.trace_id).to.equal('ab'.repeat(16));
    expect(finding.unmapped.dedup_key).to.equal('a1');
  });
});

describe('the console channel', () => {
  async function printed(alert: Alert, format: 'text' | 'json'): Promise<string> {
    let text = '';
    const channel = consoleChannel({ format, write: (part) => (text += part) });
    expect((await channel.deliver(alert)).kind).to.equal('accepted');
    return text;
  }

  it('prints who, what, how many, when, evidence and what to do', async () => {
    const text = await printed(ALERT, 'text');
    for (const part of [
      'ALERT HIGH',
      '203.0.113.7/32',
      '10 events',
      '2026-01-01T00:01:00.000Z',
      'abab',
      'Block the client',
    ]) {
      expect(text).to.include(part);
    }
  });

  it('prints one finding a line as JSON', async () => {
    const lines = (await printed(ALERT, 'json')).split('\n');
    expect(lines).to.have.length(2);
    expect(JSON.parse(lines[0] ?? '')).to.deep.equal(detectionFinding(ALERT));
  });

  it('lets no alert forge a line or move the cursor', async () => {
    const value = 'x\nALERT CRITICAL forged\u001b[2J\u202e';
    const text = await printed({ ...ALERT, entity: { kind: 'user', value } }, 'text');
    expect(text).to.include('x\\u000aALERT CRITICAL forged\\u001b[2J\\u202e');
    expect(text.match(/^ALERT/gm)).to.have.length(1);
  });
});

describe('the webhook channel', () => {
  const clock = new FakeClock();
  let sink: HttpSink;

  before(async () => {
    sink = await HttpSink.listen();
  });
  after(() => sink.close());

  function deliver(settings: Partial<WebhookChannelSettings> = {}): Promise<Delivery> {
    const channel = webhookChannel(
      { url: `${sink.url}/hook`, signingKey: undefined, headers: {}, timeoutMs: 5000, ...settings },
      { clock },
    );
    return channel.deliver(ALERT);
  }

  it('posts the finding, signed as Standard Webhooks says', async () => {
    const key = Buffer.from('a signing key of some length').toString('base64');
    const delivery = await deliver({
      signingKey: { reveal: () => `whsec_${key}` },
      headers: { 'x-team': { reveal: () => 'red' } },
    });
    expect(delivery).to.deep.equal({ kind: 'accepted', rejectedItems: 0 });
    const request = sink.requests.at(-1);
    const body = Buffer.from(request?.body ?? []).toString();
    const timestamp = String(request?.headers['webhook-timestamp']);
    expect(JSON.parse(body)).to.deep.equal(detectionFinding(ALERT));
    expect(request?.headers).to.include({ 'webhook-id': 'a1', 'x-team': 'red' });
    const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(
      `a1.${timestamp}.${body}`,
    );
    expect(request?.headers['webhook-signature']).to.equal(`v1,${signature.digest('base64')}`);
  });

  const answers: readonly [number, Record<string, string>, Delivery][] = [
    [204, {}, { kind: 'accepted', rejectedItems: 0 }],
    [429, { 'retry-after': '7' }, { kind: 'later', reason: 'status 429', retryAfterMs: 7000 }],
    [503, {}, { kind: 'later', reason: 'status 503' }],
    [500, {}, { kind: 'later', reason: 'status 500' }],
    [401, {}, { kind: 'paused', reason: 'status 401' }],
    [404, {}, { kind: 'paused', reason: 'status 404' }],
    [400, {}, { kind: 'never', reason: 'status 400' }],
    [301, { location: 'http://127.0.0.1:1/' }, { kind: 'paused', reason: 'status 301' }],
    [408, {}, { kind: 'later', reason: 'status 408' }],
    [410, {}, { kind: 'never', reason: 'status 410' }],
  ];
  for (const [status, headers, expected] of answers) {
    it(`takes ${status} ${JSON.stringify(headers)} for ${expected.kind}`, async () => {
      sink.answer({ status, headers });
      expect(await deliver()).to.deep.equal(expected);
    });
  }

  it('comes back later where nobody answers', async () => {
    expect(await deliver({ url: 'http://127.0.0.1:9/' })).to.deep.equal({
      kind: 'later',
      reason: 'ECONNREFUSED',
    });
  });
});
