/** What somebody sees who asks whether alerts arrive. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeRequest, HttpSink } from '@spanguard/testkit';
import { expect } from 'chai';
import { runCommandLine } from './command-line.ts';

const PATH = 'services/T0/B0/hunter2';

describe('spanguard alerts test', () => {
  let folder: string;
  let sink: HttpSink;

  before(async () => {
    sink = await HttpSink.listen();
  });
  after(() => sink.close());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spanguard-alerts-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Exit code and what is said, to whom. */
  async function run(config: string, ...args: readonly string[]) {
    const file = join(folder, 'a.yaml');
    writeFileSync(file, `data: ${folder}/data\n${config}\n`);
    const said = { code: 0, stdout: '', stderr: '' };
    said.code = await runCommandLine({
      argv: ['alerts', ...args, '--config', file],
      env: {},
      stdout: (text) => (said.stdout += text),
      stderr: (text) => (said.stderr += text),
      signals: { on: () => process, off: () => process },
    });
    expect(existsSync(join(folder, 'data'))).to.equal(false);
    return said;
  }

  const config = (): string =>
    `alerts: { otlp: { enabled: false }, channels: { webhook/siem: { url: "${sink.url}" }, slack/oncall: { url: "${sink.url}/${PATH}" } } }`;
  const lastBody = (): string => Buffer.from(sink.requests.at(-1)?.body ?? []).toString();

  it('lists the channels where none is named, and sends nothing', async () => {
    const before = sink.requests.length;
    expect(await run(config(), 'test')).to.deep.equal({
      code: 0,
      stdout: 'console\notlp  off\nwebhook/siem\nslack/oncall\n',
      stderr: '',
    });
    expect(sink.requests).to.have.length(before);
  });

  for (const name of ['webhook/siem', 'slack/oncall']) {
    it(`sends an alert that says it is a test: ${name}`, async () => {
      const said = `${name}: the test alert is taken.\n`;
      expect(await run(config(), 'test', name)).to.deep.equal({
        code: 0,
        stdout: said,
        stderr: '',
      });
      expect(lastBody()).to.include('TEST: this is no attack');
    });
  }

  it('prints one on the console', async () => {
    const { code, stdout } = await run('', 'test', 'console');
    expect(code).to.equal(0);
    expect(stdout).to.match(/^ALERT INFORMATIONAL TEST: this is no attack \(spanguard_test\)\n/);
    expect(stdout).to.match(/\nconsole: the test alert is taken\.\n$/);
  });

  for (const [status, sentence] of [
    [
      404,
      'refuses us: status 404. Alerts would be kept until it takes them; check address and credentials.',
    ],
    [503, 'not taken for now: status 503. An alert would be tried again.'],
    [400, 'refuses the alert: status 400. It would become a dead letter.'],
  ] as const) {
    it(`says what ${status} means for alerts, and no secret`, async () => {
      sink.answer({ status, body: PATH });
      const said = `slack/oncall: ${sentence}\n`;
      expect(await run(config(), 'test', 'slack/oncall')).to.deep.equal({
        code: 1,
        stdout: '',
        stderr: said,
      });
    });
  }

  it('sends to every backend as otlp, and says which of them does not take it', async () => {
    const backend = `exporters: { otlp_http/tempo: { endpoint: "${sink.url}" } }`;
    const answer = { status: 200, headers: { 'content-type': 'application/x-protobuf' } };
    sink.answer(answer, answer);
    const taken = await run(backend, 'test', 'otlp');
    expect(taken).to.deep.equal({
      code: 0,
      stdout: 'otlp: the test alert is taken.\n',
      stderr: '',
    });
    const { path, body } = sink.requests.at(-1) ?? { path: '', body: new Uint8Array(0) };
    expect(path).to.equal('/v1/logs');
    expect(JSON.stringify(decodeRequest('logs', body))).to.include('TEST: this is no attack');
    sink.answer({ status: 401 });
    const { code, stderr } = await run(backend, 'test', 'otlp');
    expect(code).to.equal(1);
    expect(stderr).to.match(
      /^otlp: not taken for now: exporters\.otlp_http\/tempo, traces: status 401/,
    );
    expect((await run('', 'test', 'otlp')).stderr).to.include('no exporter is configured');
  });

  it('tries a channel that is off, and says so', async () => {
    const off = `alerts: { webhook: { url: "${sink.url}", enabled: false } }`;
    const { code, stdout } = await run(off, 'test', 'webhook');
    expect(code).to.equal(0);
    expect(stdout).to.equal(
      'webhook: the test alert is taken. It is off: switch it on with enabled: true.\n',
    );
  });

  it('names the channels there are for one that is not', async () => {
    expect(await run(config(), 'test', 'slack\u001b[2J')).to.deep.equal({
      code: 1,
      stdout: '',
      stderr:
        'no channel "slack\\u001b[2J" is configured; there are: console, otlp, webhook/siem, slack/oncall\n',
    });
  });

  it('says what is wrong with a configuration, and no secret', async () => {
    const { code, stderr } = await run(
      `alerts: { slack: { url: "http://hooks.slack.com/${PATH}" } }`,
      'test',
      'slack',
    );
    expect(code).to.equal(1);
    expect(stderr).to.match(
      /a\.yaml:2:25: alerts\.slack\.url: found a value that is not shown, expected a secret https/,
    );
    expect(stderr).not.to.include(PATH);
  });

  for (const [args, said] of [
    [[], 'alerts does one of: test'],
    [['list'], 'alerts does one of: test'],
    [['test', 'a', 'b'], 'unexpected "b"'],
  ] as const) {
    it(`refuses alerts ${args.join(' ')}`, async () => {
      const { code, stderr } = await run('', ...args);
      expect(code).to.equal(2);
      expect(stderr).to.match(new RegExp(`^spanguard: ${said}\\n`));
    });
  }
});
