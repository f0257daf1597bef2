/** Observations as the bytes of a section. */
import type { Observation } from './observation.ts';

/** UTF-8 JSON; undefined for none, so that a record without any has no such section. */
export function encodeObservations(observations: readonly Observation[]): Uint8Array | undefined {
  return observations.length === 0 ? undefined : Buffer.from(JSON.stringify(observations));
}

/** What {@link encodeObservations} wrote. Throws where the bytes are no JSON. */
export function decodeObservations(bytes: Uint8Array): readonly Observation[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  return JSON.parse(text, withoutPrototype) as readonly Observation[];
}

/** Attributes have keys from outside; none of them may be found on Object.prototype. */
function withoutPrototype(name: string, value: unknown): unknown {
  return name === 'attributes' && typeof value === 'object' && value !== null
    ? Object.assign(Object.create(null), value)
    : value;
}
