/**
 * What single requests show of how an endpoint is protected: findings are drawn of how often, and how
 * lately.
 */
import type { EvidenceTrace } from '../alert.ts';

/** Signs by name; written to the store, so that none is ever renamed. */
export const SIGNS = [
  /** Answered (2xx), and nothing was seen of credentials. */
  'answered_anonymous',
  /** Answered to somebody with credentials. */
  'answered_identified',
  /** Refused (401, 403) for want of credentials. */
  'refused_anonymous',
  /** The answer to nobody in particular held personal or secret data. */
  'sensitive_anonymous',
  'plain_http',
  'old_tls',
  'basic_authentication',
  'secret_in_url',
  'hsts_off',
  'cors_any',
  'cors_any_identified',
  /** A POST, PUT, PATCH or DELETE that was answered. */
  'write_answered',
  /** Refused as input: 400, 422, or an event that says so. */
  'input_refused',
  'rate_limited',
  'login_failed',
  'login_succeeded',
  /** Signs of an attack in the request. */
  'attacked',
  /** An answer over TLS, by a sender that tells its headers, without Strict-Transport-Security. */
  'hsts_missing',
  'cookie_insecure',
  'cookie_scriptable',
  'cookie_cross_site',
  'stack_trace',
  'database_error',
] as const;

/** One of {@link SIGNS}. */
export type SignName = (typeof SIGNS)[number];

/** How often a sign was seen. */
export interface Sign {
  count: number;
  firstMs: number;
  lastMs: number;
  /** The last of them, at most {@link SIGN_TRACES_MAX}. */
  readonly traces: EvidenceTrace[];
}

/** Traces kept for a sign. */
export const SIGN_TRACES_MAX = 4;

/** One sign more. */
export interface SignSeen {
  readonly weight: number;
  readonly timeMs: number;
  /** Asked for only where it is kept: it costs more than all the rest. */
  readonly trace: EvidenceTrace;
}

const NAMES: ReadonlySet<string> = new Set(SIGNS);

/** The signs of one endpoint. */
export class Signs {
  readonly #signs = new Map<SignName, Sign>();

  get size(): number {
    return this.#signs.size;
  }

  add(name: SignName, seen: SignSeen): void {
    const { weight, timeMs } = seen;
    const sign = this.#signs.get(name);
    if (sign === undefined) {
      const traces = [seen.trace].filter(({ traceId }) => traceId !== '');
      this.#signs.set(name, { count: weight, firstMs: timeMs, lastMs: timeMs, traces });
      return;
    }
    sign.count += weight;
    if (timeMs < sign.firstMs) sign.firstMs = timeMs;
    // A new one for each minute at most: it is read by people, and asking for it costs.
    if (sign.traces.length < SIGN_TRACES_MAX || timeMs - sign.lastMs > MINUTE_MS) {
      keep(sign.traces, seen.trace);
    }
    if (timeMs > sign.lastMs) sign.lastMs = timeMs;
  }

  get(name: SignName): Readonly<Sign> | undefined {
    return this.#signs.get(name);
  }

  count(name: SignName): number {
    return this.#signs.get(name)?.count ?? 0;
  }

  merge(other: Signs): void {
    for (const [name, theirs] of other.#signs) {
      const sign = this.#signs.get(name);
      if (sign === undefined) {
        this.#signs.set(name, { ...theirs, traces: [...theirs.traces] });
        continue;
      }
      sign.count += theirs.count;
      sign.firstMs = Math.min(sign.firstMs, theirs.firstMs);
      sign.lastMs = Math.max(sign.lastMs, theirs.lastMs);
      for (const trace of theirs.traces) keep(sign.traces, trace);
    }
  }

  entries(): [SignName, Sign][] {
    return [...this.#signs];
  }

  /** Reads what {@link entries} gave; what is none is passed over. */
  read(entries: unknown): void {
    if (!Array.isArray(entries)) return;
    for (const entry of entries as unknown[]) {
      if (!Array.isArray(entry)) continue;
      const [name, sign] = entry as unknown[];
      if (typeof name === 'string' && NAMES.has(name) && isSign(sign)) {
        this.#signs.set(name as SignName, sign);
      }
    }
  }
}

const MINUTE_MS = 60_000;

function keep(traces: EvidenceTrace[], trace: EvidenceTrace): void {
  if (trace.traceId === '') return;
  traces.push(trace);
  if (traces.length > SIGN_TRACES_MAX) traces.shift();
}

function isSign(value: unknown): value is Sign {
  if (typeof value !== 'object' || value === null) return false;
  const { count, firstMs, lastMs, traces } = value as Partial<Record<keyof Sign, unknown>>;
  return (
    [count, firstMs, lastMs].every((each) => typeof each === 'number') && Array.isArray(traces)
  );
}
