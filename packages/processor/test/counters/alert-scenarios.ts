/** What happens to observations and alerts. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeLogsRequest } from '@spanguard/otlp';
import { HttpSink } from '@spanguard/testkit';
import { systemClock } from '#processor/pipeline/clock.ts';
import { postOtlp } from '../running-processor.ts';
import type { Scenario } from './scenario.ts';

/** Tells of each client with a failed login. */
const RULES = `
title: failed
name: failed
logsource: { product: spanguard }
detection: { s: { event: security.authn_login_fail }, condition: s }
---
title: every client
name: every_client
correlation:
  { type: event_count, rules: [failed], group-by: [client.prefix], timespan: 1m, condition: { gte: 1 } }
level: high
`;
/** Rows of one batch that are kept. */
const ROWS_MAX = 50_000;
/** More than is read of the body of a log record. */
const LARGE = 'x'.repeat(20_000);
/** Alerts of one rule in a minute, beyond which they are told together. */
const RULE_ALERTS_MAX = 100;
/** More than there is memory for. */
const ENTITIES = 4000;

interface Login {
  readonly client?: number;
  readonly agoMs?: number;
  readonly trace?: number;
}

let traces = 0;

function failedLogins(logins: readonly Login[]): Uint8Array {
  return encodeLogsRequest(
    { resource: { 'service.name': 'shop' }, scopeName: 'test' },
    logins.map(({ client, agoMs = 0, trace = (traces += 1) }) => ({
      timeMs: systemClock.now() - agoMs,
      severityNumber: 13,
      eventName: 'security.authn_login_fail',
      traceId: trace.toString(16).padStart(32, '0'),
      spanId: trace.toString(16).padStart(16, '0'),
      attributes:
        client === undefined ? {} : { 'client.prefix': `10.0.${client >> 8}.${client & 255}/32` },
    })),
  );
}

const clients = (count: number): Login[] =>
  Array.from({ length: count }, (_, client) => ({ client }));

/** The rule above alone. */
function correlated(folder: string): string {
  const file = join(folder, 'rules.yaml');
  writeFileSync(file, RULES);
  return `correlate: { rules: ["${file}"], shipped_rules: false, memory_max: 1MiB, lateness: 1s }`;
}

/** In the order data walks. */
export const ALERT_SCENARIOS: readonly Scenario[] = [
  {
    name: 'more observations in a batch than are kept',
    moves: ['detection.rows', 'detection.dropped'],
    happen: async ({ run }) => {
      const processor = await run('correlate: { enabled: false }');
      const same = Array.from({ length: ROWS_MAX + 1 }, () => ({ client: 1 }));
      await postOtlp(processor.url, 'logs', failedLogins(same));
    },
  },
  {
    name: 'a log record too large to be read',
    moves: ['detection.unread'],
    happen: async ({ run }) => {
      const processor = await run('correlate: { enabled: false }');
      const record = { timeMs: systemClock.now(), severityNumber: 9, body: `{"event":"${LARGE}"}` };
      const source = { resource: { 'service.name': 'shop' }, scopeName: 'test' };
      await postOtlp(processor.url, 'logs', encodeLogsRequest(source, [record]));
    },
  },
  {
    name: 'observations that are late, repeated, of nobody, and of too many clients',
    moves: [
      ...(['correlation.events', 'correlation.late', 'correlation.repeated'] as const),
      ...(['correlation.ungrouped', 'correlation.evicted'] as const),
    ],
    happen: async ({ run, folder }) => {
      const processor = await run(correlated(folder));
      const now = { client: 1, trace: 1 };
      await postOtlp(processor.url, 'logs', failedLogins([now]));
      await postOtlp(processor.url, 'logs', failedLogins([{ client: 1, agoMs: 60_000 }, {}]));
      const twice = encodedOnce(now);
      for (const bytes of [twice, twice]) await postOtlp(processor.url, 'logs', bytes);
      await postOtlp(processor.url, 'logs', failedLogins(clients(ENTITIES)));
      await processor.reaches('correlation.events', ENTITIES + 5);
    },
  },
  {
    name: 'alerts that are raised, held back and delivered',
    moves: ['alerts.raised', 'alerts.held', 'alerts.delivered'],
    happen: async ({ run, folder }) => {
      const processor = await run(correlated(folder));
      await postOtlp(processor.url, 'logs', failedLogins(clients(RULE_ALERTS_MAX + 1)));
      await processor.reaches('alerts.held');
      await processor.reaches('alerts.delivered', RULE_ALERTS_MAX);
    },
  },
  {
    name: 'a channel that is away, and one that refuses for good',
    moves: ['alerts.failed', 'alerts.dead_letters'],
    happen: async ({ run, folder }) => {
      const [away, refusing] = [await HttpSink.listen(), await HttpSink.listen()];
      away.answerByDefault = { status: 503 };
      refusing.answerByDefault = { status: 400 };
      const processor = await run(
        correlated(folder),
        `alerts: { channels: { webhook/a: { url: "${away.url}" }, webhook/b: { url: "${refusing.url}" } } }`,
      );
      await postOtlp(processor.url, 'logs', failedLogins(clients(1)));
      await processor.reaches('alerts.failed');
      await processor.reaches('alerts.dead_letters');
      for (const sink of [away, refusing]) await sink.close();
    },
  },
];

/** The same bytes each time, so that it is the same event. */
function encodedOnce(login: Login): Uint8Array {
  return failedLogins([{ ...login, trace: 1_000_000 }]);
}
