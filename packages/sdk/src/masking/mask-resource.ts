/** What a process says of itself, without what its command line and its account give away. */
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { AttributeMasker } from './mask-attributes.ts';

// A resource detector's name, which is not of our making (semantic-conventions, `process`).
const DROPPED: ReadonlySet<string> = new Set(['process.owner']);

/**
 * The same resource with command line secrets masked and the account's name dropped. Attributes a
 * detector is still working on stay pending and are masked when they arrive.
 */
export function maskResource(resource: Resource, masker: AttributeMasker): Resource {
  const kept: Record<string, unknown> = Object.create(null);
  for (const [key, value] of resource.getRawAttributes()) {
    // The first of a key counts, as it does in OpenTelemetry's own merge.
    if (DROPPED.has(key) || key in kept) continue;
    kept[key] = isPending(value)
      ? value.then((settled) => masker.value(key, settled))
      : masker.value(key, value);
  }
  return resourceFromAttributes(kept);
}

function isPending(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value;
}
