/** Finds the security record of a request: by the request object, or by the active context. */
import { type Context, context, createContextKey, type Span } from '@opentelemetry/api';
import { isObject } from '@spanguard/verdict';
import { type HiddenRecords, hiddenRecords } from './hidden-records.ts';
import type { RequestSecurity, RpcMetadata } from './request-security.ts';

// The key under which OpenTelemetry's HTTP instrumentation keeps one mutable object per request in
// every context below it (@opentelemetry/core, setRPCMetadata). It is a registered symbol.
const RPC_METADATA_KEY = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');

// Shared by every copy of this package: one copy may observe the server, another the framework.
const REGISTRY_SYMBOL: symbol = Symbol.for('spanguard.requests.v2');
const registry: HiddenRecords<RequestSecurity> = findRegistry();

/** The record of a request object, if it is observed. */
export function securityOf(request: object): RequestSecurity | undefined {
  return registry.get(request);
}

/** The record of the request that the active (or given) context belongs to. */
export function currentRequestSecurity(
  within: Context = context.active(),
): RequestSecurity | undefined {
  const metadata = rpcMetadataIn(within);
  return metadata && registry.get(metadata);
}

/** Files a record under the request object. */
export function registerRequest(request: object, record: RequestSecurity): void {
  registry.set(request, record);
}

/**
 * Ties a record to the server span's context, and files it under the object that OpenTelemetry carries
 * through all contexts below. Returns false when it was tied before.
 */
export function bindRequest(
  record: RequestSecurity,
  within: Context,
  span: Span | undefined,
): boolean {
  const metadata = rpcMetadataIn(within);
  if (!record.bind(within, span, metadata)) return false;
  if (metadata !== undefined) registry.set(metadata, record);
  return true;
}

function rpcMetadataIn(within: Context): RpcMetadata | undefined {
  const value: unknown = within.getValue(RPC_METADATA_KEY);
  return isObject(value) ? value : undefined;
}

function findRegistry(): HiddenRecords<RequestSecurity> {
  const existing: unknown = Reflect.get(globalThis, REGISTRY_SYMBOL);
  if (isRegistry(existing)) return existing;
  const created = hiddenRecords<RequestSecurity>();
  Object.defineProperty(globalThis, REGISTRY_SYMBOL, { value: created, configurable: true });
  return created;
}

function isRegistry(value: unknown): value is HiddenRecords<RequestSecurity> {
  return isObject(value) && 'get' in value && 'set' in value;
}
