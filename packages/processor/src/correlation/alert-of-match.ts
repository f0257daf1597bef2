/** Turns what the rules found into an alert. */
import {
  ATTR_CLIENT_ADDRESS,
  ATTR_CLIENT_PREFIX,
  ATTR_NETWORK_PEER_ADDRESS,
  ATTR_SERVICE_NAME,
  ATTR_USER_ID,
} from '@spanguard/conventions';
import type { CorrelationMatch } from '@spanguard/sigma';
import type { Alert, AlertEntity, EvidenceTrace } from '../model/alert.ts';
import type { FactEvidence } from '../model/facts/fact-batch.ts';
import { alertId } from './alert-id.ts';

const EVIDENCE_MAX = 16;
const SERVICES_MAX = 8;
const DEFAULT_ACTION = 'Look at the evidence traces.';

/** Kinds of entity by the field a rule groups by. */
const KIND_OF_FIELD: ReadonlyMap<string, string> = new Map([
  [ATTR_CLIENT_PREFIX, 'client'],
  [ATTR_CLIENT_ADDRESS, 'client'],
  [ATTR_NETWORK_PEER_ADDRESS, 'client'],
  [ATTR_USER_ID, 'user'],
  [ATTR_SERVICE_NAME, 'service'],
]);

/** The alert of a match; equal matches give equal ids. */
export function alertOfMatch(match: CorrelationMatch, key: Uint8Array): Alert {
  const { rule, group } = match;
  const refs = match.evidence.map(({ ref }) => ref as FactEvidence);
  return {
    id: alertId(key, {
      ruleId: rule.key,
      entity: group.map(({ value }) => value),
      episode: match.episode,
    }),
    rule: {
      id: rule.id,
      name: rule.name === '' ? rule.key : rule.name,
      title: rule.title,
      description: rule.description.trim(),
      level: rule.level,
      tags: rule.tags,
      action: rule.extension.action ?? DEFAULT_ACTION,
    },
    entity: entityOf(match),
    count: match.count,
    ...(match.distinctCount === undefined ? {} : { distinctCount: match.distinctCount }),
    firstMs: match.firstMs,
    lastMs: match.lastMs,
    evidence: distinctTraces(refs).slice(0, EVIDENCE_MAX),
    services: [...new Set(refs.map(({ service }) => service))]
      .filter(Boolean)
      .slice(0, SERVICES_MAX),
  };
}

/** All group values, the rule's main entity first: `203.0.113.7/32, user u-1`. */
function entityOf({ rule, group }: CorrelationMatch): AlertEntity {
  const named = group
    .filter(({ value }) => value !== '')
    .map(({ field, value }) => ({ kind: KIND_OF_FIELD.get(field) ?? field, value }));
  const main = named.find(({ kind }) => kind === rule.extension.entity) ?? named[0];
  if (main === undefined) return { kind: 'service', value: 'all' };
  const others = named.filter((one) => one !== main).map(({ kind, value }) => `, ${kind} ${value}`);
  return { kind: main.kind, value: `${main.value}${others.join('')}` };
}

function distinctTraces(refs: readonly FactEvidence[]): EvidenceTrace[] {
  const byTrace = new Map<string, EvidenceTrace>();
  for (const { traceId, spanId } of refs) {
    if (traceId !== '' && spanId !== '') byTrace.set(traceId, { traceId, spanId });
  }
  return [...byTrace.values()];
}
