/** A request object as OTLP/JSON text, by JSON.stringify: the slow, obvious writer of it. */

import type { OtlpRequest } from './otlp-model.ts';

/**
 * OTLP/JSON of a request as `decodeRequest` gives it: ids in hexadecimal, other bytes in base64,
 * what is not finite by name, minus zero in quotes, everything else as it stands.
 */
export function requestAsJson(request: OtlpRequest): string {
  return JSON.stringify(jsonValue(request, ''));
}

function jsonValue(value: unknown, name: string): unknown {
  if (value instanceof Uint8Array) {
    return Buffer.from(value).toString(/(trace|span)Id$/i.test(name) ? 'hex' : 'base64');
  }
  // JSON.stringify writes -0 as 0; in quotes it keeps its sign.
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.map((element) => jsonValue(element, name));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, child]) => [key, jsonValue(child, key)]);
  return Object.fromEntries(entries);
}
