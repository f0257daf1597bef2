/**
 * An alert as OCSF Detection Finding (class 2004), the form webhooks get.
 * Source: OCSF schema 1.5, https://schema.ocsf.io/classes/detection_finding.
 */
import type { Alert, AlertLevel } from '../model/alert.ts';

/** The part of a Detection Finding we fill. */
export interface DetectionFinding {
  readonly class_uid: 2004;
  readonly category_uid: 2;
  readonly activity_id: 1;
  readonly type_uid: 200_401;
  readonly severity_id: number;
  readonly status_id: 1;
  /** Event time of the deciding event, ms. */
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
    readonly analytic: { readonly uid: string; readonly name: string; readonly type_id: 1 };
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

/** Severity ids of OCSF by our levels. */
const SEVERITY_ID: Readonly<Record<AlertLevel, number>> = {
  informational: 1,
  low: 2,
  medium: 3,
  high: 4,
  critical: 5,
};

/** Renders an alert. The same alert always gives the same finding. */
export function detectionFinding(alert: Alert): DetectionFinding {
  const { rule } = alert;
  return {
    class_uid: 2004,
    category_uid: 2,
    activity_id: 1,
    type_uid: 200_401,
    severity_id: SEVERITY_ID[rule.level],
    status_id: 1,
    time: alert.lastMs,
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
      first_seen_time: alert.firstMs,
      last_seen_time: alert.lastMs,
      related_events_count: alert.count,
      analytic: { uid: rule.id, name: rule.name, type_id: 1 },
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
      ...(alert.distinctCount === undefined ? {} : { distinct_count: alert.distinctCount }),
    },
  };
}

/** One sentence: what, who, how many. */
export function summary(alert: Alert): string {
  const distinct =
    alert.distinctCount === undefined ? '' : `, ${alert.distinctCount} distinct values`;
  const { kind, value } = alert.entity;
  return `${alert.rule.title}: ${kind} ${value}, ${alert.count} events${distinct}`;
}

/** ATT&CK technique ids among Sigma tags: `attack.t1110.004` gives `T1110.004`. */
function techniques(tags: readonly string[]): string[] {
  return tags
    .filter((tag) => /^attack\.t\d{4}(\.\d{3})?$/.test(tag))
    .map((tag) => tag.slice('attack.'.length).toUpperCase());
}
