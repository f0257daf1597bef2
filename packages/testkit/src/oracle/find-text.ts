/** Where in a request a text still stands. The domain assertion of every redaction test. */

import { decodeRequest } from './oracle.ts';
import type { OtlpSignal } from './otlp-model.ts';

/**
 * The paths (`resourceSpans[0].scopeSpans[0].spans[2].name`) of all fields that hold the text:
 * strings, numbers by their decimal form, bytes by their UTF-8 form.
 */
export function findText(signal: OtlpSignal, bytes: Uint8Array, text: string): string[] {
  return findTextIn(decodeRequest(signal, bytes), text);
}

/** As `findText`, over a request object. */
export function findTextIn(request: object, text: string): string[] {
  const found: string[] = [];
  // Our own list of work to do: a request may nest deeper than the stack is high.
  const pending: { value: unknown; path: string }[] = [{ value: request, path: '' }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, path } = next;
    if (holds(value, text)) found.push(path);
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) continue;
    const isList = Array.isArray(value);
    const inside = Object.entries(value).map(([key, child]: [string, unknown]) => ({
      value: child,
      path: isList ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`,
    }));
    pending.push(...inside.toReversed());
  }
  return found;
}

function holds(value: unknown, text: string): boolean {
  if (typeof value === 'string') return value.includes(text);
  if (typeof value === 'number') return String(value).includes(text);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8').includes(text);
  return false;
}
