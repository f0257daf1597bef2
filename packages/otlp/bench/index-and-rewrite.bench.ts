/** Spans a second of the walk alone and with edits: `node --conditions=@spanguard/source <this>`. */

import { traceRequest } from '@spanguard/testkit';

import {
  ByteArena,
  EditList,
  indexOtlp,
  KeyTable,
  OtlpIndex,
  replaceCandidate,
  rewriteOtlp,
} from '../src/index.ts';

const SPANS = 512;
const ROUNDS = 25;
const BATCHES_PER_ROUND = 64;

const batches = Array.from({ length: 16 }, (_, seed) => traceRequest({ seed, spans: SPANS }));
const bytesPerBatch = batches.reduce((sum, batch) => sum + batch.length, 0) / batches.length;
const keys = new KeyTable({
  classify: () => 0,
  columns: ['http.route', 'http.request.method', 'http.response.status_code', 'client.address'],
});
const index = new OtlpIndex();
const edits = new EditList();
const out = new ByteArena(0);
const replacement = new TextEncoder().encode('[redacted]');

/** No byte marked, or so many strings' first bytes that about the share of them is a candidate. */
function marksOf(bytes: Uint8Array, share: number): Uint32Array {
  const marks = new Uint32Array(Math.ceil(bytes.length / 32));
  if (share === 0) return marks;
  indexOtlp(index, { signal: 'traces', bytes, marks: null, keys });
  for (let candidate = 0; candidate < index.candidates.count; candidate++) {
    const isChosen = (candidate * share) % 1 < share;
    const at = index.frames.start[index.candidates.frame[candidate] ?? 0] ?? 0;
    if (isChosen) marks[at >>> 5] = (marks[at >>> 5] ?? 0) | (1 << (at & 31));
  }
  return marks;
}

function measure(name: string, run: (batch: number) => void): void {
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let batch = 0; batch < BATCHES_PER_ROUND; batch++) run(batch % batches.length);
    const { user, system } = process.cpuUsage(before);
    seconds.push((user + system) / 1e6);
  }
  const median = seconds.toSorted((one, other) => one - other)[Math.floor(ROUNDS / 2)] ?? 0;
  const perBatch = median / BATCHES_PER_ROUND;
  const spans = Math.round(SPANS / perBatch / 1000);
  const megabytes = Math.round(bytesPerBatch / perBatch / 1e6);
  process.stdout.write(
    `${name}: ${(perBatch * 1e6).toFixed(0)} us/batch, ${spans} k spans/s, ${megabytes} MB/s\n`,
  );
}

process.stdout.write(`${SPANS} spans, ${Math.round(bytesPerBatch / SPANS)} B/span\n`);
const clean = batches.map((batch) => marksOf(batch, 0));
const some = batches.map((batch) => marksOf(batch, 0.05));
measure('index, nothing marked', (at) => {
  const bytes = batches[at] ?? new Uint8Array(0);
  indexOtlp(index, { signal: 'traces', bytes, marks: clean[at] ?? null, keys });
});
measure('index and rewrite, 5 % marked', (at) => {
  const bytes = batches[at] ?? new Uint8Array(0);
  indexOtlp(index, { signal: 'traces', bytes, marks: some[at] ?? null, keys });
  edits.clear();
  for (let candidate = 0; candidate < index.candidates.count; candidate++) {
    replaceCandidate(edits, index, candidate, replacement);
  }
  rewriteOtlp(index, edits, out);
});
measure('index, everything marked', (at) => {
  const bytes = batches[at] ?? new Uint8Array(0);
  indexOtlp(index, { signal: 'traces', bytes, marks: null, keys });
});
process.stdout.write(`candidates of the last batch: ${index.candidates.count}\n`);
