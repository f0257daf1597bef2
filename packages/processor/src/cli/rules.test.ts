/** What `spanguard rules` and `spanguard replay` say of rules and of recorded telemetry. */
import { EventEmitter } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { runCommandLine } from './command-line.ts';

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(...argv: readonly string[]): Promise<Answer> {
  let [stdout, stderr] = ['', ''];
  const code = await runCommandLine({
    argv,
    env: {},
    stdout: (text) => void (stdout += text),
    stderr: (text) => void (stderr += text),
    signals: new EventEmitter(),
  });
  return { code, stdout, stderr };
}

const RULE = `
title: A teapot was asked for coffee
name: teapot
description: Somebody was answered 418.
logsource: { product: spanguard, category: security_event }
detection: { s: { event: request, http.response.status_code: 418 }, condition: s }
level: low
tags: [attack.t1595, owasp_api.api9_2023]
falsepositives: [A person who likes coffee]
spanguard: { action: Offer tea., entity: client, quiet: 10m, budget: 1 a day }
`;
const span = '{ http.request.method: BREW, url.path: /pot, client.address: 203.0.113.7, STATUS }';
const step = (status: number): string =>
  `  - span: ${span.replace('STATUS', `http.response.status_code: ${status}`)}\n`;
const TRAFFIC = `attack:\n${step(418)}alerts:\n  - { entity: "client 203.0.113.7, service shop", count: 1 }\nbenign:\n${step(200)}`;

/** A folder with one rule. */
function folder(rule: string = RULE, traffic: string = TRAFFIC): string {
  const path = mkdtempSync(join(tmpdir(), 'spanguard-rules-'));
  writeFileSync(join(path, 'rule.yaml'), rule);
  writeFileSync(join(path, 'traffic.yaml'), traffic);
  return path;
}

const only = (path: string): readonly string[] => ['--only', '--rules', path];

/** A request of a server span as the Collector's file exporter writes it. */
function recorded(status: number, second: number): string {
  const time = String(1_767_225_600 + second);
  const attributes = [
    { key: 'client.address', value: { stringValue: '203.0.113.7' } },
    { key: 'http.response.status_code', value: { intValue: String(status) } },
  ];
  const ids = { traceId: '1'.repeat(32), spanId: String(1000 + second).padStart(16, '0') };
  const times = { startTimeUnixNano: `${time}000000000`, endTimeUnixNano: `${time}500000000` };
  const spans = [{ ...ids, name: 'BREW', kind: 2, ...times, attributes }];
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'kitchen' } }] };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
}

function recording(name: string, content: string | Uint8Array): string {
  const path = join(mkdtempSync(join(tmpdir(), 'spanguard-recording-')), name);
  writeFileSync(path, content);
  return path;
}

describe('spanguard rules', () => {
  it('lists the shipped rules by group', async () => {
    const { code, stdout } = await run('rules', 'list');
    expect(code).to.equal(0);
    expect(stdout).to.include('\napi2-authentication\n');
    expect(stdout).to.include('  brute_force_client (high): Password guessing from one client\n');
  });

  it('tries a rule on its traffic', async () => {
    const { code, stdout } = await run('rules', 'test', ...only(folder()));
    expect(stdout).to.equal(
      'ok teapot: tells 1 times\n1 of 1 rules do what is written beside them\n',
    );
    expect(code).to.equal(0);
  });

  const wrong: readonly (readonly [what: string, traffic: string, said: string])[] = [
    ['silent', TRAFFIC.replace('418', '200'), 'tells of its attack: nothing; expected: client'],
    ['loud', TRAFFIC.replace('200', '418'), 'benign traffic makes teapot tell'],
    ['early', TRAFFIC.replace('alerts', `${step(200)}alerts`), 'before the last record of it'],
  ];
  for (const [what, traffic, said] of wrong) {
    it(`fails one that is ${what}`, async () => {
      const { code, stdout } = await run('rules', 'test', ...only(folder(RULE, traffic)));
      expect(stdout).to.include(`not ok teapot: `).and.include(said).and.include('0 of 1 rules');
      expect(code).to.equal(1);
    });
  }

  it('names what a rule lacks, and where', async () => {
    const bare = RULE.replace(/\n(?:description|tags|falsepositives|spanguard):[^\n]*/g, '');
    const { code, stdout } = await run('rules', 'lint', ...only(folder(bare)));
    expect(code).to.equal(1);
    expect(stdout).to.match(/rule\.yaml:2:1: teapot does not say what to do: spanguard\.action/);
    expect((await run('rules', 'lint')).stdout).to.equal('nothing to complain of\n');
  });

  it('explains one, and what a set covers', async () => {
    const path = folder();
    const explained = await run('rules', 'explain', 'teapot', ...only(path));
    expect(explained.stdout).to.include('To do: Offer tea.').and.include('10 min of quiet');
    expect(explained.stdout).to.include('False alerts: 1 a day');
    const covered = await run('rules', 'coverage', ...only(path));
    expect(covered.stdout).to.include('  owasp_api.api9_2023 1: teapot\n');
  });

  it('says which rule is not there, and what is wrong with one', async () => {
    const none = await run('rules', 'explain', 'kettle');
    expect([none.code, none.stdout]).to.deep.equal([1, '']);
    expect(none.stderr).to.include('no rule is called kettle');
    const broken = await run('rules', 'list', ...only(folder('title: x')));
    expect(broken.code).to.equal(1);
    expect(broken.stderr).to.include('rule.yaml');
  });
});

describe('spanguard replay', () => {
  const replay = (...files: readonly string[]): Promise<Answer> =>
    run('replay', ...only(folder()), ...files);

  it('says what rules would have told, in the order of time over all files', async () => {
    const late = recording('late.jsonl', `${recorded(418, 4000)}\n${recorded(200, 4001)}\n`);
    const early = recording('early.json', JSON.stringify(JSON.parse(recorded(418, 1)), null, 2));
    const { code, stdout, stderr } = await replay(late, early);
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout.split('\n')).to.deep.equal([
      '2026-01-01T00:00:01.500Z low teapot: client 203.0.113.7, service kitchen, 1 events, seen by kitchen',
      '2026-01-01T01:06:40.500Z low teapot: client 203.0.113.7, service kitchen, 1 events, seen by kitchen',
      '2 alerts of 1 rules in 3 records',
      '     2 teapot',
      '',
    ]);
  });

  it('reads what is packed, and passes over metrics', async () => {
    const lines = `${recorded(418, 1)}\n{"resourceMetrics":[]}\n`;
    const { stdout, stderr } = await replay(recording('x.jsonl.gz', gzipSync(lines)));
    expect(stdout).to.include('1 alerts of 1 rules in 1 records');
    expect(stderr).to.equal('1 requests without spans or logs\n');
  });

  it('says which request of which file is broken', async () => {
    const path = recording('x.jsonl', `${recorded(418, 1)}\n{"resourceSpans":[7]}\nhello}\n`);
    const { code, stderr } = await replay(path, '/nowhere.json');
    expect(code).to.equal(1);
    expect(stderr)
      .to.include(`${path}, request 2: `)
      .and.include(`${path}, request 3: no OTLP/JSON`);
    expect(stderr).to.include('/nowhere.json');
  });
});
