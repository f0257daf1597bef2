/** Watches what Node hands to an application's request, and what an application ends its response with. */
import { IncomingMessage, ServerResponse } from 'node:http';
import { type LibraryMethod, guard, securityOf } from '@spanguard/instrumentation';
import { answerText, ArrivingBody } from './read-payload.ts';

const arriving = new WeakMap<IncomingMessage, ArrivingBody>();

/** Wraps `request.push`, by which a body arrives: no listener is added and nothing is consumed. */
export function observePush(original: LibraryMethod): LibraryMethod {
  return function push(this: unknown, chunk, encoding) {
    if (chunk !== null) takeChunk(this, chunk);
    return Reflect.apply(original, this, [chunk, encoding]);
  };
}

/** Wraps `response.end`. */
export function observeEnd(original: LibraryMethod): LibraryMethod {
  return function end(this: unknown, ...args) {
    takeAnswer(this, args[0]);
    return Reflect.apply(original, this, args);
  };
}

/** The body that arrived, parsed; `undefined` where a framework takes care of it, or nothing can be read. */
export function arrivedBody(request: IncomingMessage): unknown {
  return arriving.get(request)?.parsed(request.headers['content-type']);
}

const takeChunk = guard('http.push', (request: unknown, chunk: unknown) => {
  if (!(request instanceof IncomingMessage) || !(chunk instanceof Uint8Array)) return;
  const record = securityOf(request);
  // What comes compressed is nobody's to inflate but the application's.
  if (record === undefined || record.framework !== undefined) return;
  if (request.headers['content-encoding'] !== undefined) return;
  let body = arriving.get(request);
  if (body === undefined) arriving.set(request, (body = new ArrivingBody()));
  body.add(chunk);
});

const takeAnswer = guard('http.end', (response: unknown, chunk: unknown) => {
  if (!(response instanceof ServerResponse) || chunk === undefined || chunk === null) return;
  const record = securityOf(response.req);
  if (record === undefined || record.framework !== undefined) return;
  if (response.hasHeader('content-encoding')) return;
  record.responseText ??= answerText(chunk);
});
