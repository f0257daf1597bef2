/**
 * What of an alert may be kept, and shown by any channel: each text has passed the redaction policy under
 * the name it has as telemetry, and can forge no line. Channels are given nothing else, so none of them
 * shows more than another.
 */
import {
  ATTR_SECURITY_ALERT_ACTION,
  ATTR_SECURITY_ALERT_ENTITY_KIND,
  ATTR_SECURITY_ALERT_ENTITY_VALUE,
  ATTR_SECURITY_ALERT_EVIDENCE_TRACE_IDS,
  ATTR_SECURITY_ALERT_TAGS,
  ATTR_SECURITY_RULE_DESCRIPTION,
  ATTR_SECURITY_RULE_NAME,
  ATTR_SECURITY_RULE_UUID,
  ATTR_SERVICE_NAME,
} from '@spanguard/conventions';
import { neutralise } from '@spanguard/verdict';
import type { Alert, EvidenceTrace, ShownAlert } from '../model/alert.ts';

/** What an alert needs of the redaction policy. */
export interface AlertMask {
  /** The text as it may be shown under its name; undefined where the attribute is to be dropped. */
  redactAttribute(name: string, text: string): string | undefined;
}

const TEXT_CHARACTERS_MAX = 1024;
const DESCRIPTION_CHARACTERS_MAX = 4096;
const DROPPED = '[dropped]';
/** Title and id of a rule stand in sentences and under names that say nothing of them. */
const UNNAMED = 'message';
const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;

/** The alert as far as policy lets it be shown. Its id says nothing of anybody, and stays. */
export function shownAlert(alert: Alert, mask: AlertMask): ShownAlert {
  const shown = (name: string, text: string, charactersMax = TEXT_CHARACTERS_MAX): string =>
    neutralise(mask.redactAttribute(name, text) ?? DROPPED, charactersMax);
  const { rule, entity, evidence, services } = alert;
  const result: Alert = {
    ...alert,
    // Events of sampled telemetry stand for several, seldom for a whole number of them.
    count: Math.round(alert.count),
    ...(alert.distinctCount === undefined
      ? {}
      : { distinctCount: Math.round(alert.distinctCount) }),
    rule: {
      id: shown(ATTR_SECURITY_RULE_UUID, shown(UNNAMED, rule.id)),
      name: shown(ATTR_SECURITY_RULE_NAME, rule.name),
      title: shown(UNNAMED, rule.title),
      description: shown(
        ATTR_SECURITY_RULE_DESCRIPTION,
        rule.description,
        DESCRIPTION_CHARACTERS_MAX,
      ),
      level: rule.level,
      tags: rule.tags.map((tag) => shown(ATTR_SECURITY_ALERT_TAGS, tag)),
      action: shown(ATTR_SECURITY_ALERT_ACTION, rule.action),
    },
    entity: {
      kind: shown(ATTR_SECURITY_ALERT_ENTITY_KIND, entity.kind),
      value: shown(ATTR_SECURITY_ALERT_ENTITY_VALUE, entity.value),
    },
    evidence: evidence.filter((trace) => isShown(trace, mask)),
    services: services.map((service) => shown(ATTR_SERVICE_NAME, service)),
  };
  return result as ShownAlert;
}

/** Ids are ids and nothing else, and are there only where policy leaves them. */
function isShown({ traceId, spanId }: EvidenceTrace, mask: AlertMask): boolean {
  if (!TRACE_ID.test(traceId) || !SPAN_ID.test(spanId)) return false;
  return mask.redactAttribute(ATTR_SECURITY_ALERT_EVIDENCE_TRACE_IDS, traceId) === traceId;
}
