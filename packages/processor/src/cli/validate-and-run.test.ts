/** The same broken configuration, told by `validate` and by `run`. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runCommandLine } from './command-line.ts';

const LOOP = 'so that everything would come back for ever; name the backend, or give';

/** Broken in one way or more, with what is said of it; the folder is written as `.`. */
const BROKEN: readonly (readonly [what: string, lines: readonly string[], said: string[]])[] = [
  [
    'an unknown key',
    ['nonsense: 1'],
    ['./a.yaml:2:1: nonsense: unknown key; allowed here: data, receivers, redact, correlate'],
  ],
  [
    'an unknown type',
    ['exporters: { kafka: {} }'],
    ['./a.yaml:2:14: exporters.kafka: unknown name'],
  ],
  [
    'a loop over HTTP',
    ['exporters:', '  otlp_http:', '    endpoint: http://localhost:4318'],
    [
      `./a.yaml:4:5: exporters.otlp_http.endpoint: http://localhost:4318 is this processor's own receiver, ${LOOP} receivers.otlp_http.endpoint another port`,
    ],
  ],
  [
    'a loop to our own gRPC port',
    ['exporters: { otlp_http/a: { endpoint: "http://127.0.0.1:4317" } }'],
    [
      `./a.yaml:2:29: exporters.otlp_http/a.endpoint: http://127.0.0.1:4317 is this processor's own receiver, ${LOOP} receivers.otlp_grpc.endpoint another port`,
    ],
  ],
  [
    'a loop to a named receiver',
    [
      'receivers: { otlp_grpc/b: { endpoint: "0.0.0.0:5317" } }',
      'exporters: { otlp_http: { endpoint: "http://127.0.0.1:5317" } }',
    ],
    [
      `./a.yaml:3:27: exporters.otlp_http.endpoint: http://127.0.0.1:5317 is this processor's own receiver, ${LOOP} receivers.otlp_grpc/b.endpoint another port`,
    ],
  ],
  [
    'two receivers on one endpoint',
    ['receivers:', '  otlp_http/b:', '    endpoint: 127.0.0.1:4317'],
    ['./a.yaml:4:5: receivers.otlp_http/b.endpoint: is that of receivers.otlp_grpc.endpoint too'],
  ],
  [
    'rules that are not there',
    ['correlate: { rules: [nowhere] }'],
    ['correlate.rules: nowhere does not exist'],
  ],
  [
    'a policy that does not compile',
    ['redact:', '  detectors: { nothing: drop }'],
    ['./a.yaml:3:16: redact.detectors.nothing: unknown key; allowed here: '],
  ],
  [
    'an action that a card verification value may not have',
    ['redact: { detectors: { cvv: keep } }'],
    ['./a.yaml:2:29: redact.detectors.cvv: found "keep", expected one of drop, replace'],
  ],
  [
    'a key that is too short',
    ['redact: { pseudonym_key: hunter2 }'],
    [
      './a.yaml:2:26: redact.pseudonym_key: found a value that is not shown, expected a secret of at least 32 bytes',
    ],
  ],
  [
    'a file of TLS that is not there',
    [
      'alerts:',
      '  mail: { host: h, from: a@b.c, to: [d@e.f], certificates: "${file:/nowhere/ca.pem}" }',
    ],
    ['./a.yaml:3:60: ${file:/nowhere/ca.pem} is not set, or its file cannot be read'],
  ],
  [
    'a file of TLS that holds no certificate',
    [
      'alerts:',
      '  mail:',
      '    host: h',
      '    from: a@b.c',
      '    to: [d@e.f]',
      '    certificates: "-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----"',
    ],
    ['./a.yaml:7:19: alerts.mail.certificates: found '],
  ],
  [
    'all of it at once',
    [
      'exporters: { otlp_http: { endpoint: "http://localhost:4318" } }',
      'correlate: { rules: [nowhere] }',
    ],
    ['./a.yaml:2:27: exporters', 'correlate.rules: nowhere'],
  ],
];

describe('what is wrong with a configuration', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spanguard-broken-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function said(command: string, lines: readonly string[]) {
    const config = join(folder, 'a.yaml');
    writeFileSync(config, [`data: ${folder}/data`, ...lines].join('\n'));
    let stderr = '';
    const code = await runCommandLine({
      argv: [command, '--config', config],
      env: {},
      stdout: () => undefined,
      stderr: (text) => (stderr += text),
      signals: { on: () => process, off: () => process },
    });
    return { code, stderr: stderr.replaceAll(folder, '.') };
  }

  for (const [what, lines, expected] of BROKEN) {
    it(`is told alike by validate and run, before anything is touched: ${what}`, async () => {
      const validated = await said('validate', lines);
      expect(await said('run', lines)).to.deep.equal(validated);
      expect(validated.code).to.equal(1);
      const sentences = validated.stderr.trimEnd().split('\n');
      expect(sentences).to.have.length(expected.length);
      for (const [index, start] of expected.entries()) {
        expect(sentences[index]?.slice(0, start.length)).to.equal(start);
      }
      expect(existsSync(join(folder, 'data'))).to.equal(false);
    });
  }
});
