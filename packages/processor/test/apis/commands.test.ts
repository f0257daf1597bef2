import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { expect } from 'chai';
import { runCommandLine } from '#processor/cli/command-line.ts';
import { openStore } from '#processor/store/store.ts';
import type { FactFields } from '../inventory/facts-of.ts';
import { InventoryScene } from '../inventory/inventory-scene.ts';

const HOSTILE = '/<img src=x onerror=alert(1)>&"\'\u001b[31m\u202e';

const request = (route: string, more: FactFields = {}): FactFields => ({
  ...{ 'http.request.method': 'GET', 'http.route': route, 'http.response.status_code': 200 },
  ...{ 'server.address': 'shop.example', 'tls.established': true },
  ...more,
});

describe('the commands that read the store', () => {
  let scene: InventoryScene;
  let folder: string;
  let config: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'spanguard-commands-'));
    scene = new InventoryScene();
    config = join(folder, 'spanguard.yaml');
    writeFileSync(config, `data: ${scene.folder}\n`);
    scene.facts(
      request('/account', { 'security.credentials.seen': true }),
      request('/cards', { 'security.data.response': ['pan'] }),
      request('/plain', { 'tls.established': false, 'service.name': 'other' }),
      request(HOSTILE, {
        'service.name': HOSTILE,
        'server.address': HOSTILE,
        'url.query': `${HOSTILE}=1`,
      }),
    );
    scene.save();
  });
  after(() => {
    scene.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(...argv: readonly string[]) {
    let [stdout, stderr] = ['', ''];
    const code = await runCommandLine({
      argv: [...argv, '--config', config],
      env: {},
      stdout: (text) => (stdout += text),
      stderr: (text) => (stderr += text),
      signals: new EventEmitter(),
    });
    return { code, stdout, stderr };
  }

  const json = async <T>(...argv: readonly string[]): Promise<T> =>
    JSON.parse((await run(...argv)).stdout) as T;

  it('list endpoints as a table, with nothing that a terminal obeys', async () => {
    const { code, stdout } = await run('apis', 'list');
    expect(code).to.equal(0);
    expect(stdout).to.match(/^no +service +method +path/);
    expect(stdout).to.match(/ +\d+ +shop +GET +\/cards +1 /);
    // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(stdout).to.not.match(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(stdout.trimEnd().split('\n')).to.have.length(5);
  });

  it('list and show them for programs', async () => {
    const all = await json<{ number: number; path: string }[]>('apis', 'list', '--json');
    expect(all.map(({ path }) => path)).to.include.members(['/account', '/cards', '/plain']);
    const cards = all.find(({ path }) => path === '/cards');
    const shown = await json<{ findings: { kind: string }[]; risk: { score: number } }>(
      ...['apis', 'show', String(cards?.number), '--json'],
    );
    expect(shown.findings.map(({ kind }) => kind)).to.deep.equal([
      'sensitive_without_authentication',
    ]);
    expect(shown.risk.score).to.equal(65);
    const other = await json<unknown[]>('apis', 'list', '--json', '--service', 'other');
    expect(other).to.have.length(1);
  });

  it('show one for people, and say where there is none', async () => {
    const [{ number }] = await json<[{ number: number }]>(
      'apis',
      'list',
      '--json',
      '--service',
      'other',
    );
    const { stdout } = await run('apis', 'show', String(number));
    expect(stdout).to.match(/^endpoint +GET \/plain\nservice +other\n/);
    expect(stdout).to.include('open  medium  Requests come without TLS');
    const missing = await run('apis', 'show', '999');
    expect([missing.code, missing.stderr]).to.deep.equal([
      1,
      'no endpoint 999; spanguard apis list tells which\n',
    ]);
  });

  it('write a document of OpenAPI from which nothing drifts', async () => {
    const file = join(folder, 'api.json');
    writeFileSync(file, (await run('apis', 'openapi')).stdout);
    const { code, stdout } = await run('apis', 'drift', file);
    expect([code, stdout]).to.deep.equal([0, 'no drift\n']);
    writeFileSync(file, 'openapi: 3.1.0\npaths: {}\n');
    const drifted = await run('apis', 'drift', file);
    expect(drifted.code).to.equal(1);
    expect(drifted.stdout.match(/^shadow /gm)).to.have.length(4);
    expect((await run('apis', 'drift', join(folder, 'missing'))).stderr).to.include('missing');
  });

  it('list, show and ignore findings, until a day', async () => {
    const { stdout } = await run('posture', 'list');
    const [, id = ''] = /(plain_http-\d+)/.exec(stdout) ?? [];
    expect((await run('posture', 'show', id)).stdout).to.include('Redirect to https');
    const ignored = await run(
      'posture',
      'ignore',
      id,
      '--reason',
      'inside',
      '--until',
      '2099-01-01',
    );
    expect(ignored.stdout).to.equal(`${id} is ignored until 2099-01-01T00:00:00.000Z\n`);
    expect((await run('posture', 'list')).stdout).to.match(/medium +ignored +GET \/plain/);
    expect((await run('posture', 'show', id)).stdout).to.include('inside until 2099');
    expect((await run('posture', 'ignore', 'nothing-1', '--reason', 'x')).code).to.equal(1);
  });

  it('write a report that prints, runs nothing, and keeps hostile text as text', async () => {
    const file = join(folder, 'report.html');
    const { code, stdout } = await run('report', '--output', file);
    expect(code).to.equal(0);
    expect(stdout)
      .to.include(file)
      .and.to.match(/most at risk +GET \/cards \(65 of 100\)/);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    const html = readFileSync(file, 'utf8');
    expect(html)
      .to.match(/^<!doctype html>/)
      .and.to.include('Sensitive data is answered to anybody');
    expect(html).to.include('&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39;');
    expect(html).to.not.match(/<script|<img|<link|\son\w+="|javascript:|https?:/i);
    const [tags] = [html.match(/<\/?(\w+)/g) ?? []];
    for (const tag of ['table', 'article', 'tr', 'td']) {
      const [opened, closed] = [`<${tag}`, `</${tag}`].map(
        (name) => tags.filter((each) => each === name).length,
      );
      expect(opened, tag).to.equal(closed);
    }
    const report = await json<{ endpoints: unknown[]; findings: unknown[] }>('report', '--json');
    expect(report.endpoints).to.have.length(4);
    expect(existsSync('spanguard-report.html')).to.equal(false);
  });

  it('copy the store', async () => {
    const copy = join(folder, 'copy.sqlite');
    expect((await run('store', 'backup', copy)).code).to.equal(0);
    const { store } = openStore(copy, () => 'aside');
    expect(store.endpoints.list()).to.have.length(4);
    store.close();
    expect((await run('store', 'backup', copy)).stderr).to.include('is there already');
  });

  it('say where there is nothing to read', async () => {
    writeFileSync(join(folder, 'other.yaml'), `data: ${folder}/data\n`);
    config = join(folder, 'other.yaml');
    const { code, stderr } = await run('apis', 'list');
    expect([code, stderr]).to.deep.equal([
      1,
      `${folder}/data/store.sqlite is not there: no processor with an inventory has run with this data folder\n`,
    ]);
  });

  for (const [words, problem] of [
    ['apis', 'apis does one of: list, show, openapi, drift'],
    ['apis constructor', 'apis does one of: list, show, openapi, drift'],
    ['apis show', 'apis show needs <number>'],
    ['apis show x', 'apis show needs the number of an endpoint'],
    ['apis list more', 'unexpected "more"'],
    ['apis list --output f', 'apis list has no --output'],
    ['apis drift', 'apis drift needs <file>...'],
    ['posture ignore a-1', 'posture ignore needs --reason <text>'],
    ['posture ignore a-1 --reason x --until never', '--until needs a date'],
    ['report more', 'unexpected "more"'],
    ['store backup', 'store backup needs <file>'],
    ['run --json', 'run has no --json'],
  ] as const) {
    it(`refuse "${words}"`, async () => {
      const { code, stderr } = await run(...words.split(' '));
      expect(code).to.equal(2);
      expect(stderr).to.include(`spanguard: ${problem}`);
    });
  }
});
