/** Holds on to what a request brought and what the application answers, by reference. */
import { guard } from '../guard/guard.ts';
import type { RequestSecurity } from '../request/request-security.ts';

type Hold = (record: RequestSecurity, payload: unknown) => void;

/** Keeps the parsed body of a request: text or data. The first counts. Guarded: what applications made may throw. */
export const holdBody: Hold = guard(
  'request.hold_body',
  (record: RequestSecurity, body: unknown) => {
    if (typeof body === 'string' || isData(body)) record.requestBody ??= body;
  },
);

/** Keeps the payload of an answer: text, or data that is going to be serialised. The first counts. Guarded. */
export const holdAnswer: Hold = guard(
  'request.hold_answer',
  (record: RequestSecurity, payload: unknown) => {
    if (typeof payload === 'string') record.responseText ??= payload;
    else if (isData(payload)) record.responseBody ??= payload;
  },
);

// Streams, bytes, errors and what the Fetch API knows are left alone: to look at one may be to consume it.
const CONSUMED = ['pipe', 'getReader', 'arrayBuffer', 'next'];

function isData(payload: unknown): payload is object {
  if (typeof payload !== 'object' || payload === null || payload instanceof Error) return false;
  if (Array.isArray(payload)) return true;
  if (ArrayBuffer.isView(payload) || payload instanceof ArrayBuffer) return false;
  return !CONSUMED.some((name) => typeof Reflect.get(payload, name) === 'function');
}
