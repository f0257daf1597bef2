/**
 * The whole service beside the released OpenTelemetry Collector and beside what the runtime allows at best:
 * CPU of the whole process until a sink, which answers at once, has every record. Fixed work, in turns, so
 * that a slow minute of the machine hits all alike.
 */
import { gzipSync } from 'node:zlib';
import { findPeer, freePort, type RunningProgram } from '@spanguard/testkit';
import { logBatches, smallTraceBatches, traceBatches } from '../load/corpus.ts';
import type { FreshBatch } from '../load/fresh-batch.ts';
import { sendRequests } from '../load/otlp-sender.ts';
import { type RecordSink, startRecordSink } from '../load/record-sink.ts';
import {
  collectorStart,
  type StartSubject,
  startLimit,
  startSpanguard,
  type Task,
} from '../load/subjects.ts';
import { processCpuUs, processResidentBytes } from '../measure/process-cpu.ts';
import type { Result } from '../measure/result.ts';

const ARRIVAL_MS_MAX = 120_000;
const ROUNDS = 6;
/** Requests of half a million bytes that a runtime needs before its code is as fast as it gets. */
const WARM_UP_ROUNDS = 3;
/** The stretch of time that the records of one turn are of: their senders send one request after the other. */
const TURN_MS = 10_000;

/** What is sent, and how. */
interface Scenario {
  /** By which it can be asked for alone. */
  readonly id: string;
  readonly name: string;
  readonly batches: () => readonly FreshBatch[] | Promise<readonly FreshBatch[]>;
  readonly isGzipIn: boolean;
  readonly compression: Task['compression'];
  readonly connections: number;
  /** Requests of a turn of ours, and of a subject so much slower that it need not do as many. */
  readonly requests: { readonly fast: number; readonly slow: number };
  /** Whether the Collector is measured in all its forms. */
  readonly isForAllForms?: boolean;
}

const MANY = { fast: 120, slow: 16 } as const;
const SCENARIOS: readonly Scenario[] = [
  {
    id: 'traces',
    name: 'traces, gzip in',
    batches: traceBatches,
    isGzipIn: true,
    compression: 'none',
    connections: 4,
    requests: MANY,
    isForAllForms: true,
  },
  {
    id: 'plain',
    name: 'traces, nothing compressed',
    batches: traceBatches,
    isGzipIn: false,
    compression: 'none',
    connections: 4,
    requests: MANY,
  },
  {
    id: 'gzip',
    name: 'traces, gzip in and out',
    batches: traceBatches,
    isGzipIn: true,
    compression: 'gzip',
    connections: 4,
    requests: MANY,
  },
  {
    id: 'logs',
    name: 'logs, two fifths of them security events, gzip in',
    batches: logBatches,
    isGzipIn: true,
    compression: 'none',
    connections: 4,
    requests: MANY,
  },
  {
    id: 'small',
    name: 'requests of 1 to 10 spans, gzip in',
    batches: smallTraceBatches,
    isGzipIn: true,
    compression: 'none',
    connections: 16,
    requests: { fast: 6000, slow: 800 },
  },
];

const OURS = 'Spanguard: redaction, detection, correlation, journal with fsync';
const LIMIT = 'limit: inflate, append with fsync, answer, forward';
const COLLECTOR = 'Collector: redaction, file_storage queue with fsync';

interface Subject {
  readonly name: string;
  readonly isSlow: boolean;
  readonly rivals: readonly string[];
  readonly note: string;
  readonly start: StartSubject;
}

interface Running {
  readonly subject: Subject;
  readonly sink: RecordSink;
  readonly url: string;
  readonly program: RunningProgram;
  readonly pid: number;
  residentBytes: number;
}

/** Runs every scenario, or one, with every subject; the Collector only where it is installed. */
export async function serviceResults(only?: string): Promise<Result[]> {
  const results: Result[] = [];
  for (const scenario of SCENARIOS) {
    if (only !== undefined && scenario.id !== only) continue;
    process.stderr.write(`bench: service, ${scenario.name} ...\n`);
    results.push(...(await measured(scenario)));
  }
  return results;
}

function subjectsOf({ isForAllForms = false }: Scenario): Subject[] {
  const collector = findPeer('otelcol');
  const subjects: Subject[] = [
    {
      name: OURS,
      isSlow: false,
      rivals: [COLLECTOR, LIMIT],
      note: 'everything on, embedded defaults and one exporter',
      start: startSpanguard,
    },
    {
      name: LIMIT,
      isSlow: false,
      rivals: [COLLECTOR],
      note: 'the same runtime, nothing looked at',
      start: startLimit,
    },
  ];
  if (collector === undefined) return subjects;
  subjects.push({
    name: COLLECTOR,
    isSlow: true,
    rivals: [],
    note: 'only the patterns the corpus needs',
    start: collectorStart(collector, { redaction: 'of the corpus', hasQueue: true }),
  });
  if (!isForAllForms) return subjects;
  subjects.push(
    {
      name: 'Collector: redaction of all we look for, the same queue',
      isSlow: true,
      rivals: [COLLECTOR],
      note: 'private keys, SSN, IBAN and vendor tokens besides',
      start: collectorStart(collector, { redaction: 'all of ours', hasQueue: true }),
    },
    {
      name: 'Collector: relaying only',
      isSlow: false,
      rivals: [COLLECTOR],
      note: 'no redaction, no durable queue',
      start: collectorStart(collector, { redaction: 'none', hasQueue: false }),
    },
  );
  return subjects;
}

async function measured(scenario: Scenario): Promise<Result[]> {
  const batches = await scenario.batches();
  const traffic = new Traffic(scenario, batches);
  const running: Running[] = [];
  try {
    for (const subject of subjectsOf(scenario)) {
      running.push(await begin(subject, scenario, batches[0]?.signal ?? 'traces'));
    }
    for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
      for (const each of running) await turn(each, traffic);
    }
    const before = running.map(({ pid }) => processCpuUs(pid));
    const records = running.map(() => 0);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [at, each] of running.entries()) {
        records[at] = (records[at] ?? 0) + (await turn(each, traffic));
      }
    }
    return running.map(({ subject, pid, residentBytes }, at) => ({
      group: `Whole service, ${scenario.name}: records per second of CPU`,
      name: subject.name,
      value: ((records[at] ?? 0) * 1e6) / (processCpuUs(pid) - (before[at] ?? 0)),
      unit: 'records/s',
      note: `${subject.note}; ${Math.round(residentBytes / 1e6)} MB resident`,
      rivals: subject.rivals,
    }));
  } finally {
    for (const { program, sink } of running) {
      await program.end('SIGKILL');
      sink.close();
    }
  }
}

async function begin(
  subject: Subject,
  { compression }: Scenario,
  signal: FreshBatch['signal'],
): Promise<Running> {
  const sink = await startRecordSink(signal);
  const port = await freePort();
  const program = await subject.start({ port, sink: sink.url, compression });
  const url = `http://127.0.0.1:${port}/v1/${signal}`;
  return { subject, sink, url, program, pid: program.child.pid ?? 0, residentBytes: 0 };
}

/** One turn of a subject: everything sent, everything arrived. Gives the number of records. */
async function turn(running: Running, traffic: Traffic): Promise<number> {
  const { subject, sink, url, pid } = running;
  const { bodies, records, ...how } = traffic.next(subject.isSlow ? 'slow' : 'fast');
  await sendRequests({ url, bodies, requests: bodies.length, ...how });
  await sink.received(records, ARRIVAL_MS_MAX);
  running.residentBytes = Math.max(running.residentBytes, processResidentBytes(pid));
  return records;
}

/** Makes the requests of one turn before it begins: making them is nobody's work that is measured. */
class Traffic {
  readonly #scenario: Scenario;
  readonly #batches: readonly FreshBatch[];
  #serial = 0;

  constructor(scenario: Scenario, batches: readonly FreshBatch[]) {
    this.#scenario = scenario;
    this.#batches = batches;
  }

  next(speed: keyof Scenario['requests']): {
    readonly bodies: readonly Uint8Array[];
    readonly records: number;
    readonly gzip: boolean;
    readonly connections: number;
  } {
    const { isGzipIn: gzip, connections, requests } = this.#scenario;
    const bodies: Uint8Array[] = [];
    const nowMs = performance.timeOrigin + performance.now();
    let records = 0;
    for (let n = 0; n < requests[speed]; n += 1) {
      const batch = this.#batches[this.#serial % this.#batches.length];
      if (batch === undefined) break;
      this.#serial += 1;
      const agoMs = TURN_MS * (1 - (n + 1) / requests[speed]);
      const plain = batch.fresh(this.#serial, nowMs - agoMs);
      bodies.push(gzip ? gzipSync(plain) : plain.slice());
      records += batch.items;
    }
    return { bodies, records, gzip, connections };
  }
}
