/** What a process says of itself, without what its command line and its account give away. */
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
  const kept: Record<string, unknown> = Object.create(null);
  for (const [key, value] of resource.getRawAttributes()) {
    // The first of a key counts, as it does in OpenTelemetry's own merge.
    if (DROPPED.has(key) || key in kept) continue;
    kept[key] = isPending(value)
      ? value.then((settled: unknown) => masked(key, settled, masker))
      : masked(key, value, masker);
  }
  return resourceFromAttributes(kept);
}

function masked(key: string, value: unknown, masker: AttributeMasker): unknown {
  return masker.value(key, key === COMMAND_ARGS ? withoutFlagValues(value) : value);
}

function isPending(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value;
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
