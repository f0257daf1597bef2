/**
 * The whole service beside the released OpenTelemetry Collector: gzip in over four connections, a sink
 * that answers at once, CPU of the whole process until the sink has every span. Fixed work, one run.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  findPeer,
  freePort,
  type RunningProgram,
  startCollector,
  startProgram,
} from '@spanguard/testkit';
import { gzippedCorpus, SPANS_PER_BATCH } from '../load/corpus.ts';
import { sendRequests } from '../load/otlp-sender.ts';
import { type SpanSink, startSpanSink } from '../load/span-sink.ts';
import { processCpuUs, processResidentBytes } from '../measure/process-cpu.ts';
import type { Result } from '../measure/result.ts';

const GROUP = 'Whole service, gzip in, spans per second of CPU';
const PROCESSOR = fileURLToPath(new URL('../../../processor/dist/main.js', import.meta.url));
const CONNECTIONS = 4;
const ARRIVAL_MS_MAX = 120_000;

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

/** How much the Collector is asked to find; nothing where it only relays. */
type Redaction = 'none' | 'of the corpus' | 'all of ours';

interface Subject {
  readonly name: string;
  readonly requests: number;
  readonly rival?: string;
  readonly note: string;
  readonly start: (ports: {
    readonly otlp: number;
    readonly sink: string;
  }) => Promise<RunningProgram>;
}

/** Runs every subject, the Collector's only where it is installed. */
export async function serviceResults(): Promise<Result[]> {
  const collector = findPeer('otelcol');
  const queueing = 'Collector: redaction, file_storage queue with fsync';
  const subjects: Subject[] = [
    {
      name: 'Spanguard: redaction, detection, correlation, journal with fsync',
      requests: 2000,
      rival: queueing,
      note: 'everything on, embedded defaults and one exporter',
      start: startSpanguard,
    },
  ];
  if (collector !== undefined) {
    const start =
      (queue: boolean, redaction: Redaction): Subject['start'] =>
      (ports) =>
        startCollector({
          binary: collector,
          port: ports.otlp,
          config: collectorConfig({ ...ports, queue, redaction }),
        });
    subjects.push(
      {
        name: queueing,
        requests: 60,
        note: 'only the patterns the corpus needs',
        start: start(true, 'of the corpus'),
      },
      {
        name: 'Collector: redaction of all we look for, the same queue',
        requests: 60,
        rival: queueing,
        note: 'private keys, SSN, IBAN and vendor tokens besides',
        start: start(true, 'all of ours'),
      },
      {
        name: 'Collector: relaying only',
        requests: 400,
        rival: queueing,
        note: 'no redaction, no durable queue',
        start: start(false, 'none'),
      },
    );
  }
  const bodies = gzippedCorpus();
  const results: Result[] = [];
  for (const subject of subjects) results.push(await measure(subject, bodies));
  return results;
}

async function measure(subject: Subject, bodies: readonly Uint8Array[]): Promise<Result> {
  const sink = await startSpanSink();
  const otlp = await freePort();
  const program = await subject.start({ otlp, sink: sink.url });
  const pid = program.child.pid ?? 0;
  const url = `http://127.0.0.1:${otlp}/v1/traces`;
  try {
    await drive({ sink, url, bodies, requests: Math.ceil(subject.requests / 5) });
    const before = processCpuUs(pid);
    await drive({ sink, url, bodies, requests: subject.requests });
    const cpuUs = processCpuUs(pid) - before;
    const residentMb = Math.round(processResidentBytes(pid) / 1e6);
    return {
      group: GROUP,
      name: subject.name,
      value: (subject.requests * SPANS_PER_BATCH * 1e6) / cpuUs,
      unit: 'spans/s',
      note: `${subject.note}; ${residentMb} MB resident`,
      ...(subject.rival === undefined ? {} : { rival: subject.rival }),
    };
  } finally {
    await program.end('SIGKILL');
    sink.close();
  }
}

interface Drive {
  readonly sink: SpanSink;
  readonly url: string;
  readonly bodies: readonly Uint8Array[];
  readonly requests: number;
}

async function drive({ sink, url, bodies, requests }: Drive): Promise<void> {
  await sendRequests({ url, bodies, gzip: true, requests, connections: CONNECTIONS });
  await sink.received(requests * SPANS_PER_BATCH, ARRIVAL_MS_MAX);
}

async function startSpanguard({
  otlp,
  sink,
}: {
  otlp: number;
  sink: string;
}): Promise<RunningProgram> {
  const admin = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'spanguard-bench-'));
  const config = join(folder, 'spanguard.yaml');
  writeFileSync(
    config,
    `data: ${folder}/data
receivers: { otlp_http: { endpoint: "127.0.0.1:${otlp}" }, otlp_grpc: { enabled: false } }
admin: { endpoint: "127.0.0.1:${admin}" }
exporters: { otlp_http: { endpoint: "${sink}", compression: none } }
`,
  );
  return startProgram({
    file: process.execPath,
    args: [PROCESSOR, 'run', '--config', config],
    ready: async () => (await fetch(`http://127.0.0.1:${admin}/readyz`)).ok,
  });
}

interface CollectorShape {
  readonly otlp: number;
  readonly sink: string;
  readonly queue: boolean;
  readonly redaction: Redaction;
}

function collectorConfig({ otlp, sink, queue, redaction }: CollectorShape): string {
  const folder = mkdtempSync(join(tmpdir(), 'otelcol-queue-'));
  return `
receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:${otlp}" } } } }
processors: ${redactionConfig(redaction)}
exporters:
  otlp_http:
    endpoint: ${sink}
    compression: none
    sending_queue: ${queue ? '{ enabled: true, storage: file_storage, queue_size: 100000 }' : '{ enabled: false }'}
extensions: ${queue ? `{ file_storage: { directory: "${folder}", create_directory: true, fsync: true } }` : '{}'}
service:
  extensions: [${queue ? 'file_storage' : ''}]
  pipelines:
    traces: { receivers: [otlp], processors: [${redaction === 'none' ? '' : 'redaction'}], exporters: [otlp_http] }
  telemetry: { metrics: { level: none }, logs: { level: warn } }
`;
}

function redactionConfig(redaction: Redaction): string {
  if (redaction === 'none') return '{}';
  const besides = redaction === 'all of ours' ? PATTERNS_BESIDES : '';
  return `${PATTERNS_OF_CORPUS.trimEnd()}${besides.trimEnd()}\n    summary: silent`;
}
