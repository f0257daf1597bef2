import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { EventEmitter } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeLogsRequest } from '@spanguard/otlp';
import { decodeRequest, HttpSink, type SinkAnswer } from '@spanguard/testkit';
import { expect } from 'chai';
import { runCommandLine } from '#processor/cli/command-line.ts';
import {
  eventually,
  postOtlp,
  type RunningProcessor,
  startProcessor,
} from './running-processor.ts';

const START_MS = Date.now();

/** The only rule: nine failures are one alert. */
const RULE = `
title: A login failed
name: login_failed
logsource: { product: spanguard, category: security_event }
detection: { selection: { event: security.authn_login_fail }, condition: selection }
level: informational
---
title: One client fails to log in
name: brute_force_client
correlation:
  type: event_count
  rules: [login_failed]
  group-by: [client.prefix]
  timespan: 4m
  condition: { gte: 5 }
level: high
`;

/** Log records, of which one is poison; or failed logins enough for an alert. */
function records(bodies: readonly string[], eventName = ''): Uint8Array {
  return encodeLogsRequest(
    { resource: { 'service.name': 'shop' }, scopeName: 'test' },
    bodies.map((body, index) => ({
      timeMs: START_MS + index,
      severityNumber: 9,
      body,
      eventName,
      traceId: (index + 1).toString(16).padStart(32, '0'),
      spanId: (index + 1).toString(16).padStart(16, '0'),
      attributes: { 'client.prefix': '203.0.113.7/32', 'user.id': 'u-1' },
    })),
  );
}

describe('dead letters', function () {
  let sink: HttpSink;
  let processor: RunningProcessor;
  let isHealed = false;

  before(async () => {
    sink = await HttpSink.listen();
    Object.defineProperty(sink, 'answerByDefault', {
      get: (): SinkAnswer => {
        const { path = '', body = Buffer.alloc(0) } = sink.requests.at(-1) ?? {};
        const isRefused = path === '/hook' || Buffer.from(body).includes('poison');
        return { status: isRefused && !isHealed ? 400 : 200 };
      },
    });
    const rules = join(mkdtempSync(join(tmpdir(), 'spanguard-')), 'rules.yaml');
    writeFileSync(rules, RULE);
    const more = `correlate: { rules: ["${rules}"], shipped_rules: false }`;
    processor = await startProcessor({ backend: sink.url, webhook: `${sink.url}/hook`, more });
  });
  after(async () => {
    await processor.program.end('SIGKILL');
    await sink.close();
  });

  /** Runs the command; gives its exit code and what it said. */
  async function deadLetters(...args: readonly string[]): Promise<readonly [number, string]> {
    let said = '';
    const write = (text: string): void => void (said += text);
    const config = ['--config', join(processor.folder, 'spanguard.yaml')];
    const code = await runCommandLine({
      argv: ['deadletters', ...args, ...config],
      env: {},
      stdout: write,
      stderr: write,
      signals: new EventEmitter(),
    });
    return [code, said];
  }
  const metric = async (line: RegExp): Promise<boolean> =>
    line.test(await (await fetch(`${processor.adminUrl}/metrics`)).text());
  const replays = (path: string, text: string): number =>
    sink.requests.filter((one) => one.path === path && Buffer.from(one.body).includes(text)).length;

  it('are kept of what a backend, or a channel, will never take, and of nothing else', async () => {
    await postOtlp(processor.url, 'logs', records(['fine', 'the poison', 'good']));
    await postOtlp(processor.url, 'logs', records(Array(9).fill('x'), 'security.authn_login_fail'));
    await eventually(
      'both',
      async () =>
        (await metric(/^spanguard_exporter_dead_letter_items_total\{[^}]*\} 1\b/m)) &&
        (await metric(/^spanguard_alerts_dead_letters_total\{[^}]*channel="webhook"[^}]*\} 1\b/m)),
    );
    await eventually('all others', () => metric(/^spanguard_exporter_items_total\{[^}]*\} \d\d/m));
  });

  it('cannot be touched while the processor runs: the command says what to do', async () => {
    const [code, said] = await deadLetters('list');
    expect(code).to.equal(1);
    expect(said).to.include('while the processor is stopped');
  });

  it('are listed with where they were going, why and when, and shown', async () => {
    expect(await processor.program.end('SIGTERM')).to.equal(0);
    const [code, said] = await deadLetters('list');
    expect(code).to.equal(0);
    const lines = said.trim().split('\n');
    expect(lines).to.have.length(2);
    const [batch = '', alert = ''] = lines[0]?.includes('exporter') ? lines : lines.toReversed();
    expect(batch).to.match(
      /^\d+ {2}\d{4}-\d\d-\d\dT.* {2}exporter otlp_http {2}1 logs {2}status 400$/,
    );
    expect(alert).to.match(/^\d+ .* {2}channel webhook {2}1 alert {2}status 400$/);
    const [, shown] = await deadLetters('show', batch.split(' ')[0] ?? '');
    expect(shown).to.include('the poison').and.not.include('fine');
    const [, shownAlert] = await deadLetters('show', alert.split(' ')[0] ?? '');
    expect(shownAlert).to.include('brute_force_client');
    expect(await deadLetters('show', '999999999999')).to.have.property('0', 1);
  });

  it('stay where they are refused again, with the time they had', async () => {
    const [, before] = await deadLetters('list');
    const [code, said] = await deadLetters('replay');
    expect(code).to.equal(1);
    expect(said).to.include('0 sent, 2 kept').and.include('kept: status 400');
    const [, after] = await deadLetters('list');
    const withoutNumbers = (text: string): string[] =>
      text.split('\n').map((line) => line.replace(/^\d+/, ''));
    expect(withoutNumbers(after)).to.deep.equal(withoutNumbers(before));
  });

  it('are sent again where they were going, and are gone then', async () => {
    isHealed = true;
    sink.requests.splice(0);
    const [code, said] = await deadLetters('replay');
    expect([code, said.split('\n').at(-2)]).to.deep.equal([0, '2 sent, 0 kept']);
    expect(replays('/v1/logs', 'the poison')).to.equal(1);
    expect(replays('/hook', 'brute_force_client')).to.equal(1);
    const [poison] = sink.requests.filter(({ path }) => path === '/v1/logs');
    expect(decodeRequest('logs', Buffer.from(poison?.body ?? [])).resourceLogs).to.have.length(1);
    expect(await deadLetters('list')).to.deep.equal([0, 'no dead letters\n']);
    expect(await deadLetters('replay')).to.deep.equal([0, '0 sent, 0 kept\n']);
  });

  it('are not lost where nothing of their name is configured any more', async () => {
    isHealed = false;
    const again = await startProcessor({ backend: sink.url, folder: processor.folder });
    await postOtlp(again.url, 'logs', records(['poison']));
    await eventually('the dead letter', async () =>
      /exporter_dead_letter_items_total\{[^}]*\} 1\b/.test(
        await (await fetch(`${again.adminUrl}/metrics`)).text(),
      ),
    );
    await again.program.end('SIGTERM');
    const file = join(processor.folder, 'spanguard.yaml');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(
        'exporters: { otlp_http:',
        'exporters: { otlp_http/other:',
      ),
    );
    const [code, said] = await deadLetters('replay');
    expect(code).to.equal(1);
    expect(said).to.include('kept: no exporter "otlp_http" is configured');
  });

  for (const [args, complaint] of [
    [[], 'one of: list, show, replay'],
    [['drop'], 'one of: list, show, replay'],
    [['show'], 'needs the number'],
    [['show', 'x'], 'needs the number'],
    [['list', '7'], 'unexpected "7"'],
    [['replay', 'all'], 'unexpected "all"'],
  ] as const) {
    it(`are asked for in words that are known: deadletters ${args.join(' ')}`, async () => {
      const [code, said] = await deadLetters(...args);
      expect(code).to.equal(2);
      expect(said).to.include(complaint);
    });
  }
});
