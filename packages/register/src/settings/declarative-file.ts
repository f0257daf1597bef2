/** Our node of OpenTelemetry's declarative configuration file. */
import { parseConfigFile } from '@opentelemetry/configuration';
import type { RedactionNode } from '@spanguard/sdk';
import type { WrittenOptions } from './read-settings.ts';

/** What the file says to us. */
export interface DeclarativeFile {
  /** The whole of OpenTelemetry is switched off in it. */
  readonly disabled: boolean;
  readonly written: WrittenOptions;
  /** The masking policy, where it stands there. */
  readonly redaction: RedactionNode | undefined;
}

const OUR_NODE = ['instrumentation/development', 'js', 'spanguard'] as const;
/** The member of our node that is a policy of its own, read as such. */
const REDACTION = 'redaction';
const OPTIONS_MAX = 64;

/**
 * Reads `instrumentation/development` > `js` > `spanguard`: scalars, lists of scalars (`auth_routes`),
 * and maps, whose names are joined (`payload: { request_bytes: 0 }` is `payload_request_bytes`), but for
 * `redaction`, which is a policy. Throws what OpenTelemetry throws where the file cannot be read.
 */
export function readDeclarativeFile(path: string): DeclarativeFile {
  const model = parseConfigFile(path);
  const ours = OUR_NODE.reduce<unknown>(property, model);
  const written = new Map<string, string>();
  collect(ours, '', written);
  const policy = property(ours, REDACTION);
  const redaction =
    policy === undefined ? undefined : { data: policy, path, within: [...OUR_NODE, REDACTION] };
  return { disabled: model.disabled === true, written, redaction };
}

function collect(node: unknown, prefix: string, written: Map<string, string>): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [name, value] of Object.entries(node)) {
    if (written.size >= OPTIONS_MAX) return;
    if (prefix === '' && name === REDACTION) continue;
    const full = prefix === '' ? name : `${prefix}_${name}`;
    if (Array.isArray(value)) written.set(full, value.map(String).join(','));
    // One level is all our options have; deeper maps are no option of ours.
    else if (typeof value === 'object' && value !== null) {
      if (prefix === '') collect(value, full, written);
    } else if (value !== null && value !== undefined) written.set(full, String(value));
  }
}

function property(node: unknown, name: string): unknown {
  return typeof node === 'object' && node !== null ? Reflect.get(node, name) : undefined;
}
