/** Failed logins as our SDK tells them: log records with the attributes of its events. */
import { encodeRequest, type KeyValue, type LogRecord, SeededRandom } from '@spanguard/testkit';

/** One of them. */
export interface FailedLogin {
  readonly user: string;
  readonly client: string;
  readonly peer: string;
  readonly timeMs: number;
}

const EVENT = 'security.authn_login_fail';
const random = new SeededRandom(100_000);

/** An ExportLogsServiceRequest. Each has ids of its own, also where the same login is told twice. */
export function failedLogins(logins: readonly FailedLogin[]): Uint8Array {
  return encodeRequest('logs', {
    resourceLogs: [
      {
        resource: { attributes: [text('service.name', 'shop-api')] },
        scopeLogs: [{ scope: { name: '@spanguard/sdk' }, logRecords: logins.map(record) }],
      },
    ],
  });
}

function record({ user, client, peer, timeMs }: FailedLogin): LogRecord {
  const timeUnixNano = (BigInt(Math.round(timeMs)) * 1_000_000n).toString();
  return {
    timeUnixNano,
    observedTimeUnixNano: timeUnixNano,
    severityNumber: 13,
    severityText: 'WARN',
    body: { stringValue: EVENT },
    eventName: EVENT,
    traceId: random.bytes(16),
    spanId: random.bytes(8),
    attributes: [
      text('security.client.address.source', 'x-forwarded-for'),
      text('client.address', client),
      text('client.prefix', `${client}/32`),
      text('http.request.method', 'POST'),
      text('network.peer.address', peer),
      { key: 'http.response.status_code', value: { intValue: 401 } },
      text('http.route', '/login'),
      text('url.path', '/login'),
      text('user.id', user),
      text('security.authn.outcome', 'failure'),
      text('security.authn.confidence', 'medium'),
    ],
  };
}

function text(key: string, stringValue: string): KeyValue {
  return { key, value: { stringValue } };
}
