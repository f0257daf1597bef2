/** What an application exported to a sink, flattened to what the tests ask about. */
import {
  decodeRequest,
  type HttpSink,
  type OtlpSignal,
  type SinkRequest,
} from '@spanguard/testkit';

/** A span or a log record; ids are lower-case hex. */
export interface Exported {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: ReadonlyMap<string, unknown>;
  readonly resource: ReadonlyMap<string, unknown>;
}

/** Everything a sink was sent. */
export interface Telemetry {
  readonly spans: readonly Exported[];
  readonly records: readonly Exported[];
  /** Everything sent, as text: to look for what must not be in it. */
  readonly text: string;
  readonly contentTypes: ReadonlySet<string>;
}

interface KeyValueNode {
  readonly key?: string;
  readonly value?: object | null;
}
interface ItemNode {
  readonly name?: string;
  readonly eventName?: string;
  readonly kind?: number;
  readonly traceId?: Uint8Array | string;
  readonly spanId?: Uint8Array | string;
  readonly attributes?: readonly KeyValueNode[];
}
interface ResourceNode {
  readonly resource?: { readonly attributes?: readonly KeyValueNode[] } | null;
  readonly scopeSpans?: readonly { readonly spans?: readonly ItemNode[] }[];
  readonly scopeLogs?: readonly { readonly logRecords?: readonly ItemNode[] }[];
}

const SERVER = 2;

/** Reads what the sink was sent so far. */
export function readTelemetry({ requests }: Pick<HttpSink, 'requests'>): Telemetry {
  const ours = requests.filter(({ method }) => method === 'POST');
  return {
    spans: ours.flatMap((request) => itemsOf(request, 'traces')),
    records: ours.flatMap((request) => itemsOf(request, 'logs')),
    text: ours.map(({ body }) => Buffer.from(body).toString('utf8')).join('\n'),
    contentTypes: new Set(ours.map(({ headers }) => headers['content-type'] ?? '')),
  };
}

/** The SERVER spans among what was exported. */
export function serverSpans({ spans }: Telemetry): readonly Exported[] {
  return spans.filter(({ kind }) => kind === SERVER);
}

function itemsOf(request: SinkRequest, signal: 'traces' | 'logs'): Exported[] {
  if (request.path !== `/v1/${signal}`) return [];
  return resourcesOf(request, signal).flatMap(({ resource, scopeSpans, scopeLogs }) => {
    const shared = mapOf(resource?.attributes);
    const spans = scopeSpans?.flatMap((scope) => scope.spans ?? []) ?? [];
    const records = scopeLogs?.flatMap((scope) => scope.logRecords ?? []) ?? [];
    return [...spans, ...records].map((item) => exported(item, shared));
  });
}

function resourcesOf(request: SinkRequest, signal: OtlpSignal): readonly ResourceNode[] {
  const isJson = request.headers['content-type']?.startsWith('application/json') === true;
  const message: { resourceSpans?: ResourceNode[]; resourceLogs?: ResourceNode[] } = isJson
    ? JSON.parse(Buffer.from(request.body).toString('utf8'))
    : decodeRequest(signal, request.body);
  return message.resourceSpans ?? message.resourceLogs ?? [];
}

function exported(item: ItemNode, resource: ReadonlyMap<string, unknown>): Exported {
  return {
    name: item.eventName ?? item.name ?? '',
    kind: item.kind ?? 0,
    traceId: hex(item.traceId),
    spanId: hex(item.spanId),
    attributes: mapOf(item.attributes),
    resource,
  };
}

/** Protobuf has bytes where OTLP/JSON has hex. */
function hex(id: Uint8Array | string | undefined): string {
  return typeof id === 'string' ? id : Buffer.from(id ?? []).toString('hex');
}

function mapOf(attributes: readonly KeyValueNode[] | undefined): ReadonlyMap<string, unknown> {
  return new Map(
    (attributes ?? []).map(({ key, value }) => [key ?? '', Object.values(value ?? {})[0]]),
  );
}
