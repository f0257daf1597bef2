/** Where what was seen differs from what is documented. Pure. */
import type { EndpointView } from './endpoint-view.ts';
import { OPENAPI_METHODS } from './openapi.ts';
import type { DocumentedOperation, OpenApiDocument } from './parse-openapi.ts';
import { partsOf, type PathPart } from './path-shape.ts';

/** `shadow`: not documented; `zombie`: to be gone, yet used; `unused`: documented and never seen. */
export const DRIFT_KINDS = ['shadow', 'zombie', 'unused', 'method', 'status', 'parameter'] as const;

/** One of {@link DRIFT_KINDS}. */
export type DriftKind = (typeof DRIFT_KINDS)[number];

/** One difference. */
export interface Drift {
  readonly kind: DriftKind;
  readonly method: string;
  readonly path: string;
  /** What it is about: a status, a parameter, or a sentence. */
  readonly detail: string;
  /** Requests that have shown it; 0 where none have. */
  readonly requests: number;
  readonly services: readonly string[];
}

/** Asked of any path by clients that know nothing of it. */
const ASKED_ANYWHERE: ReadonlySet<string> = new Set(['OPTIONS', 'HEAD']);

/** All differences, in the order of {@link DRIFT_KINDS}. */
export function findDrift(
  endpoints: readonly EndpointView[],
  documents: readonly OpenApiDocument[],
): readonly Drift[] {
  const operations = documents.flatMap((document) => document.operations);
  const used = new Set<DocumentedOperation>();
  const found: Drift[] = [];
  for (const endpoint of endpoints) {
    if (!OPENAPI_METHODS.includes(endpoint.method)) continue;
    const samePath = matching(operations, partsOf(endpoint.path));
    const operation = samePath.find(({ method }) => method === endpoint.method);
    if (operation !== undefined) {
      used.add(operation);
      found.push(...differences(endpoint, operation));
    } else if (samePath.length === 0) {
      found.push(driftOf('shadow', endpoint, { detail: 'the path is not documented' }));
    } else if (!ASKED_ANYWHERE.has(endpoint.method)) {
      const documented = samePath.map(({ method }) => method).join(', ');
      found.push(driftOf('method', endpoint, { detail: `documented are ${documented}` }));
    }
  }
  for (const operation of operations) {
    const { method, path, isDeprecated } = operation;
    if (used.has(operation) || isDeprecated) continue;
    const detail = 'documented, and never seen';
    found.push({ ...{ kind: 'unused', method, path, detail, requests: 0, services: [] } });
  }
  return found.toSorted((one, other) => orderOf(one) - orderOf(other));
}

function differences(endpoint: EndpointView, operation: DocumentedOperation): readonly Drift[] {
  const { statuses, parameters, isDeprecated } = operation;
  const zombie = driftOf('zombie', endpoint, { detail: 'deprecated, and still used' });
  return [
    ...(isDeprecated ? [zombie] : []),
    ...endpoint.statuses
      .filter(({ name }) => !isDocumented(name, statuses))
      .map(({ name, count }) => driftOf('status', endpoint, { detail: name, requests: count })),
    ...endpoint.parameters
      .filter(({ name }) => !parameters.has(name))
      .map(({ name, count }) => driftOf('parameter', endpoint, { detail: name, requests: count })),
  ];
}

function isDocumented(status: string, documented: ReadonlySet<string>): boolean {
  return (
    documented.has(status) || documented.has(`${status.slice(0, 1)}XX`) || documented.has('DEFAULT')
  );
}

function driftOf(
  kind: DriftKind,
  { method, path, service, requests }: EndpointView,
  shown: { readonly detail: string; readonly requests?: number },
): Drift {
  return { kind, method, path, requests, ...shown, services: [service] };
}

/** The operations of the path that fits best: what is spelled out fits better than a placeholder. */
function matching(
  operations: readonly DocumentedOperation[],
  seen: readonly PathPart[],
): readonly DocumentedOperation[] {
  let best: readonly DocumentedOperation[] = [];
  let words = -1;
  for (const operation of operations) {
    const fit = wordsThatFit(operation.parts, seen);
    if (fit === undefined || fit < words) continue;
    best = fit > words ? [operation] : [...best, operation];
    words = fit;
  }
  return best;
}

/** How many words two paths share; undefined where they are not the same. */
function wordsThatFit(
  documented: readonly PathPart[],
  seen: readonly PathPart[],
): number | undefined {
  if (documented.length !== seen.length) return undefined;
  let words = 0;
  for (const [at, part] of documented.entries()) {
    const other = seen[at];
    if (part.kind === 'parameter') continue;
    if (other?.kind !== 'word' || other.text !== part.text) return undefined;
    words += 1;
  }
  return words;
}

function orderOf({ kind }: Drift): number {
  return DRIFT_KINDS.indexOf(kind);
}
