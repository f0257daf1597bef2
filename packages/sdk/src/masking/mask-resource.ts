/** What a process says of itself, without what its command line and its account give away. */
import type { Attributes } from '@opentelemetry/api';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { AttributeMasker } from './mask-attributes.ts';

// Resource detectors' names, which are not of our making (semantic-conventions, `process`).
const COMMAND_ARGS = 'process.command_args';
const DROPPED: ReadonlySet<string> = new Set(['process.owner']);
const REPLACED = '[command_line_secret]';
const SECRET_FLAG =
  /^-{1,2}[\w.-]*(?:pass(?:word|wd|phrase)?|secret|token|api-?key|credential)s?$/i;

/**
 * The same resource with command line secrets masked and the account's name dropped. Attributes a
 * detector is still working on stay pending and are masked when they arrive.
 */
export function maskResource(resource: Resource, masker: AttributeMasker): Resource {
  const { asyncAttributesPending = false } = resource;
  if (!asyncAttributesPending) return resourceFromAttributes(masked(resource.attributes, masker));
  // The detectors' own promises are awaited by exporters; ours resolves with what is left of them.
  const settled = (async () => {
    await resource.waitForAsyncAttributes?.();
    return masked(resource.attributes, masker);
  })();
  const attributes: Record<string, Promise<unknown>> = Object.create(null);
  const known: [string, unknown][] = resource.getRawAttributes();
  for (const [key] of known) {
    attributes[key] = settled.then((all) => all[key]);
  }
  return resourceFromAttributes(attributes);
}

function masked(attributes: Attributes, masker: AttributeMasker): Attributes {
  const kept: Attributes = {};
  for (const [key, value] of Object.entries(attributes)) {
    if (DROPPED.has(key)) continue;
    kept[key] = key === COMMAND_ARGS ? withoutFlagValues(value) : value;
  }
  masker.attributes(kept);
  return kept;
}

/** `--password hunter2` keeps its secret in the argument after the flag, which no policy can see. */
function withoutFlagValues(args: unknown): unknown {
  if (!Array.isArray(args)) return args;
  return args.map((argument: unknown, at) => {
    const flag: unknown = args[at - 1];
    const follows = typeof flag === 'string' && SECRET_FLAG.test(flag);
    return follows ? REPLACED : argument;
  });
}
