import { KeyTable, OtlpIndex, indexOtlp, OTLP_LIMITS } from '@spanguard/otlp';
import { compilePolicy, createPseudonyms } from '@spanguard/redaction';
import { traceRequest, logsRequest } from '@spanguard/testkit';
import { BatchDetector } from '../src/detection/batch-detector.ts';
import { DETECTION_COLUMNS } from '../src/detection/columns.ts';
const pseudonyms = createPseudonyms({ masterKey: new Uint8Array(32).fill(7) });
const policy = compilePolicy({}, { pseudonyms });
const keys = new KeyTable({ classify: policy.classifyKey, columns: DETECTION_COLUMNS });
const index = new OtlpIndex();
const counters = { add() {} } as never;
const clock = { now: () => Date.now() } as never;
const detector = new BatchDetector({ mask: { attribute: (n: string, v: never) => policy.redactAttribute(n, v), pseudonym: (v: string) => pseudonyms.pseudonym('user', v) }, recordKey: new Uint8Array(32), clock, counters, observationsMax: 10000 } as never);
for (const [signal, make] of [['traces', (seed: number) => traceRequest({ seed, spans: 512 })], ['logs', (seed: number) => logsRequest({ seed, records: 512 } as never)]] as const) {
  const batches = Array.from({ length: 16 }, (_, seed) => make(seed));
  const tI: number[] = [], tD: number[] = []; let obs = 0;
  for (let r = 0; r < 2000; r++) {
    const bytes = batches[r % 16]!;
    const a = process.hrtime.bigint();
    indexOtlp(index, { signal, bytes, marks: policy.mark(bytes), keys, limits: OTLP_LIMITS });
    const b = process.hrtime.bigint();
    obs = detector.detect(signal, index, bytes).length;
    const c = process.hrtime.bigint();
    if (r > 100) { tI.push(Number(b - a) / 1e6); tD.push(Number(c - b) / 1e6); }
  }
  const q = (t: number[]) => t.sort((x, y) => x - y)[t.length >> 1]!.toFixed(3);
  const min = (t: number[]) => t[Math.floor(t.length*0.1)]!.toFixed(3);
  console.log(signal, 'mark+index', q(tI), 'p10', min(tI), 'detect', q(tD), 'p10', min(tD), 'observations', obs);
}
