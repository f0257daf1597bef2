/** Reads the Retry-After header (RFC 9110, 10.2.3). */

/** Longer than this nobody waits without asking again. */
const RETRY_AFTER_MS_MAX = 3_600_000;

/** Seconds or an HTTP date as milliseconds from now; undefined where the header says neither. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), RETRY_AFTER_MS_MAX) : undefined;
}
