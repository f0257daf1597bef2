import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyTable, OtlpIndex } from '@spanguard/otlp';
import { compilePolicy, type RedactionPolicy } from '@spanguard/redaction';
import {
  decodeRequest,
  encodeRequest,
  FakeClock,
  logsRequest,
  traceRequest,
} from '@spanguard/testkit';
import { expect } from 'chai';
import { BatchDetector } from '../detection/batch-detector.ts';
import { DETECTION_COLUMNS } from '../detection/columns.ts';
import { JOURNAL_LIMITS } from '../journal/journal-limits.ts';
import { Journal } from '../journal/journal.ts';
import { nodeFileSystem } from '../pipeline/file-system.ts';
import { silentLogger } from '../pipeline/logger.ts';
import { SaidOnce } from '../pipeline/said-once.ts';
import { BatchRedactor } from '../redaction/batch-redactor.ts';
import { createIntake, type IntakeStages } from './intake.ts';

const FAILED = 'intake.failed';
const REJECTED = 'intake.rejected_items';
const REPAIRED = 'intake.repaired_texts';
type Part = 'mark' | 'index' | 'decide' | 'detect' | 'judge' | 'rewrite' | 'append';

describe('the intake', () => {
  const folders: string[] = [];
  const journals: Journal[] = [];
  afterEach(async () => {
    for (const journal of journals.splice(0)) await journal.close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  /** The stages as they are, one of them throwing. */
  async function taking(failing?: Part) {
    const folder = mkdtempSync(join(tmpdir(), 'intake-'));
    folders.push(folder);
    const clock = new FakeClock();
    const counted = new Map<string, number>();
    const lines: Record<string, unknown>[] = [];
    const counters = {
      add: (name: string, value: number, labels: Readonly<Record<string, string>> = {}) => {
        const key = [name, ...Object.values(labels)].join(' ');
        counted.set(key, (counted.get(key) ?? 0) + value);
      },
    };
    const logger = { ...silentLogger, error: (fields: object) => void lines.push({ ...fields }) };
    const journal = await Journal.open({
      folder,
      fileSystem: nodeFileSystem,
      clock,
      counters,
      logger,
      limits: JOURNAL_LIMITS,
    });
    journals.push(journal);
    const reader = await journal.reader('test');
    const policy = compilePolicy();
    const redactor = new BatchRedactor(failing === 'judge' ? judgingNot(policy) : policy, counters);
    const detector = new BatchDetector({
      mask: {
        decisionOf: () => 0,
        isClean: () => true,
        attribute: (_name, value) => value,
        pseudonym: (value) => value,
      },
      recordKey: new Uint8Array(32),
      entityKey: new Uint8Array(32),
      clock,
      counters,
      rowsMax: 100,
    });
    const stages: IntakeStages = {
      keys: new KeyTable({
        classify: failing === 'index' ? fail : policy.classifyKey,
        columns: failing === 'index' ? [] : DETECTION_COLUMNS,
      }),
      index: new OtlpIndex(),
      detector: failing === 'detect' ? { detect: fail } : detector,
      redactor: {
        mark: failing === 'mark' ? fail : (bytes) => redactor.mark(bytes),
        decide: failing === 'decide' ? fail : (request) => redactor.decide(request),
        rewrite: failing === 'rewrite' ? fail : (request) => redactor.rewrite(request),
        giveBack: (batch) => redactor.giveBack(batch),
      },
      journal: failing === 'append' ? { append: fail } : journal,
      counters,
      said: new SaidOnce({ clock, logger }),
    };
    const kept = async () => {
      const payloads: Buffer[] = [];
      while (reader.hasMore) {
        const entry = await reader.next();
        if (entry !== undefined) payloads.push(Buffer.from(entry.bytes));
      }
      return payloads;
    };
    return { intake: createIntake(stages), counted, lines, kept };
  }

  const secretSpan = encodeRequest('traces', {
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: [
              {
                name: 'x',
                attributes: [{ key: 'note', value: { stringValue: 'token=canary-7391' } }],
              },
            ],
          },
        ],
      },
    ],
  });

  const refusing: readonly [Part, string, string][] = [
    ['mark', 'failed', 'batch'],
    ['index', 'failed', 'batch'],
    ['decide', 'failed', 'batch'],
    ['rewrite', 'failed', 'batch'],
    ['append', 'unavailable', 'append'],
  ];
  for (const [part, kind, stage] of refusing) {
    it(`answers ${kind} where ${part} throws, keeps nothing, counts it and says it once`, async () => {
      const { intake, counted, lines, kept } = await taking(part);
      for (let round = 0; round < 2; round++) {
        expect((await intake('traces', secretSpan)).kind).to.equal(kind);
      }
      expect(counted.get(`${FAILED} ${stage}`)).to.equal(2);
      expect(lines).to.have.length(1);
      expect(lines[0]).to.include({ component: 'intake', stage });
      expect(String(lines[0]?.['reason'])).to.match(/^RangeError at .*intake\.test\.ts/);
      expect(JSON.stringify(lines)).to.not.include('canary');
      expect(await kept()).to.deep.equal([]);
    });
  }

  it('goes on without facts where detection throws', async () => {
    const { intake, counted, kept } = await taking('detect');
    expect(await intake('traces', secretSpan)).to.deep.equal({ kind: 'accepted' });
    expect(counted.get(`${FAILED} detect`)).to.equal(1);
    const [payload = Buffer.alloc(0)] = await kept();
    expect(payload.toString()).to.include('token=[token]');
  });

  it('replaces a value whole where judging it throws, and lets the batch go on', async () => {
    const { intake, counted, kept } = await taking('judge');
    expect(await intake('traces', secretSpan)).to.deep.equal({ kind: 'accepted' });
    expect(counted.get('redaction.failed_closed')).to.equal(1);
    const [payload = Buffer.alloc(0)] = await kept();
    expect(payload.includes('canary')).to.equal(false);
    expect(
      decodeRequest('traces', payload).resourceSpans?.[0]?.scopeSpans?.[0]?.spans?.[0],
    ).to.deep.include({
      name: 'x',
      attributes: [{ key: 'note', value: { stringValue: '[redacted]' } }],
    });
  });

  it('rejects records with ids of a wrong length, repairs texts, and takes the rest', async () => {
    const { intake, counted, kept } = await taking();
    const spans = decodeRequest('traces', traceRequest({ seed: 9, spans: 3 }));
    const all = spans.resourceSpans?.flatMap((one) => one.scopeSpans ?? []) ?? [];
    const [first] = all.flatMap((one) => one.spans ?? []);
    const bad = encodeRequest('traces', {
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [
                { ...first, traceId: Uint8Array.of(1, 2) },
                { ...first, name: 'AB' },
              ],
            },
          ],
        },
      ],
    });
    const name = Buffer.from(bad).lastIndexOf('AB');
    bad[name] = 0xff;
    const outcome = await intake('traces', bad);
    expect(outcome).to.have.nested.property('rejected.count', 1);
    expect(Object.fromEntries(counted)).to.deep.include({
      [`${REJECTED} traces id_length`]: 1,
      [`${REPAIRED} traces`]: 1,
      'intake.items traces': 1,
    });
    const [payload = Buffer.alloc(0)] = await kept();
    const left = decodeRequest('traces', payload).resourceSpans?.[0]?.scopeSpans?.[0]?.spans ?? [];
    expect(left.map((span) => span.name)).to.deep.equal(['\ufffdB']);
  });

  it('accepts a request of which every record is rejected, and keeps nothing', async () => {
    const { intake, kept } = await taking();
    const bytes = encodeRequest('logs', {
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ spanId: Uint8Array.of(1) }] }] }],
    });
    expect(await intake('logs', bytes)).to.have.nested.property('rejected.count', 1);
    expect(await kept()).to.deep.equal([]);
  });

  it('refuses what is of another signal, or known to nobody, and takes what is empty', async () => {
    const { intake, counted } = await taking();
    expect((await intake('logs', traceRequest({ seed: 1, spans: 3 }))).kind).to.equal('malformed');
    expect((await intake('traces', logsRequest({ seed: 1 }))).kind).to.equal('malformed');
    expect(counted.get('intake.refused wrong_wire_type')).to.equal(2);
    const unknown = await intake('logs', Uint8Array.of(0x9a, 0x06, 1, 0x61));
    expect(unknown).to.deep.include({ kind: 'malformed' });
    expect(counted.get('intake.refused unknown_fields')).to.equal(1);
    for (const empty of [new Uint8Array(0), Uint8Array.of(0x0a, 0)]) {
      expect(await intake('logs', empty)).to.deep.equal({ kind: 'accepted' });
    }
  });
});

/** The policy, but for what throws. */
function judgingNot(policy: RedactionPolicy): RedactionPolicy {
  return new Proxy(policy, {
    get: (whole, name) => {
      if (name === 'decide') return fail;
      const member: unknown = Reflect.get(whole, name, whole);
      return typeof member === 'function' ? member.bind(whole) : member;
    },
  });
}

function fail(): never {
  throw new RangeError('canary-7391');
}
