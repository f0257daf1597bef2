import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeTracesRequest, type SpanData } from '@spanguard/otlp';
import { FakeClock, freePort } from '@spanguard/testkit';
import { expect } from 'chai';
import { validateConfig } from '../src/cli/validate.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { silentLogger } from '../src/pipeline/logger.ts';
import { machine } from '../src/service/machine.ts';
import { createProcessor } from '../src/service/create-processor.ts';
import { eventually, postOtlp } from './running-processor.ts';

const NIGHT_MS = Date.UTC(2026, 5, 1, 3, 30);
const DAY_MS = Date.UTC(2026, 5, 1, 12, 30);

/** A rule that stands alone, as a user writes it with the reference page at hand. */
const single = (name: string, tests: string): string =>
  `title: ${name}\nname: ${name}\nlogsource: { product: spanguard }\n` +
  `detection: { s: { event: request, ${tests} }, condition: s }\nlevel: medium\n`;

/** A rule that counts distinct values of a field. */
const distinct = (name: string, field: string, by: string): string =>
  `title: any request\nname: any_${name}\nlogsource: { product: spanguard }\n` +
  `detection: { s: { event: request }, condition: s }\nlevel: informational\n---\n` +
  `title: ${name}\nname: ${name}\ncorrelation:\n  type: value_count\n  rules: [any_${name}]\n` +
  `  group-by: [${by}]\n  timespan: 10m\n  condition: { field: ${field}, gte: ${name === 'objects' ? 5 : 2} }\n` +
  `level: high\n`;

const RULES = [
  single('path', "url.path|startswith: '/internal/'"),
  single('status', 'http.response.status_code|gte: 500'),
  single('roles', 'user.roles: auditor'),
  single('bytes', 'http.response.body.size|gt: 1000000'),
  single('hour', 'timestamp|hour: [2, 3, 4]'),
  distinct('objects', 'security.object.id', 'user.id'),
  distinct('networks', 'client.prefix', 'session.id'),
].join('---\n');

let spans = 0;

/** A plain request as OpenTelemetry's own instrumentations tell it. */
function request(attributes: SpanData['attributes'], endMs = DAY_MS): SpanData {
  spans += 1;
  return {
    name: 'GET',
    kind: 2,
    startMs: endMs - 10,
    endMs,
    traceId: spans.toString(16).padStart(32, '0'),
    spanId: spans.toString(16).padStart(16, '0'),
    attributes: {
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'network.peer.address': '203.0.113.9',
      'url.path': '/',
      'url.scheme': 'https',
      ...attributes,
    },
  };
}

const order = (id: string, user: string) =>
  request({ 'http.route': '/orders/:id', 'url.path': `/orders/${id}`, 'user.id': user });
const from = (address: string, session: string) =>
  request({ 'network.peer.address': address, 'session.id': session });

/** Requests that each rule tells of, and requests like them that it does not. */
const CASES: readonly [rule: string, told: readonly SpanData[], passed: readonly SpanData[]][] = [
  [
    'path',
    [request({ 'url.path': '/internal/metrics' })],
    [request({ 'url.path': '/public/internal/x' })],
  ],
  [
    'status',
    [request({ 'http.response.status_code': 500 })],
    [request({ 'http.response.status_code': 499 })],
  ],
  ['roles', [request({ 'user.roles': ['auditor'] })], [request({ 'user.roles': ['admin'] })]],
  [
    'bytes',
    [request({ 'http.response.body.size': 1_000_001 })],
    [request({ 'http.response.body.size': 1_000_000 })],
  ],
  ['hour', [request({}, NIGHT_MS)], [request({})]],
  [
    'objects',
    ['1', '2', '3', '4', '5'].map((id) => order(id, 'eve')),
    ['1', '2', '3', '4', '4', '3'].map((id) => order(id, 'bob')),
  ],
  [
    'networks',
    [from('203.0.113.9', 's-stolen'), from('198.51.100.7', 's-stolen')],
    [from('2001:db8:1:2::1', 's-own'), from('2001:db8:1:2::2', 's-own')],
  ],
];

describe('a rule on plain requests of a foreign SDK', function () {
  /** What a processor with these rules tells of some requests. */
  async function toldOf(sent: readonly SpanData[], nowMs: number): Promise<string[]> {
    const folder = mkdtempSync(join(tmpdir(), 'spanguard-requests-'));
    writeFileSync(join(folder, 'rules.yaml'), RULES);
    const text = `
data: ${folder}/data
receivers: { otlp_http: { endpoint: "127.0.0.1:0" }, otlp_grpc: { enabled: false } }
admin: { endpoint: "127.0.0.1:${await freePort()}" }
correlate: { rules: ["${folder}/rules.yaml"], shipped_rules: false }
alerts: { otlp: { enabled: false }, console: { format: json } }
`;
    writeFileSync(join(folder, 'spanguard.yaml'), text);
    const problems: string[] = [];
    const code = await validateConfig({
      configFile: join(folder, 'spanguard.yaml'),
      env: {},
      stdout: () => undefined,
      stderr: (line) => problems.push(line),
    });
    expect({ code, problems }).to.deep.equal({ code: 0, problems: [] });
    const loaded = loadConfig({ file: 'test.yaml', text, env: {}, readFile: () => undefined });
    if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join());
    const clock = new FakeClock({ nowMs });
    const told: string[] = [];
    const created = await createProcessor(loaded.config, {
      ...machine,
      hasThreads: false,
      clock,
      logger: silentLogger,
      stdout: (line) => told.push(line),
      version: '0',
      random: () => 0.5,
    });
    if (!created.ok) throw new Error(created.problems.join());
    const { processor } = created;
    await processor.start();
    const { receivers, admin } = processor.addresses();
    const resource = { 'service.name': 'shop' };
    const body = encodeTracesRequest({ resource, scopeName: 'test' }, sent);
    expect(await postOtlp(`http://${receivers['otlp_http']}`, 'traces', body)).to.equal(200);
    await eventually('the correlation', async () => {
      clock.advance(1);
      const metrics = await (await fetch(`http://${admin}/metrics`)).text();
      return new RegExp(`correlation_events_total\\{[^}]*\\} ${sent.length}\\b`).test(metrics);
    });
    await processor.shutdown({ atMs: clock.monotonic() + 60_000 });
    return told;
  }

  for (const [rule, firing, passing] of CASES) {
    it(`fires on what it is for, and on nothing like it: ${rule}`, async () => {
      const nowMs = rule === 'hour' ? NIGHT_MS : DAY_MS;
      const fired = (await toldOf(firing, nowMs + 1000)).join('\n');
      expect(fired).to.match(new RegExp(`"(?:name|title)":"${rule}"`));
      const silent = (await toldOf(passing, DAY_MS + 1000)).join('\n');
      expect(silent).not.to.match(new RegExp(`"(?:name|title)":"${rule}"`));
    });
  }
});
