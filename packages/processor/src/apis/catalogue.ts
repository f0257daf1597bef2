/** All that a store knows, for readers. */
import type { Store } from '../store/store.ts';
import { type EndpointView, type FindingView, viewEndpoint, viewFinding } from './endpoint-view.ts';

/** Endpoints in order of service and path, findings in order of how bad they are. */
export interface ApiCatalogue {
  readonly endpoints: readonly EndpointView[];
  readonly findings: readonly FindingView[];
}

/** Reads it, of one service or of all. */
export function readCatalogue(
  store: Store,
  { service, nowMs }: { readonly service: string | undefined; readonly nowMs: number },
): ApiCatalogue {
  const stored = store.endpoints.list(service);
  const byNumber = new Map(stored.map((each) => [each.id, each]));
  const findings = store.findings.list().flatMap((finding) => {
    const at = byNumber.get(finding.endpoint);
    return at === undefined ? [] : [viewFinding(finding, at, nowMs)];
  });
  const byEndpoint = Map.groupBy(findings, ({ endpoint }) => endpoint);
  return {
    endpoints: stored.map((each) => viewEndpoint(each, byEndpoint.get(each.id) ?? [])),
    findings,
  };
}

/** The endpoints, those most at risk first. */
export function byRisk(endpoints: readonly EndpointView[]): readonly EndpointView[] {
  return endpoints.toSorted(
    (one, other) => other.risk.score - one.risk.score || other.requests - one.requests,
  );
}
