import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeLogsRequest } from '@spanguard/otlp';
import {
  decodeRequest,
  freePort,
  HttpSink,
  SECRET_KINDS,
  secretOf,
  SeededRandom,
} from '@spanguard/testkit';
import { expect } from 'chai';
import { loadConfig } from '#processor/config/load-config.ts';
import { DETECTION_COLUMNS } from '#processor/detection/columns.ts';
import { TEXT_COLUMNS } from '#processor/model/facts/fact-slots.ts';
import { systemClock } from '#processor/pipeline/clock.ts';
import { createProcessor } from '#processor/service/create-processor.ts';
import { eventually, postOtlp } from './running-processor.ts';

/** What a row of facts can be told apart by: everything in it that is text. */
const FIELDS = TEXT_COLUMNS.map(({ name }) => name).filter((name) => name !== 'event');

const HEX = '0123456789abcdef';
/** The default profile lets phone numbers be. */
const MASKED_KINDS = SECRET_KINDS.filter((kind) => kind !== 'phone');

/** A rule for each field, which tells of each of its values. */
const RULES = [
  'title: Failed\nname: failed\nlogsource: { product: spanguard }\ndetection: { one: { event: security.authn_login_fail }, condition: one }\nlevel: informational\n',
  ...FIELDS.map(
    (field, index) =>
      `title: By ${field}\nname: by_field_${index}\ncorrelation:\n  type: event_count\n  rules: [failed]\n  group-by: ["${field}"]\n  timespan: 5m\n  condition: { gte: 1 }\nlevel: high\n`,
  ),
].join('---\n');

/** Every byte in a folder. */
function bytesIn(folder: string): Buffer {
  return Buffer.concat(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.new'))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name))),
  );
}

describe('secrets planted in every attribute that facts are made of', function () {
  let folder: string;
  let sink: HttpSink;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'spanguard-show-'));
    mkdirSync(join(folder, 'data'), { mode: 0o700 });
    writeFileSync(join(folder, 'rules.yaml'), RULES);
    sink = await HttpSink.listen();
  });
  after(async () => {
    await sink.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are shown by no channel, and stand in no log and not in the outbox', async () => {
    let said = '';
    const [port, adminPort] = [await freePort(), await freePort()];
    const text = `
data: ${folder}/data
receivers: { otlp_http: { endpoint: "127.0.0.1:${port}" }, otlp_grpc: { enabled: false } }
admin: { endpoint: "127.0.0.1:${adminPort}" }
correlate: { rules: ["${folder}/rules.yaml"], shipped_rules: false, snapshot_interval: 1s }
alerts: { console: { format: json }, webhook: { url: "${sink.url}/hook" } }
exporters: { otlp_http: { endpoint: "${sink.url}", compression: none } }
`;
    const loaded = loadConfig({ file: 'test.yaml', text, env: {}, readFile: () => undefined });
    if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join());
    const log = (fields: object, message: string): void => {
      said += JSON.stringify([fields, message]);
    };
    const created = await createProcessor(loaded.config, {
      clock: systemClock,
      logger: { info: log, warn: log, error: log },
      stdout: (line) => (said += line),
      version: '0',
      random: () => 1,
    });
    if (!created.ok) throw new Error(created.problems.join());
    const { processor } = created;
    await processor.start();

    const random = new SeededRandom(7391);
    const planted: string[] = [];
    const plant = (kind: (typeof SECRET_KINDS)[number]): string => {
      const { text: value, secret } = secretOf(kind, random);
      planted.push(secret);
      return value;
    };
    for (const kind of MASKED_KINDS) {
      const attributes = Object.fromEntries(
        DETECTION_COLUMNS.filter((name) => name !== 'service.name').map((name) => [
          name,
          plant(kind),
        ]),
      );
      const body = encodeLogsRequest(
        { resource: { 'service.name': plant(kind) }, scopeName: 't' },
        [
          {
            timeMs: Date.now(),
            severityNumber: 13,
            eventName: 'security.authn_login_fail',
            traceId: random.text(32, HEX),
            spanId: random.text(16, HEX),
            attributes,
          },
        ],
      );
      expect(await postOtlp(`http://127.0.0.1:${port}`, 'logs', body)).to.equal(200);
    }

    const alertsOf = (path: string): number =>
      sink.requests.filter((request) => request.path === path).length;
    await eventually('the webhook', () => alertsOf('/hook') > 2 * MASKED_KINDS.length);
    await eventually('the alert logs', () =>
      sink.requests
        .filter(({ path }) => path === '/v1/logs')
        .some(({ body }) =>
          JSON.stringify(decodeRequest('logs', Buffer.from(body))).includes(
            'spanguard.alert.by_field',
          ),
        ),
    );
    await processor.shutdown({ atMs: systemClock.monotonic() + 10_000 });

    const out = Buffer.concat([
      Buffer.from(said),
      ...sink.requests.filter(({ path }) => path === '/hook').map(({ body }) => Buffer.from(body)),
      Buffer.from(alertTelemetry(sink)),
      bytesIn(join(folder, 'data', 'alerts')),
    ]);
    expect(out.includes('spanguard.alert.by_field')).to.equal(true);
    expect(planted.length).to.be.above(100);
    expect(planted.filter((secret) => out.includes(secret))).to.deep.equal([]);
  });
});

/** What of the exported telemetry is alerts: spans and log records of our own service. */
function alertTelemetry(sink: HttpSink): string {
  const bodies = (path: string): Buffer[] =>
    sink.requests.filter((request) => request.path === path).map(({ body }) => Buffer.from(body));
  const all: readonly object[] = [
    ...bodies('/v1/traces').flatMap((body) => decodeRequest('traces', body).resourceSpans ?? []),
    ...bodies('/v1/logs').flatMap((body) => decodeRequest('logs', body).resourceLogs ?? []),
  ];
  return all
    .map((resource) => JSON.stringify(resource))
    .filter((text) => text.includes('"stringValue":"spanguard"'))
    .join('\n');
}
