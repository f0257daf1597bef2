/**
 * An alert as OCSF Detection Finding (class 2004), the form webhooks get.
 * Source: OCSF schema 1.5, https://schema.ocsf.io/classes/detection_finding.
 */
import type { Alert, AlertLevel } from '../model/alert.ts';

/** The part of a Detection Finding we fill. Each `x_id` has its `x`, in the words of the schema. */
export interface DetectionFinding {
  readonly class_uid: 2004;
  readonly class_name: 'Detection Finding';
  readonly category_uid: 2;
  readonly category_name: 'Findings';
  readonly activity_id: 1;
  readonly activity_name: 'Create';
  readonly type_uid: 200_401;
  readonly type_name: 'Detection Finding: Create';
  readonly severity_id: number;
  readonly severity: string;
  readonly status_id: 1;
  readonly status: 'New';
  /** Event time of the deciding event, whole ms: the schema knows no fractions. */
  readonly time: number;
  readonly message: string;
  readonly is_alert: true;
  readonly metadata: {
    readonly version: '1.5.0';
    readonly uid: string;
    readonly product: { readonly name: 'Spanguard'; readonly vendor_name: 'Spanguard' };
  };
  readonly finding_info: {
    readonly uid: string;
    readonly title: string;
    readonly desc: string;
    readonly first_seen_time: number;
    readonly last_seen_time: number;
    readonly related_events_count: number;
    readonly analytic: {
      readonly uid: string;
      readonly name: string;
      readonly type_id: 1;
      readonly type: 'Rule';
    };
    readonly attacks: readonly { readonly technique: { readonly uid: string } }[];
  };
  readonly evidences: readonly {
    readonly data: { readonly trace_id: string; readonly span_id: string };
  }[];
  readonly remediation: { readonly desc: string };
  /** What OCSF has no place for: the entity, the services, the distinct count, the tags. */
  readonly unmapped: {
    readonly dedup_key: string;
    readonly entity: { readonly kind: string; readonly value: string };
    readonly services: readonly string[];
    readonly tags: readonly string[];
    readonly distinct_count?: number;
  };
}

/** `integer_t` has 32 bits. */
const INTEGER_MAX = 2 ** 31 - 1;

/** Severities of OCSF by our levels. */
const SEVERITIES: Readonly<Record<AlertLevel, readonly [id: number, caption: string]>> = {
  informational: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
};

/** Renders an alert. The same alert always gives the same finding. */
export function detectionFinding(alert: Alert): DetectionFinding {
  const { rule } = alert;
  const [severityId, severity] = SEVERITIES[rule.level];
  return {
    class_uid: 2004,
    class_name: 'Detection Finding',
    category_uid: 2,
    category_name: 'Findings',
    activity_id: 1,
    activity_name: 'Create',
    type_uid: 200_401,
    type_name: 'Detection Finding: Create',
    severity_id: severityId,
    severity,
    status_id: 1,
    status: 'New',
    time: timestamp(alert.lastMs),
    message: summary(alert),
    is_alert: true,
    metadata: {
      version: '1.5.0',
      uid: alert.id,
      product: { name: 'Spanguard', vendor_name: 'Spanguard' },
    },
    finding_info: {
      uid: alert.id,
      title: rule.title,
      desc: rule.description,
      first_seen_time: timestamp(alert.firstMs),
      last_seen_time: timestamp(alert.lastMs),
      related_events_count: wholeCount(alert.count),
      analytic: { uid: rule.id, name: rule.name, type_id: 1, type: 'Rule' },
      attacks: techniques(rule.tags).map((uid) => ({ technique: { uid } })),
    },
    evidences: alert.evidence.map(({ traceId, spanId }) => ({
      data: { trace_id: traceId, span_id: spanId },
    })),
    remediation: { desc: rule.action },
    unmapped: {
      dedup_key: alert.id,
      entity: alert.entity,
      services: alert.services,
      tags: rule.tags,
      ...(alert.distinctCount === undefined
        ? {}
        : { distinct_count: wholeCount(alert.distinctCount) }),
    },
  };
}

/** `timestamp_t`: whole milliseconds since the epoch. OTLP counts nanoseconds, so ours have fractions. */
function timestamp(ms: number): number {
  return Number.isFinite(ms) ? Math.trunc(ms) : 0;
}

/** `integer_t`. Events of sampled telemetry stand for several, seldom for a whole number of them. */
function wholeCount(count: number): number {
  return Number.isFinite(count) ? Math.min(Math.round(count), INTEGER_MAX) : INTEGER_MAX;
}

/** One sentence: what, who, how many. */
export function summary(alert: Alert): string {
  const distinct =
    alert.distinctCount === undefined ? '' : `, ${alert.distinctCount} distinct values`;
  const { kind, value } = alert.entity;
  return `${alert.rule.title}: ${kind} ${value}, ${wholeCount(alert.count)} events${distinct}`;
}

/** ATT&CK technique ids among Sigma tags: `attack.t1110.004` gives `T1110.004`. */
function techniques(tags: readonly string[]): string[] {
  return tags
    .filter((tag) => /^attack\.t\d{4}(\.\d{3})?$/.test(tag))
    .map((tag) => tag.slice('attack.'.length).toUpperCase());
}
