/** The application's own `trust proxy`: where it was set, it decides who the client is. */
import type { IncomingMessage } from 'node:http';
import {
  type ClientAddress,
  ClientAddressResolver,
  type RequestSecurity,
  remoteAddressOf,
} from '@spanguard/instrumentation';

// Express marks an untouched setting so; a setting made by the application turns it to `false`.
const DEFAULT_MARK = '@@symbol:trust_proxy_default';

// One resolver, with its memory, for each compiled setting.
const resolvers = new WeakMap<object, ClientAddressResolver>();

/**
 * The client by the application's setting, `undefined` where it made none. `trust proxy: true`
 * believes the left-most hop, as Express does: the application asked for it.
 */
export function clientByTrustProxy(
  settings: object,
  request: IncomingMessage,
  record: RequestSecurity,
): ClientAddress | undefined {
  if (Reflect.get(settings, DEFAULT_MARK) !== false) return undefined;
  const trust: unknown = Reflect.get(settings, 'trust proxy fn');
  if (!isTrust(trust)) return undefined;
  const resolver = resolvers.get(trust) ?? newResolver(trust);
  return resolver.resolve(record.client.peer ?? remoteAddressOf(request.socket), request.headers);
}

type Trust = (address: string, hop: number) => unknown;

function newResolver(trust: Trust): ClientAddressResolver {
  const created = new ClientAddressResolver({
    trusted: {
      trusts: (address, hop) => trust(address, hop) === true,
      hops: undefined,
      areNamed: true,
    },
    framework: true,
  });
  resolvers.set(trust, created);
  return created;
}

function isTrust(value: unknown): value is Trust {
  return typeof value === 'function';
}
