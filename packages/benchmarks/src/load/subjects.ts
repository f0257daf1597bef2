/** The services that are measured, each started with the same task: receive, keep safe, forward to a sink. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, type RunningProgram, startCollector, startProgram } from '@spanguard/testkit';

const PROCESSOR = fileURLToPath(new URL('../../../processor/dist/main.js', import.meta.url));
const LIMIT = fileURLToPath(new URL('limit-service.ts', import.meta.url));

/** Where a subject listens, where it forwards to, and how. */
export interface Task {
  readonly port: number;
  readonly sink: string;
  readonly compression: 'gzip' | 'none';
}

/** Starts a subject. */
export type StartSubject = (task: Task) => Promise<RunningProgram>;

/** Our processor, embedded defaults and one exporter. */
export const startSpanguard: StartSubject = async ({ port, sink, compression }) => {
  const admin = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'spanguard-bench-'));
  const config = join(folder, 'spanguard.yaml');
  writeFileSync(
    config,
    `data: ${folder}/data
receivers: { otlp_http: { endpoint: "127.0.0.1:${port}" }, otlp_grpc: { enabled: false } }
admin: { endpoint: "127.0.0.1:${admin}" }
exporters: { otlp_http: { endpoint: "${sink}", compression: ${compression} } }
`,
  );
  return startProgram({
    file: process.execPath,
    args: [PROCESSOR, 'run', '--config', config],
    ready: async () => (await fetch(`http://127.0.0.1:${admin}/readyz`)).ok,
  });
};

/** What the runtime allows at best. */
export const startLimit: StartSubject = ({ port, sink, compression }) => {
  const folder = mkdtempSync(join(tmpdir(), 'limit-bench-'));
  return startProgram({
    file: process.execPath,
    args: [LIMIT, String(port), folder, sink, compression],
    ready: async () => (await fetch(`http://127.0.0.1:${port}/ready`, { method: 'POST' })).ok,
  });
};

/** How much the Collector is asked to find; nothing where it only relays. */
export type Redaction = 'none' | 'of the corpus' | 'all of ours';

/** What the Collector does besides relaying. */
export interface CollectorDuties {
  readonly redaction: Redaction;
  readonly hasQueue: boolean;
}

/** The released OpenTelemetry Collector. */
export function collectorStart(binary: string, duties: CollectorDuties): StartSubject {
  return (task) =>
    startCollector({ binary, port: task.port, config: collectorConfig(task, duties) });
}

function collectorConfig(
  { port, sink, compression }: Task,
  { redaction, hasQueue }: CollectorDuties,
): string {
  const folder = mkdtempSync(join(tmpdir(), 'otelcol-queue-'));
  const pipeline = `{ receivers: [otlp], processors: [${redaction === 'none' ? '' : 'redaction'}], exporters: [otlp_http] }`;
  return `
receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:${port}" } } } }
processors: ${redactionConfig(redaction)}
exporters:
  otlp_http:
    endpoint: ${sink}
    compression: ${compression}
    sending_queue: ${hasQueue ? '{ enabled: true, storage: file_storage, queue_size: 100000 }' : '{ enabled: false }'}
extensions: ${hasQueue ? `{ file_storage: { directory: "${folder}", create_directory: true, fsync: true } }` : '{}'}
service:
  extensions: [${hasQueue ? 'file_storage' : ''}]
  pipelines:
    traces: ${pipeline}
    logs: ${pipeline}
  telemetry: { metrics: { level: none }, logs: { level: warn } }
`;
}

/** Patterns of what the corpus holds: fewer than we look for, the hardest rival. */
const PATTERNS_OF_CORPUS = `
  redaction:
    allow_all_keys: true
    blocked_key_patterns: ['.*(password|passwd|secret|token|api_?key|authorization|cookie).*']
    blocked_values:
      - '\\b(?:4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|6(?:011|5[0-9]{2})|3[47][0-9]{2})[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{3,4}\\b'
      - '[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}'
      - 'eyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*'
      - '(?i)bearer [A-Za-z0-9._~+/-]+=*'
      - '(?i)basic [A-Za-z0-9+/]{8,}=*'
      - 'AKIA[0-9A-Z]{16}'
      - '(?i)(?:password|passwd|secret|token)=[^&\\s]+'
      - '://[^/\\s:@]+:[^/\\s:@]+@'
`;

/** What our detectors look for besides; without their checksums, which no pattern can have. */
const PATTERNS_BESIDES = `
      - '-----BEGIN [A-Z ]*PRIVATE KEY-----'
      - '\\b[0-9]{3}-[0-9]{2}-[0-9]{4}\\b'
      - '\\b[A-Z]{2}[0-9]{2}[ ]?(?:[A-Z0-9]{4}[ ]?){2,7}[A-Z0-9]{1,4}\\b'
      - '\\b(?:gh[opusr]_[A-Za-z0-9_-]{36,255}|github_pat_[A-Za-z0-9_-]{22,255}|glpat-[A-Za-z0-9_-]{20,64})'
      - '\\b(?:xox[bpar]-|xapp-)[A-Za-z0-9_-]{10,255}'
      - '\\b(?:[sr]k_live_|sk_test_)[A-Za-z0-9_-]{16,255}'
      - '\\b(?:AIza[A-Za-z0-9_-]{35}|npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{34}|shpat_[a-fA-F0-9]{32})'
      - '\\b(?:sk-ant-|sk-proj-)[A-Za-z0-9_-]{32,255}'
`;

function redactionConfig(redaction: Redaction): string {
  if (redaction === 'none') return '{}';
  const besides = redaction === 'all of ours' ? PATTERNS_BESIDES : '';
  return `${PATTERNS_OF_CORPUS.trimEnd()}${besides.trimEnd()}\n    summary: silent`;
}
