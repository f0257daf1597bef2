import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { encodeFacts } from '../model/facts/encode-facts.ts';
import { FactBatch } from '../model/facts/fact-batch.ts';
import { numberColumn, textColumn } from '../model/facts/fact-slots.ts';
import { systemClock } from '../pipeline/clock.ts';
import { analysisThread } from './analysis-thread.ts';
import type { AnalysisPort, AnalysisReport, AnalysisSettings } from './messages.ts';

const RULE = `
title: Failed
name: failed
logsource: { product: spanguard }
detection: { one: { event: security.authn_login_fail }, condition: one }
level: high
`;

function failedLogin(): Uint8Array<ArrayBuffer> {
  const facts = new FactBatch();
  const text = (value: string): number => {
    const bytes = Buffer.from(value);
    return facts.texts.add(bytes, 0, bytes.length);
  };
  facts.add();
  facts.setText(textColumn('event'), 0, text('security.authn_login_fail'));
  facts.setText(textColumn('service.name'), 0, text('shop'));
  facts.setText(textColumn('client.prefix'), 0, text('203.0.113.7/32'));
  facts.setNumber(numberColumn('timestamp'), 0, Date.UTC(2026, 0, 1));
  facts.setNumber(numberColumn('weight'), 0, 1);
  return Uint8Array.from(encodeFacts(facts));
}

describe('an analysis in a thread', () => {
  let folder: string;
  let settings: AnalysisSettings;
  let port: AnalysisPort | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spanguard-thread-'));
    settings = {
      rules: [{ file: 'test.yaml', text: RULE }],
      latenessMs: 30_000,
      groupBytesMax: 1024 * 1024,
      snapshotPath: join(folder, 'windows.snapshot'),
      snapshotIntervalMs: 60_000,
      alertKey: Buffer.alloc(32),
    };
  });
  afterEach(async () => {
    await port?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Everything it reports until the last of a kind, or its death. */
  function reportsUntil(
    kind: AnalysisReport['kind'],
    answer: (report: AnalysisReport, port: AnalysisPort) => void,
  ): Promise<readonly AnalysisReport[]> {
    return new Promise((resolve, reject) => {
      const reports: AnalysisReport[] = [];
      const start = analysisThread({ clock: systemClock, silenceMsMax: 60_000 });
      const started = start(settings, {
        onReport: (report) => {
          reports.push(report);
          answer(report, started);
          if (report.kind === kind) resolve(reports);
        },
        onDeath: reject,
      });
      port = started;
    });
  }

  it('decides, saves only what is durable, and begins where it ended', async () => {
    const first = await reportsUntil('finished', (report, to) => {
      if (report.kind === 'ready') {
        to.post({ kind: 'entry', sequence: 7, facts: failedLogin() });
        to.post({ kind: 'finish' });
      }
      if (report.kind === 'looked') expect(existsSync(settings.snapshotPath)).to.equal(false);
      if (report.kind === 'alert') to.post({ kind: 'settled', number: report.number });
    });
    expect(first.map(({ kind }) => kind)).to.deep.equal([
      ...['ready', 'alert', 'done', 'looked', 'saved', 'finished'],
    ]);
    await port?.end();
    const [again] = await reportsUntil('ready', () => undefined);
    expect(again).to.include({ kind: 'ready', sequence: 7 });
  });

  it('tells of its death, with the reason', async () => {
    settings = { ...settings, rules: [{ file: 'test.yaml', text: 'title: [' }] };
    const death: unknown = await reportsUntil('ready', () => undefined).catch(
      (error: unknown) => error,
    );
    expect(death).to.be.instanceOf(Error);
  });

  it('says nothing once it is ended', async () => {
    let reports = 0;
    await reportsUntil('ready', () => (reports += 1));
    await port?.end();
    port?.post({ kind: 'entry', sequence: 1, facts: failedLogin() });
    expect(reports).to.equal(1);
  });
});
