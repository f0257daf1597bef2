/**
 * Sends alerts where all telemetry goes: as a log record with the `security_rule.*` attributes, and, since
 * trace backends show no logs, as a span of service `spanguard` with links to the traces of the evidence.
 */
import {
  ATTR_SECURITY_ALERT_ACTION,
  ATTR_SECURITY_ALERT_COUNT,
  ATTR_SECURITY_ALERT_DISTINCT_COUNT,
  ATTR_SECURITY_ALERT_ENTITY_KIND,
  ATTR_SECURITY_ALERT_ENTITY_VALUE,
  ATTR_SECURITY_ALERT_EVIDENCE_TRACE_IDS,
  ATTR_SECURITY_ALERT_ID,
  ATTR_SECURITY_ALERT_TAGS,
  ATTR_SECURITY_ALERT_WINDOW_END,
  ATTR_SECURITY_ALERT_WINDOW_START,
  ATTR_SECURITY_RULE_DESCRIPTION,
  ATTR_SECURITY_RULE_NAME,
  ATTR_SECURITY_RULE_RULESET_NAME,
  ATTR_SECURITY_RULE_UUID,
  ATTR_SERVICE_NAME,
} from '@spanguard/conventions';
import {
  type Attributes,
  encodeLogsRequest,
  encodeTracesRequest,
  type LogRecordData,
  type SourceData,
  type SpanData,
} from '@spanguard/otlp';
import { z } from 'zod';
import type { Alert, AlertLevel } from '../../../model/alert.ts';
import type { Delivery } from '../../../pipeline/delivery.ts';
import type { Intake, IntakeOutcome } from '../../../pipeline/intake.ts';
import { flag } from '../../../options/option-kinds.ts';
import type { Channel } from '../../channel.ts';
import { defineChannel, type DescribedChannel } from '../../define-channel.ts';
import { summary } from '../../ocsf.ts';

/** Alerts among the telemetry. */
export const otlpDescription: DescribedChannel = defineChannel({
  type: 'otlp',
  stability: 'stable',
  isOnByDefault: true,
  config: z.strictObject({
    enabled: flag({
      default: true,
      doc: 'Whether alerts go to the OTLP backends, as log record and as span.',
    }),
  }),
  create: (_config, { intake, serviceName, version }) =>
    otlpChannel({ intake, serviceName, version }),
});

/** Where the telemetry goes, and who it says it is from. */
export interface OtlpChannelOptions {
  /** The same way all telemetry takes: redacted again, made durable, exported to every backend. */
  readonly intake: Intake;
  readonly serviceName: string;
  readonly version: string;
}

/** SeverityNumber of OpenTelemetry by our levels. */
const SEVERITY_NUMBER: Readonly<Record<AlertLevel, number>> = {
  informational: 9,
  low: 10,
  medium: 13,
  high: 17,
  critical: 21,
};

const STATUS_ERROR = 2;
const SPAN_KIND_INTERNAL = 1;

/** A channel into the processor's own pipeline. The ids are made of the alert's: sent twice, they are equal. */
export function otlpChannel({ intake, serviceName, version }: OtlpChannelOptions): Channel {
  const source: SourceData = {
    resource: { [ATTR_SERVICE_NAME]: serviceName },
    scopeName: '@spanguard/processor',
    scopeVersion: version,
  };
  return {
    deliver: async (alert) => {
      const spans = await intake('traces', encodeTracesRequest(source, [alertSpan(alert)]));
      if (spans.kind !== 'accepted') return deliveryOf(spans);
      return deliveryOf(await intake('logs', encodeLogsRequest(source, [alertLogRecord(alert)])));
    },
  };
}

/** The alert as span: its trace and span id are the alert's id. */
export function alertSpan(alert: Alert): SpanData {
  return {
    traceId: alert.id,
    spanId: alert.id.slice(0, 16),
    name: alert.rule.name,
    kind: SPAN_KIND_INTERNAL,
    startMs: alert.firstMs,
    endMs: alert.lastMs,
    attributes: alertAttributes(alert),
    status: { code: STATUS_ERROR, message: summary(alert) },
    links: alert.evidence,
  };
}

/** The alert as log record, in the trace of the deciding event. */
export function alertLogRecord(alert: Alert): LogRecordData {
  const trigger = alert.evidence.at(-1);
  return {
    timeMs: alert.lastMs,
    severityNumber: SEVERITY_NUMBER[alert.rule.level],
    severityText: alert.rule.level,
    eventName: `spanguard.alert.${alert.rule.name}`,
    body: summary(alert),
    attributes: alertAttributes(alert),
    ...trigger,
  };
}

function alertAttributes(alert: Alert): Attributes {
  const { rule, entity } = alert;
  return {
    [ATTR_SECURITY_ALERT_ID]: alert.id,
    [ATTR_SECURITY_RULE_NAME]: rule.name,
    [ATTR_SECURITY_RULE_UUID]: rule.id,
    [ATTR_SECURITY_RULE_DESCRIPTION]: rule.description,
    [ATTR_SECURITY_RULE_RULESET_NAME]: 'spanguard',
    [ATTR_SECURITY_ALERT_TAGS]: rule.tags,
    [ATTR_SECURITY_ALERT_ACTION]: rule.action,
    [ATTR_SECURITY_ALERT_ENTITY_KIND]: entity.kind,
    [ATTR_SECURITY_ALERT_ENTITY_VALUE]: entity.value,
    [ATTR_SECURITY_ALERT_COUNT]: alert.count,
    ...(alert.distinctCount === undefined
      ? {}
      : { [ATTR_SECURITY_ALERT_DISTINCT_COUNT]: alert.distinctCount }),
    [ATTR_SECURITY_ALERT_WINDOW_START]: new Date(alert.firstMs).toISOString(),
    [ATTR_SECURITY_ALERT_WINDOW_END]: new Date(alert.lastMs).toISOString(),
    [ATTR_SECURITY_ALERT_EVIDENCE_TRACE_IDS]: alert.evidence.map(({ traceId }) => traceId),
  };
}

function deliveryOf(outcome: IntakeOutcome): Delivery {
  switch (outcome.kind) {
    case 'accepted':
      return { kind: 'accepted', rejectedItems: 0 };
    case 'unavailable':
      return { kind: 'later', reason: outcome.message, retryAfterMs: outcome.retryAfterMs };
    case 'malformed':
    case 'too_large':
    case 'failed':
      return { kind: 'never', reason: outcome.message };
  }
}
