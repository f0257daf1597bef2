/**
 * Holds on to the bytes of small payloads as they pass, for applications whose framework nobody observes: by
 * reference, and read at the request's end only where no framework said what they are. The streams are never
 * listened to, since a listener changes how a stream flows; and no stream is changed, only what all of a kind
 * share.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { guard, type LibraryMethod, type RequestSecurity } from '@spanguard/instrumentation';
import { isObject } from '@spanguard/verdict';

/** Longest payload that is held, in bytes; of a longer one nothing is. */
export const heldBytesMax = 65_536;
const fieldsMax = 256;

/** The payloads of one request; empty once they are too long. */
export interface RawPayloads {
  readonly request: HeldBytes;
  readonly response: HeldBytes;
}

class HeldBytes {
  #chunks: Uint8Array[] = [];
  #length = 0;

  add(chunk: Uint8Array): void {
    this.#length += chunk.byteLength;
    if (this.#length > heldBytesMax) this.#chunks = [];
    else this.#chunks.push(chunk);
  }

  /** As text; `undefined` where nothing is held. */
  text(): string | undefined {
    return this.#chunks.length === 0 ? undefined : Buffer.concat(this.#chunks).toString('utf8');
  }
}

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\b/iu;
const FORM_TYPE = /^application\/x-www-form-urlencoded\b/iu;
const ANSWER_TYPE = /^(?:application\/(?:[\w.-]+\+)?json|text\/(?:plain|html))\b/iu;

/** Begins to hold, where the request brings a form or JSON of a size worth reading; else `undefined`. */
export const holdRawPayloads: (
  request: IncomingMessage,
  response: ServerResponse,
) => RawPayloads | undefined = guard(
  'http.raw_payloads',
  (request: IncomingMessage, response: ServerResponse): RawPayloads | undefined => {
    const { headers, method } = request;
    const { 'content-type': type, 'content-encoding': encoding } = headers;
    if (method === 'GET' || type === undefined || encoding !== undefined) return undefined;
    if (!JSON_TYPE.test(type) && !FORM_TYPE.test(type)) return undefined;
    if (Number(headers['content-length'] ?? 0) > heldBytesMax) return undefined;
    const payloads = { request: new HeldBytes(), response: new HeldBytes() };
    held.set(request, payloads.request);
    held.set(response, payloads.response);
    return payloads;
  },
);

/** Reads what is held where nobody else gave it. */
export const readRawPayloads: (
  payloads: RawPayloads,
  record: RequestSecurity,
  response: ServerResponse,
) => void = guard(
  'http.raw_payloads.read',
  (payloads: RawPayloads, record: RequestSecurity, response: ServerResponse): void => {
    if (record.requestBody === undefined) {
      const text = payloads.request.text();
      if (text !== undefined) record.requestBody = parsed(text, record);
    }
    if (record.responseBody !== undefined || record.responseText !== undefined) return;
    if (isReadable(response)) record.responseText = payloads.response.text();
  },
);

function parsed(text: string, { start }: RequestSecurity): unknown {
  if (FORM_TYPE.test(String(start.headers['content-type']))) {
    const form: Record<string, string> = Object.create(null);
    let left = fieldsMax;
    for (const [name, value] of new URLSearchParams(text)) {
      if (left === 0) break;
      left -= 1;
      form[name] ??= value;
    }
    return form;
  }
  try {
    return JSON.parse(text);
  } catch {
    // The application's own parser refuses it as well.
    return undefined;
  }
}

// What is compressed on its way out is no text; headers given to `writeHead` alone are not looked for.
function isReadable(response: ServerResponse): boolean {
  if (response.getHeader('content-encoding') !== undefined) return false;
  const type = response.getHeader('content-type');
  return type === undefined || (typeof type === 'string' && ANSWER_TYPE.test(type));
}

/** By request and by response. */
const held = new WeakMap<object, HeldBytes>();

/** Wraps `push` of requests, by which a body arrives, and `write` and `end` of responses. */
export function observeBytes(original: LibraryMethod): LibraryMethod {
  return function observedBytes(this: unknown, ...args) {
    const bytes = isObject(this) ? held.get(this) : undefined;
    if (bytes !== undefined) keep(bytes, args[0], args[1]);
    return Reflect.apply(original, this, args);
  };
}

const keep = guard(
  'http.raw_payloads.keep',
  (bytes: HeldBytes, chunk: unknown, encoding: unknown) => {
    if (chunk instanceof Uint8Array) bytes.add(chunk);
    else if (typeof chunk === 'string') {
      const isNamed = typeof encoding === 'string' && Buffer.isEncoding(encoding);
      bytes.add(Buffer.from(chunk, isNamed ? encoding : 'utf8'));
    }
  },
);
