/** What is wrong with how an endpoint is protected: one finding a cause, which opens and closes by itself. */
import type { AlertLevel, EvidenceTrace } from './alert.ts';

/** Something that is wrong now, as requests have shown it. */
export interface Cause {
  readonly kind: string;
  readonly level: AlertLevel;
  /** Requests that have shown it. */
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** At most 4. */
  readonly evidence: readonly EvidenceTrace[];
}

/** A finding as it is kept. */
export interface Finding extends Cause {
  /** The kind and the number of the endpoint: `plain_http-12`. */
  readonly id: string;
  /** Number of the endpoint. */
  readonly endpoint: number;
  /** When it was opened last. */
  readonly openedMs: number;
  /** Undefined where it is open. */
  readonly closedMs: number | undefined;
  /** How often it was opened. */
  readonly openings: number;
  readonly ignored: Ignored | undefined;
}

/** That somebody decided to live with a finding. */
export interface Ignored {
  readonly reason: string;
  readonly sinceMs: number;
  /** Undefined: for good. */
  readonly untilMs: number | undefined;
}

/** How a finding stands. */
export type FindingState = 'open' | 'closed' | 'ignored';

/** How a finding stands at a time. */
export function stateOf({ closedMs, ignored }: Finding, nowMs: number): FindingState {
  if (closedMs !== undefined) return 'closed';
  if (ignored === undefined) return 'open';
  return ignored.untilMs === undefined || ignored.untilMs > nowMs ? 'ignored' : 'open';
}
