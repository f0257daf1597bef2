/** The attributes that OpenTelemetry of other languages and ages gives the server span of a request. */
import type { MatrixRequest } from './requests.ts';

/** Attributes of a span. */
export type SpanAttributes = Readonly<Record<string, string | number>>;

const HOST = 'shop.example';
const SERVER_PORT = 80;
const CLIENT_PORT = 40_000;

/** A path and a query as an instrumentation has split them; empty where there is none. */
interface SplitTarget {
  readonly path: string;
  readonly query: string;
}

function split(target: string): SplitTarget {
  const from = target.startsWith('http://') ? target.slice(`http://${HOST}`.length) : target;
  const mark = from.indexOf('?');
  return mark < 0
    ? { path: from, query: '' }
    : { path: from.slice(0, mark), query: from.slice(mark + 1) };
}

/** What every one of them tells by its current name, where it is known. */
function known(values: Readonly<Record<string, string | number | undefined>>): SpanAttributes {
  const attributes: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') attributes[name] = value;
  }
  return attributes;
}

/**
 * Instrumentation of Node's HTTP up to 0.57, by default: the client is the left-most hop, where there is the
 * header, and the target is what a parser of URLs makes of it.
 */
function nodeOlder({ ending, target, caller, agent }: MatrixRequest): SpanAttributes {
  const { pathname, search, href } = new URL(target, `http://${HOST}`);
  return known({
    'http.url': href,
    'http.host': HOST,
    'net.host.name': HOST,
    'http.method': ending.method,
    'http.scheme': 'http',
    'http.client_ip': caller.headers?.['x-forwarded-for']?.split(',')[0],
    'http.target': `${pathname}${search}`,
    'http.user_agent': agent,
    'http.flavor': '1.1',
    'net.transport': 'ip_tcp',
    'net.host.port': SERVER_PORT,
    'net.peer.ip': caller.peer,
    'net.peer.port': caller.peer === undefined ? undefined : CLIENT_PORT,
    'http.status_code': ending.answer.status,
    'http.status_text': 'TEXT',
    'http.route': ending.route,
    'enduser.id': ending.answer.user,
  });
}

/** Flask and whatever else is WSGI, by default. */
function wsgiOlder({ ending, target, caller, agent }: MatrixRequest): SpanAttributes {
  const { path, query } = split(target);
  return known({
    'http.method': ending.method,
    'http.server_name': HOST,
    'http.scheme': 'http',
    'net.host.name': HOST,
    'http.host': HOST,
    'net.host.port': SERVER_PORT,
    'http.target': query === '' ? path : `${path}?${query}`,
    'net.peer.ip': caller.peer,
    'net.peer.port': caller.peer === undefined ? undefined : CLIENT_PORT,
    'http.user_agent': agent,
    'http.flavor': '1.1',
    'http.route': ending.route,
    'http.status_code': ending.answer.status,
    'enduser.id': ending.answer.user,
  });
}

/** The same, opted in to the current names, and told to capture two headers. */
function wsgiCurrent({ ending, target, caller, agent }: MatrixRequest): SpanAttributes {
  const { path, query } = split(target);
  return known({
    'http.request.method': ending.method,
    'url.scheme': 'http',
    'server.address': HOST,
    'server.port': SERVER_PORT,
    'url.path': path,
    'url.query': query,
    'client.address': caller.peer,
    'client.port': caller.peer === undefined ? undefined : CLIENT_PORT,
    'user_agent.original': agent,
    'network.protocol.version': '1.1',
    'http.route': ending.route,
    'http.response.status_code': ending.answer.status,
    'user.id': ending.answer.user,
    'http.request.header.cookie': ending.headers?.['cookie'],
    'http.request.header.referer': ending.headers?.['referer'],
  });
}

/** FastAPI and whatever else is ASGI, by default: the target lacks its query, and the URL is decoded once. */
function asgiOlder({ ending, target, caller, agent }: MatrixRequest): SpanAttributes {
  const { path, query } = split(target);
  return known({
    'http.scheme': 'http',
    'http.host': HOST,
    'net.host.port': SERVER_PORT,
    'http.flavor': '1.1',
    'http.target': decodeURIComponent(path),
    'http.url': `http://${HOST}${decodeURIComponent(path)}${query === '' ? '' : `?${decodeURIComponent(query)}`}`,
    'http.method': ending.method,
    'http.server_name': HOST,
    'http.user_agent': agent,
    'net.peer.ip': caller.peer,
    'net.peer.port': caller.peer === undefined ? undefined : CLIENT_PORT,
    'http.route': ending.route,
    'http.status_code': ending.answer.status,
    'enduser.id': ending.answer.user,
  });
}

/** The same, opted in to the current names. */
function asgiCurrent({ ending, target, caller, agent }: MatrixRequest): SpanAttributes {
  const { path, query } = split(target);
  return known({
    'url.scheme': 'http',
    'server.address': HOST,
    'server.port': SERVER_PORT,
    'network.protocol.version': '1.1',
    'url.path': decodeURIComponent(path),
    'url.query': query,
    'http.request.method': ending.method,
    'user_agent.original': agent,
    'client.address': caller.peer,
    'client.port': caller.peer === undefined ? undefined : CLIENT_PORT,
    'http.route': ending.route,
    'http.response.status_code': ending.answer.status,
    'user.id': ending.answer.user,
  });
}

/** Every sender but the one that runs beside us, by what it is and what its names are. */
export const FOREIGN_SENDERS = {
  'Node, older names': nodeOlder,
  'WSGI, older names': wsgiOlder,
  'WSGI, current names': wsgiCurrent,
  'ASGI, older names': asgiOlder,
  'ASGI, current names': asgiCurrent,
} as const satisfies Readonly<Record<string, (request: MatrixRequest) => SpanAttributes>>;

/** The sender that is no rendering: OpenTelemetry JS itself, in a process of its own. */
export const LIVE_SENDER = 'Node, current names';

/** A sender of the matrix. */
export type Sender = keyof typeof FOREIGN_SENDERS | typeof LIVE_SENDER;
