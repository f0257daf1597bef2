/** One OTLP/HTTP backend: how a request is sent to it, and what its answer means for the batch. */
import { decodeExportResponse } from '@spanguard/otlp';
import type { Signal } from '../../model/signal.ts';
import type { Clock } from '../../pipeline/clock.ts';
import type { Delivery } from '../../pipeline/delivery.ts';
import { agentFor, post, type PostAnswer, type PostTarget } from '../../pipeline/http-post.ts';
import { retryAfterMs } from '../../pipeline/retry-after.ts';
import type { Backend } from '../backend.ts';
import { type BodyEncoding, contentHeaders, encodeBody } from './encode-body.ts';

/** Where a backend is and how it is talked to. */
export interface OtlpBackendSettings extends BodyEncoding {
  /** Base URL; `/v1/<signal>` is appended. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, { reveal(): string }>>;
  readonly signals: readonly Signal[];
  readonly timeoutMs: number;
  /** Requests under way at once. */
  readonly concurrency: number;
}

/** An answer is read up to this; a larger one is not retried (OTLP 1.11). */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;

/** Statuses after which OTLP clients try again; 500 besides, since backends give it in passing. */
const LATER: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
/** The backend refuses us, not the batch: wrong credentials, path, method or encoding. */
const PAUSED: ReadonlySet<number> = new Set([401, 403, 404, 405, 406, 407, 415]);

/** Sends requests, one connection pool for all signals. */
export class OtlpBackend implements Backend {
  readonly #settings: OtlpBackendSettings;
  readonly #clock: Clock;
  readonly #targets: ReadonlyMap<Signal, PostTarget>;

  constructor(settings: OtlpBackendSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#targets = targetsOf(settings);
  }

  /** Sends the items of several protobuf requests of one signal as one. Never rejects. */
  async send(signal: Signal, requests: readonly Uint8Array[]): Promise<Delivery> {
    const target = this.#targets.get(signal);
    if (target === undefined) return { kind: 'never', reason: `takes no ${signal}` };
    try {
      const body = await encodeBody(signal, requests, this.#settings);
      return deliveryOf(await post(target, body, this.#clock), this.#clock);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'cannot be encoded';
      return { kind: 'never', reason };
    }
  }

  /** Closes its connections. */
  close(): void {
    for (const { agent } of this.#targets.values()) agent.destroy();
  }
}

function targetsOf(settings: OtlpBackendSettings): Map<Signal, PostTarget> {
  const { endpoint, concurrency, signals, timeoutMs } = settings;
  const base = endpoint.replace(/\/+$/, '');
  const agent = agentFor(new URL(base), concurrency);
  const headers = contentHeaders(settings);
  for (const [name, value] of Object.entries(settings.headers)) headers[name] = value.reveal();
  return new Map(
    signals.map((signal) => {
      const url = new URL(`${base}/v1/${signal}`);
      return [signal, { url, headers, agent, timeoutMs, answerBytesMax: ANSWER_BYTES_MAX }];
    }),
  );
}

/** What an answer means for the batch. */
export function deliveryOf(answer: PostAnswer, clock: Clock): Delivery {
  if (answer.kind === 'failed') return { kind: 'later', reason: answer.reason };
  const { status } = answer;
  const reason = `status ${status}`;
  if (status >= 200 && status < 300) return accepted(answer);
  if (status === 413) return { kind: 'too_large', reason };
  if (PAUSED.has(status) || (status >= 300 && status < 400)) return { kind: 'paused', reason };
  if (!LATER.has(status)) return { kind: 'never', reason };
  const wait = retryAfterMs(answer.retryAfter, clock.now());
  return { kind: 'later', reason, ...(wait === undefined ? {} : { retryAfterMs: wait }) };
}

/**
 * A success is one only in the words of OTLP. A login page, or a proxy's, comes with 200 too, and then the
 * batch is nowhere: what is no OTLP answer pauses the exporter. A partial success tells how many items the
 * backend did not want; it is never retried.
 */
function accepted(answer: Extract<PostAnswer, { kind: 'answered' }>): Delivery {
  const { body, contentType, status } = answer;
  const [type = ''] = contentType.split(';', 1);
  if (body?.length === 0) return { kind: 'accepted', rejectedItems: 0 };
  const isProtobuf = type.includes('protobuf');
  if (!isProtobuf && !type.includes('json')) return notOtlp(status, type.trim());
  // Larger than we read: OTLP says not to retry, and how many it did not want nobody knows.
  if (body === undefined) return { kind: 'accepted', rejectedItems: 0 };
  const partial = isProtobuf ? decodeExportResponse(body) : partialOfJson(body);
  if (partial === undefined) return notOtlp(status, type.trim());
  return { kind: 'accepted', rejectedItems: partial.rejected };
}

function notOtlp(status: number, type: string): Delivery {
  const shown = /^[a-z0-9.+-]{1,64}\/[a-z0-9.+-]{1,64}$/.test(type) ? type : 'of no known type';
  return { kind: 'paused', reason: `status ${status}, but the answer is not OTLP: ${shown}` };
}

function partialOfJson(answer: Buffer): { readonly rejected: number } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(answer.toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const partial = 'partialSuccess' in value ? value.partialSuccess : undefined;
  if (typeof partial !== 'object' || partial === null) return { rejected: 0 };
  const counts = Object.entries(partial).filter(([name]) => name.startsWith('rejected'));
  return { rejected: Number(counts[0]?.[1] ?? 0) || 0 };
}
