/** Where a command finds its configuration when it is given a file, and when it is not. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { defaultConfig, formatConfigProblem } from '../config/load-config.ts';
import { readConfig } from './read-config.ts';

const BACKEND = 'OTEL_EXPORTER_OTLP_ENDPOINT';

function problemsOf(request: Parameters<typeof readConfig>[0]): readonly string[] {
  const read = readConfig(request);
  return read.ok ? [] : read.problems.map(formatConfigProblem);
}

describe('the configuration of a command', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'read-config-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is the embedded one without a file, and without a backend where none is named', () => {
    for (const env of [{}, { [BACKEND]: '' }]) {
      const read = readConfig({ configFile: undefined, env });
      expect(read).to.include({ ok: true, origin: 'embedded defaults' });
      expect(read.ok && read.config.data).to.equal(defaultConfig().data);
    }
  });

  it('sends to the backend that every OpenTelemetry program is told of', () => {
    const env = { [BACKEND]: 'http://backend.example:4318' };
    const read = readConfig({ configFile: undefined, env });
    expect(read).to.include({ ok: true, origin: `embedded defaults and ${BACKEND}` });
    expect(JSON.stringify(problemsOf({ configFile: undefined, env }))).to.equal('[]');
  });

  it('refuses a backend that is none, saying where it was named', () => {
    const [problem, ...others] = problemsOf({ configFile: undefined, env: { [BACKEND]: 'x:y' } });
    expect(others).to.deep.equal([]);
    expect(problem).to.match(
      new RegExp(
        `^embedded defaults and ${BACKEND}:3:\\d+: exporters\\.otlp_http/backend\\.endpoint: `,
      ),
    );
  });

  it('is the file, whatever the backend is, with variables and files put in', () => {
    const file = join(folder, 'a.yaml');
    writeFileSync(join(folder, 'name'), 'of-a-file\n');
    writeFileSync(file, `data: "\${env:DATA}"\nservice_name: "\${file:${folder}/name}"\n`);
    const env = { DATA: '/data', [BACKEND]: 'http://backend.example:4318' };
    const read = readConfig({ configFile: file, env });
    expect(read).to.include({ ok: true, origin: file });
    expect(read.ok && [read.config.data, read.config.service_name]).to.deep.equal([
      '/data',
      'of-a-file',
    ]);
  });

  it('is refused where a variable or a file is missing', () => {
    const file = join(folder, 'a.yaml');
    writeFileSync(file, 'data: "${env:DATA}"\nservice_name: "${file:/nowhere/name}"\n');
    expect(problemsOf({ configFile: file, env: {} })).to.deep.equal([
      `${file}:1:7: \${env:DATA} is not set, or its file cannot be read`,
      `${file}:2:15: \${file:/nowhere/name} is not set, or its file cannot be read`,
    ]);
  });

  it('is refused where the file cannot be read', () => {
    const [problem] = problemsOf({ configFile: folder, env: {} });
    expect(problem).to.match(/:1:1: --config is a folder; .*EISDIR\)$/);
  });
});
