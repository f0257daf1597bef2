import { expect } from 'chai';
import { EXPORTERS } from '../exporters/exporter-registry.ts';
import { defaultConfig, formatConfigProblem, loadConfig } from './load-config.ts';

const EXPORTER_TYPES = EXPORTERS.map(({ type }) => type).join(', ');

interface Given {
  readonly env?: Record<string, string>;
  readonly files?: Record<string, string>;
}

function load(text: string, { env = {}, files = {} }: Given = {}) {
  return loadConfig({ file: 'spanguard.yaml', text, env, readFile: (path) => files[path] });
}

function accepts(text: string, given?: Given) {
  const loaded = load(text, given);
  if (!loaded.ok) throw new Error(loaded.problems.map(formatConfigProblem).join('\n'));
  return loaded.config;
}

function refuses(text: string, expected: string | readonly string[], given?: Given) {
  const loaded = load(text, given);
  const found = loaded.ok ? [] : loaded.problems.map(formatConfigProblem);
  expect(found).to.deep.equal([expected].flat());
}

describe('loadConfig', () => {
  it('gives the embedded defaults for an empty file', () => {
    expect(accepts('')).to.deep.equal(defaultConfig());
    expect(accepts('receivers: {}')).to.deep.equal(defaultConfig());
  });

  it('listens on loopback unless told otherwise', () => {
    const { receivers, admin } = defaultConfig();
    expect(receivers.get('otlp_http')?.about.endpoint).to.deep.equal({
      host: '127.0.0.1',
      port: 4318,
    });
    expect(admin.endpoint.host).to.equal('127.0.0.1');
  });

  it('turns durations and sizes into milliseconds and bytes', () => {
    const { journal } = accepts('journal: { total_bytes_max: 2GiB, age_max: 2m }');
    expect(journal).to.deep.equal({ total_bytes_max: 2 * 1024 ** 3, age_max: 120_000 });
  });

  it('names place, key and what is allowed for an unknown key', () => {
    refuses(
      'receivers:\n  otlp_http:\n    endpont: 127.0.0.1:4318\n',
      'spanguard.yaml:3:5: receivers.otlp_http.endpont: unknown key; allowed here: enabled, endpoint, ' +
        'body_bytes_max, wire_bytes_max, connections_max, header_timeout, request_timeout, ' +
        'body_bytes_per_second_min, allowed_hosts, bearer_token, in_flight_bytes_max, allowed_origins',
    );
  });

  it('has both receivers on, each on its own port, unless one is told otherwise', () => {
    const shown = (text: string): unknown[] =>
      [...accepts(text).receivers].map(
        ([
          name,
          {
            isEnabled,
            about: { endpoint },
          },
        ]) => (isEnabled ? `${name} ${endpoint.host}:${endpoint.port}` : `${name} off`),
      );
    expect(shown('')).to.deep.equal(['otlp_http 127.0.0.1:4318', 'otlp_grpc 127.0.0.1:4317']);
    expect(shown('receivers: { otlp_grpc: { enabled: false } }')).to.deep.equal([
      'otlp_http 127.0.0.1:4318',
      'otlp_grpc off',
    ]);
    expect(
      shown(
        'receivers: { otlp_http/public: { endpoint: "0.0.0.0:5318" }, otlp_http: { enabled: false } }',
      ),
    ).to.deep.equal(['otlp_http off', 'otlp_grpc 127.0.0.1:4317', 'otlp_http/public 0.0.0.0:5318']);
    refuses(
      'receivers: { otlp_grpc: }',
      'spanguard.yaml:1:25: receivers.otlp_grpc: found null, expected a map of options',
    );
  });

  it('names place, what was found and what is expected for a bad value', () => {
    refuses(
      'correlate:\n  lateness: 11m\n',
      'spanguard.yaml:2:13: correlate.lateness: found "11m", expected a duration from 0s to 10m, such as 30s',
    );
    refuses(
      'correlate: { memory_max: 999 }',
      'spanguard.yaml:1:26: correlate.memory_max: found 999, expected a size from 1MiB to 16GiB, such as 256MiB',
    );
    refuses(
      'alerts: { console: { format: xml } }',
      'spanguard.yaml:1:30: alerts.console.format: found "xml", expected one of text, json',
    );
  });

  it('accepts both ends of a range', () => {
    expect(accepts('journal: { age_max: 1m }').journal.age_max).to.equal(60_000);
    expect(accepts('journal: { age_max: 90d }').journal.age_max).to.equal(90 * 86_400_000);
  });

  it('collects every problem', () => {
    refuses('data: 7\nadmin: { endpoint: nowhere }\n', [
      'spanguard.yaml:1:7: data: found 7, expected text of 1 to 4096 characters',
      'spanguard.yaml:2:20: admin.endpoint: found "nowhere", expected host:port, such as 127.0.0.1:13133 or [::1]:4318',
    ]);
  });

  it('says where a required value is missing', () => {
    refuses(
      'exporters:\n  otlp_http/jaeger: {}\n',
      'spanguard.yaml:2:3: exporters.otlp_http/jaeger.endpoint: is missing, ' +
        'expected an http:// or https:// URL without credentials in it',
    );
  });

  it('refuses an exporter of a kind it does not have', () => {
    refuses(
      'exporters:\n  kafka: { endpoint: "http://a" }\n',
      `spanguard.yaml:2:3: exporters.kafka: unknown name; allowed here: type or type/name, the type one of ${EXPORTER_TYPES}`,
    );
  });

  it('reports YAML errors and doubled keys with their place', () => {
    const loaded = load('data: a\ndata: b\n');
    expect(loaded.ok).to.equal(false);
    if (!loaded.ok) expect(loaded.problems[0]).to.include({ line: 2, column: 1 });
  });

  it('puts in environment variables, defaults and files, and leaves $$ as a dollar', () => {
    const config = accepts(
      'data: ${env:DATA:-./here}/$$x\nadmin: { endpoint: "127.0.0.1:${env:PORT}" }',
      {
        env: { PORT: '9000' },
      },
    );
    expect(config.data).to.equal('./here/$x');
    expect(config.admin.endpoint.port).to.equal(9000);
    const secret = accepts('redact: { pseudonym_key: "${file:/run/key}" }', {
      files: { '/run/key': `${'k'.repeat(32)}\n` },
    });
    expect(secret.redact.pseudonymKey?.()).to.deep.equal(Buffer.from('k'.repeat(32)));
  });

  it('types a plain substituted number, and never lets a value add structure', () => {
    const given = { env: { N: '7', EVIL: 'x\nadmin: { endpoint: 0.0.0.0:1 }' } };
    const { exporters } = accepts(
      'exporters:\n  otlp_http:\n    endpoint: http://h\n    concurrency: ${env:N}\n',
      given,
    );
    expect(exporters.get('otlp_http')?.about.concurrency).to.equal(7);
    expect(accepts('data: ${env:EVIL}', given).admin.endpoint.host).to.equal('127.0.0.1');
  });

  it('refuses to start without a value it needs', () => {
    refuses(
      'data: ${env:NOWHERE}',
      'spanguard.yaml:1:7: ${env:NOWHERE} is not set, or its file cannot be read',
    );
  });

  it('never prints a secret, neither in messages nor in the configuration', () => {
    const config = accepts('receivers: { otlp_http: { bearer_token: "${env:T}" } }', {
      env: { T: 'hunter2' },
    });
    expect(JSON.stringify(config)).not.to.include('hunter2');
    const loaded = load(
      'exporters: { otlp_http: { endpoint: "http://h", headers: { a: "hunter2\\n" } } }',
    );
    expect(JSON.stringify(loaded)).not.to.include('hunter2');
    expect(
      JSON.stringify(load('data: { a: "${env:T}" }', { env: { T: 'hunter2' } })),
    ).not.to.include('hunter2');
  });

  it('shows no part of an address but scheme and host', () => {
    const expected = 'an http:// or https:// URL without credentials in it';
    const prefix = 'spanguard.yaml:1:38: exporters.otlp_http.endpoint: found';
    for (const [written, shown] of [
      ['http://user:hunter2@otlp.example:4318', 'http://…@otlp.example:4318'],
      ['http://user:hun@ter2@otlp.example', 'http://…@otlp.example'],
      ['user:hunter2@otlp.example:4317/x', '…@otlp.example:4317…'],
      ['grpc://otlp.example:4317?key=hunter2', 'grpc://otlp.example:4317…'],
      ['ftp://otlp.example/hunter2', 'ftp://otlp.example…'],
      ['localhost:4317', 'localhost:4317'],
    ] as const) {
      refuses(
        `exporters: { otlp_http: { endpoint:  "${written}" } }`,
        `${prefix} "${shown}", expected ${expected}`,
      );
    }
  });

  it('shows no secret wherever one was put by mistake', () => {
    const secret = 'hunter2-hunter2';
    for (const text of [
      `data: [ "password=${secret}" ]`,
      `log_level: "password=${secret}"`,
      `log_level: "Bearer ${secret}"`,
      `service_name: { token: ${secret} }`,
      `admin: { endpoint: "http://u:${secret}@h:1" }`,
      `"http://u:${secret}@h": 1`,
      `exporters: { "otlp_http/u:${secret}@h": { endpoint: "http://h" } }`,
      `exporters: { otlp_http: { endpoint: "http://h", headers: "authorization: ${secret}" } }`,
      `exporters: { otlp_http: { endpoint: "http://h", headers: [ "${secret}" ] } }`,
      `receivers: { otlp_http: { bearer_token: [ "${secret}" ] } }`,
      `redact: { pseudonym_key: { x: "${secret}" } }`,
      `data: "a" "${secret}"`,
      `data: "${secret}\ndata: 'x`,
      `receivers: { otlp_http: { bearer_token: "a" ${secret} } }`,
      `- ${secret}`,
      `data: &a password=${secret}\nlog_level: *a`,
      `%${secret}\n---\ndata: x`,
      `data: !${secret} x`,
    ]) {
      const loaded = load(text);
      const found = loaded.ok ? [] : loaded.problems.map(formatConfigProblem);
      expect(found.join('\n'), text).not.to.include(secret);
    }
  });

  it('cuts a long value after it was masked', () => {
    const long = `${'x'.repeat(70)} password=hunter2hunter2 ${'y'.repeat(70)}`;
    const loaded = load(`log_level: "${long}"`);
    const message = loaded.ok ? '' : (loaded.problems[0]?.message ?? '');
    expect(message).to.match(/^log_level: found "x{70} [^"]{9}…", expected one of/);
    expect(message).not.to.include('hunter');
  });
});
