/** Endpoints and findings as they are told to programs and shown to people: plain values. */
import type { EvidenceTrace } from '../model/alert.ts';
import { type Finding, stateOf, type FindingState } from '../model/finding.ts';
import type { Tally } from '../model/endpoint/tally.ts';
import { findingKind } from '../posture/finding-kinds.ts';
import type { StoredEndpoint } from '../store/endpoint-table.ts';
import { type Risk, riskOf } from './risk.ts';

/** Counts by name. */
export interface Counted {
  readonly name: string;
  readonly count: number;
}

/** An endpoint for a reader. Times are ISO 8601, latencies ms. */
export interface EndpointView {
  readonly number: number;
  readonly service: string;
  readonly method: string;
  readonly path: string;
  /** `route`: told by the application; `learned`: made of paths. */
  readonly origin: string;
  /** Of the API, where the path has it: `v2`. */
  readonly version: string | undefined;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly requests: number;
  readonly clientErrors: number;
  readonly serverErrors: number;
  readonly statuses: readonly Counted[];
  readonly hosts: readonly Counted[];
  readonly protocols: readonly Counted[];
  readonly authentication: readonly Counted[];
  readonly parameters: readonly Counted[];
  readonly dataIn: readonly Counted[];
  readonly dataOut: readonly Counted[];
  readonly events: readonly Counted[];
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly latency: { readonly p50?: number; readonly p95?: number; readonly p99?: number };
  /** About. */
  readonly users: number;
  /** About. */
  readonly clients: number;
  /** Whether input was ever refused, so that something validates it. */
  readonly hasRefusedInput: boolean;
  readonly risk: Risk;
  /** Ids of those that are open. */
  readonly findings: readonly string[];
}

/** A finding for a reader. */
export interface FindingView {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly level: string;
  readonly state: FindingState;
  readonly endpoint: number;
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly requests: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly opened: string;
  readonly closed: string | undefined;
  readonly openings: number;
  readonly ignored: { readonly reason: string; readonly until: string | undefined } | undefined;
  readonly fix: string;
  readonly tags: readonly string[];
  readonly evidence: readonly EvidenceTrace[];
}

const VERSION = /\/(v\d{1,3}(?:\.\d{1,3})*)(?:\/|$)/i;

/** An endpoint, with what is known to be wrong with it. */
export function viewEndpoint(
  { id, endpoint }: StoredEndpoint,
  findings: readonly FindingView[],
): EndpointView {
  const { service, method, path, origin } = endpoint.key;
  const open = findings.filter(({ state, endpoint: of }) => of === id && state === 'open');
  const quantile = (share: number): number | undefined => rounded(endpoint.latency.quantile(share));
  const [p50, p95, p99] = [quantile(0.5), quantile(0.95), quantile(0.99)];
  return {
    ...{ number: id, service, method, path, origin, version: VERSION.exec(path)?.[1] },
    ...{ firstSeen: timeOf(endpoint.firstMs), lastSeen: timeOf(endpoint.lastMs) },
    requests: endpoint.requests,
    clientErrors: endpoint.statuses.sum((status) => status.startsWith('4')),
    serverErrors: endpoint.statuses.sum((status) => status.startsWith('5')),
    ...{ statuses: counted(endpoint.statuses), hosts: counted(endpoint.hosts) },
    ...{ protocols: counted(endpoint.protocols) },
    authentication: counted(endpoint.authentication),
    parameters: counted(endpoint.parameters),
    ...{ dataIn: counted(endpoint.dataIn), dataOut: counted(endpoint.dataOut) },
    events: counted(endpoint.events),
    ...{ bytesIn: endpoint.bytesIn, bytesOut: endpoint.bytesOut },
    latency: p50 === undefined || p95 === undefined || p99 === undefined ? {} : { p50, p95, p99 },
    ...{ users: endpoint.users.estimate(), clients: endpoint.clients.estimate() },
    hasRefusedInput: endpoint.signs.count('input_refused') > 0,
    risk: riskOf(endpoint, open),
    findings: open.map((finding) => finding.id),
  };
}

/** A finding, at its endpoint. */
export function viewFinding(
  finding: Finding,
  { endpoint: { key } }: StoredEndpoint,
  nowMs: number,
): FindingView {
  const { id, kind, level, endpoint, ignored, closedMs } = finding;
  const { title = kind, fix = '', tags = [] } = findingKind(kind) ?? {};
  const until = ignored?.untilMs === undefined ? undefined : timeOf(ignored.untilMs);
  return {
    ...{ id, kind, title, level, state: stateOf(finding, nowMs), endpoint },
    ...{ service: key.service, method: key.method, path: key.path, requests: finding.count },
    ...{ firstSeen: timeOf(finding.firstMs), lastSeen: timeOf(finding.lastMs) },
    ...{ opened: timeOf(finding.openedMs), openings: finding.openings },
    closed: closedMs === undefined ? undefined : timeOf(closedMs),
    ignored: ignored === undefined ? undefined : { reason: ignored.reason, until },
    ...{ fix, tags, evidence: finding.evidence },
  };
}

/** Names, the most frequent first. */
function counted(tally: Tally): readonly Counted[] {
  return tally.names().map((name) => ({ name, count: tally.count(name) }));
}

function timeOf(ms: number): string {
  return Number.isFinite(ms) && Math.abs(ms) <= TIME_MS_MAX ? new Date(ms).toISOString() : '';
}

function rounded(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Number(ms.toPrecision(3));
}

/** The last moment that a Date can be. */
const TIME_MS_MAX = 8.64e15;
