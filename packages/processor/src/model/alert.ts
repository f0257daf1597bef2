/** An attack, told once. */

/** How bad it is, in Sigma's words. */
export const ALERT_LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const;

/** One of {@link ALERT_LEVELS}. */
export type AlertLevel = (typeof ALERT_LEVELS)[number];

/** Who or what an alert is about. */
export interface AlertEntity {
  /** `client`, `user`, `session`, `api_key` or `endpoint`. */
  readonly kind: string;
  /** As far as policy lets it be shown. */
  readonly value: string;
}

/** A trace that shows what happened. */
export interface EvidenceTrace {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
}

/** The rule that decided. */
export interface AlertRule {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly level: AlertLevel;
  readonly tags: readonly string[];
  /** What to do about it, one sentence. */
  readonly action: string;
}

/** One alert: who, what, how many, since when, the evidence, what to do. */
export interface Alert {
  /** hash(rule, entity, episode): the same alert, however often it is delivered, has the same id. */
  readonly id: string;
  readonly rule: AlertRule;
  readonly entity: AlertEntity;
  /** Events that made it. */
  readonly count: number;
  /** Distinct values, where the rule counts them. */
  readonly distinctCount?: number;
  /** Event time of the first event of the window, ms. */
  readonly firstMs: number;
  /** Event time of the deciding event, ms. */
  readonly lastMs: number;
  /** At most 16. */
  readonly evidence: readonly EvidenceTrace[];
  /** Names of the services that saw it, at most 8. */
  readonly services: readonly string[];
}

declare const shown: unique symbol;

/** An alert as far as policy lets it be kept and shown: that of `shownAlert`, and of nobody else. */
export interface ShownAlert extends Alert {
  readonly [shown]: true;
}
