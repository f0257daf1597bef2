/** Follows one incoming HTTP request from its first byte to its end, aborts included. */
import { errorMonitor } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Attributes, type Span, context } from '@opentelemetry/api';
import {
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_NETWORK_PEER_ADDRESS,
  ATTR_URL_ORIGINAL,
  ATTR_URL_QUERY,
  ATTR_USER_AGENT_ORIGINAL,
} from '@spanguard/conventions';
import {
  RequestSecurity,
  type SecurityRuntime,
  bindRequest,
  cutOffRequest,
  findSessionUser,
  findUser,
  finishRequest,
  guard,
  maskedAgent,
  maskedTarget,
  registerRequest,
  remoteAddressOf,
  securityOf,
  securityRuntime,
  spanClientAttributes,
  toolsOf,
} from '@spanguard/instrumentation';
import { ownValue } from '@spanguard/verdict';
import { onLateAnswer } from './late-answer.ts';
import { holdRawPayloads, type RawPayloads, readRawPayloads } from './raw-payloads.ts';
import { lateView, responseView } from './response-view.ts';

/**
 * Opens the record of a request, before its span starts. Returns the span's attributes: they replace
 * what OpenTelemetry read from headers that any client can write.
 */
export function openRequest(request: IncomingMessage): Attributes {
  const runtime = securityRuntime();
  if (runtime === undefined) return {};
  const record = securityOf(request) ?? newRecord(runtime, request);
  const { client } = record;
  const attributes: Attributes = spanClientAttributes(client, runtime);
  attributes[ATTR_NETWORK_PEER_ADDRESS] = client.peer;
  const target = maskedTarget(record);
  attributes[ATTR_URL_ORIGINAL] = target;
  const query = target.indexOf('?');
  // Upstream exports the query with its secrets and re-encoded; the masked original replaces it.
  if (query !== -1) attributes[ATTR_URL_QUERY] = target.slice(query + 1);
  attributes[ATTR_USER_AGENT_ORIGINAL] = maskedAgent(runtime, request.headers['user-agent']);
  return attributes;
}

function newRecord(runtime: SecurityRuntime, request: IncomingMessage): RequestSecurity {
  const { headers, method = 'GET', url: rawTarget = '/' } = request;
  const client = toolsOf(runtime).resolver.resolve(remoteAddressOf(request.socket), headers);
  const record = new RequestSecurity(runtime, { method, rawTarget, headers, client });
  registerRequest(request, record);
  return record;
}

/**
 * Ties the record to its span and waits for the response to end. Runs in the span's context, before
 * the application sees the request, whether or not the span is recorded.
 */
export function followResponse(span: Span, response: ServerResponse): void {
  const { req: request } = response;
  const record = securityOf(request);
  // A second copy of the HTTP instrumentation reaches the same record, which is already followed.
  if (record === undefined || !bindRequest(record, context.active(), span)) return;
  const raw = holdRawPayloads(request, response);
  const followed = { record, request, response, raw };
  // `close` comes after every end: finished, aborted by the client, destroyed by the application.
  // Registered before upstream's own listener, so the span has not ended yet.
  response.on('close', () => {
    closeRequest(followed);
  });
  response.on(errorMonitor, () => {
    failResponse(followed);
  });
}

/** A request that is followed to its end. */
interface Followed {
  readonly record: RequestSecurity;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly raw: RawPayloads | undefined;
}

// Upstream ends the span at an error of the response, without a status, though one may be on its way: an
// application that writes after its end, or a stream that breaks in the middle.
const failResponse = guard('http.error', (followed: Followed) => {
  const { record, response } = followed;
  const { span } = record;
  if (response.headersSent && span?.isRecording() === true) {
    span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, response.statusCode);
  }
  if (response.headersSent || response.destroyed) closeRequest(followed);
});

const closeRequest = guard('http.close', (followed: Followed) => {
  const { record, response } = followed;
  if (record.isFinished || record.isCutOff) return;
  learnFrom(followed);
  if (response.headersSent) {
    finishRequest(record, responseView(response));
    return;
  }
  cutOffRequest(record);
  if (!record.isFinished) onLateAnswer(response, () => finishLate(followed));
});

const finishLate = guard('http.late_answer', (followed: Followed) => {
  learnFrom(followed);
  finishRequest(followed.record, lateView(followed.response));
});

function learnFrom({ record, request, response, raw }: Followed): void {
  // A getter named `body` may consume the stream (adapters of other frameworks define one).
  record.requestBody ??= ownValue(request, 'body');
  if (raw !== undefined) readRawPayloads(raw, record, response);
  record.settleRoute();
  if (record.user === undefined) findUsers(request, record);
}

// Apart from the rest: it runs getters of the application's model.
const findUsers = guard('http.user', (request: IncomingMessage, record: RequestSecurity) => {
  const response = ownValue(request, 'res');
  findUser(record, request, ownValue(response, 'locals'));
  findSessionUser(record, sessionOf(request));
});

// Sessions kept in a cookie are decoded when they are first asked for; by now nobody is surprised by that.
function sessionOf(request: IncomingMessage): unknown {
  const property = Object.getOwnPropertyDescriptor(request, 'session');
  return property?.get === undefined ? property?.value : Reflect.get(request, 'session');
}
