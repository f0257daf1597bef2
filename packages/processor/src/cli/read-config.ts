/** Finds the configuration of a command: a file, or the embedded defaults. */
import { readFileSync } from 'node:fs';
import { unreadable } from '../config/unreadable.ts';
import { type ConfigProblem, loadConfig, type LoadedConfig } from '../config/load-config.ts';

/** Where to look. */
export interface ConfigRequest {
  readonly configFile: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A configuration, or what is wrong with it. */
export type ConfigRead =
  | (Extract<LoadedConfig, { ok: true }> & { readonly origin: string })
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** The variable every OpenTelemetry program knows names the backend of a processor without a file. */
const BACKEND_VARIABLE = 'OTEL_EXPORTER_OTLP_ENDPOINT';

const EMBEDDED = '';
const EMBEDDED_WITH_BACKEND = `
exporters:
  otlp_http/backend: { endpoint: "\${env:${BACKEND_VARIABLE}}" }
`;

/** Reads and checks. A file that cannot be read is a problem like any other. */
export function readConfig({ configFile, env }: ConfigRequest): ConfigRead {
  const readFile = (path: string): string | undefined => {
    const read = readText(path);
    return read.ok ? read.text : undefined;
  };
  if (configFile === undefined) {
    const hasBackend = (env[BACKEND_VARIABLE] ?? '') !== '';
    const origin = hasBackend ? `embedded defaults and ${BACKEND_VARIABLE}` : 'embedded defaults';
    const text = hasBackend ? EMBEDDED_WITH_BACKEND : EMBEDDED;
    return withOrigin(loadConfig({ file: origin, text, env, readFile }), origin);
  }
  const read = readText(configFile);
  if (!read.ok) {
    const message = `--config ${read.reason}`;
    return { ok: false, problems: [{ file: configFile, line: 1, column: 1, message }] };
  }
  return withOrigin(loadConfig({ file: configFile, text: read.text, env, readFile }), configFile);
}

type TextRead =
  { readonly ok: true; readonly text: string } | { readonly ok: false; reason: string };

function readText(path: string): TextRead {
  try {
    return { ok: true, text: readFileSync(path, 'utf8') };
  } catch (error) {
    return { ok: false, reason: unreadable(error, 'a file of YAML') };
  }
}

function withOrigin(loaded: LoadedConfig, origin: string): ConfigRead {
  return loaded.ok ? { ...loaded, origin } : loaded;
}
