/** Follows one incoming HTTP request from its first byte to its end, aborts included. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Attributes, type Span, context } from '@opentelemetry/api';
import {
  ATTR_NETWORK_PEER_ADDRESS,
  ATTR_URL_ORIGINAL,
  ATTR_URL_QUERY,
  ATTR_USER_AGENT_ORIGINAL,
} from '@spanguard/conventions';
import {
  RequestSecurity,
  type ResponseView,
  type SecurityRuntime,
  clientAttributes,
  finishRequest,
  guard,
  maskedTarget,
  registerRequest,
  securityOf,
  securityRuntime,
  toolsOf,
} from '@spanguard/instrumentation';
import { neutralise, userIdOf } from '@spanguard/verdict';

const userAgentCharsMax = 256;

/**
 * Opens the record of a request, before its span starts. Returns the span's attributes: they replace
 * what OpenTelemetry read from headers that any client can write.
 */
export function openRequest(request: IncomingMessage): Attributes {
  const runtime = securityRuntime();
  if (runtime === undefined) return {};
  const record = securityOf(request) ?? newRecord(runtime, request);
  const { client } = record;
  const attributes: Attributes = clientAttributes(client);
  if (client.peer !== undefined) attributes[ATTR_NETWORK_PEER_ADDRESS] = client.peer;
  const target = maskedTarget(record);
  attributes[ATTR_URL_ORIGINAL] = target;
  const query = target.indexOf('?');
  // Upstream exports the query with its secrets and re-encoded; the masked original replaces it.
  if (query !== -1) attributes[ATTR_URL_QUERY] = target.slice(query + 1);
  const agent = request.headers['user-agent'];
  if (agent !== undefined)
    attributes[ATTR_USER_AGENT_ORIGINAL] = neutralise(agent, userAgentCharsMax);
  return attributes;
}

function newRecord(runtime: SecurityRuntime, request: IncomingMessage): RequestSecurity {
  const { headers, method = 'GET', url: rawTarget = '/' } = request;
  const client = toolsOf(runtime).resolver.resolve(request.socket.remoteAddress, headers);
  const record = new RequestSecurity(runtime, { method, rawTarget, headers, client });
  registerRequest(request, record);
  return record;
}

/**
 * Ties the record to its span and waits for the response to close. Runs in the span's context, before
 * the application sees the request, whether or not the span is recorded.
 */
export function followResponse(span: Span, response: ServerResponse): void {
  const { req: request } = response;
  const record = securityOf(request);
  // A second copy of the HTTP instrumentation reaches the same record, which is already followed.
  if (record === undefined || !record.bind(context.active(), span)) return;
  // `close` comes after every end: finished, aborted by the client, destroyed by the application.
  // Registered before upstream's own listener, so the span has not ended yet.
  response.on('close', () => {
    closeRequest(record, request, response);
  });
}

const closeRequest = guard(
  'http.close',
  (record: RequestSecurity, request: IncomingMessage, response: ServerResponse) => {
    record.requestBody ??= ownValue(request, 'body');
    if (record.user === undefined) {
      const id = userIdOf(ownValue(request, 'user'));
      if (id !== undefined) record.user = { id, roles: [] };
    }
    finishRequest(record, responseView(response));
  },
);

function responseView(response: ServerResponse): ResponseView {
  return {
    statusCode: response.headersSent ? response.statusCode : undefined,
    header: (name) => response.getHeader(name) ?? writtenHeader(response, name),
  };
}

// `writeHead(status, headers)` sends headers that `getHeader` never shows; the text that was sent
// does. It is looked at only where an outcome depends on it.
function writtenHeader(response: ServerResponse, name: string): string | undefined {
  const sent: unknown = Reflect.get(response, '_header');
  if (typeof sent !== 'string') return undefined;
  const lines = sent.split('\r\n', writtenHeadersMax);
  const prefix = `${name}:`;
  const line = lines.find((text) => text.slice(0, prefix.length).toLowerCase() === prefix);
  return line?.slice(prefix.length).trim();
}

const writtenHeadersMax = 128;

// A getter named `body` may consume the stream (adapters of other frameworks define one): only a
// plain property is read.
function ownValue(request: IncomingMessage, name: string): unknown {
  return Object.getOwnPropertyDescriptor(request, name)?.value;
}
