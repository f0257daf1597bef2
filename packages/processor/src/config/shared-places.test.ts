import { expect } from 'chai';
import type { ConfiguredExporter } from '../exporters/define-exporter.ts';
import { formatConfigProblem, loadConfig } from './load-config.ts';
import { formatProblem } from './problem.ts';
import { sharedPlaces } from './shared-places.ts';

const ADMIN = { endpoint: { host: '127.0.0.1', port: 13_133 } };

function problemsOf(text: string): string[] {
  const loaded = loadConfig({ file: 'f.yaml', text, env: {}, readFile: () => undefined });
  return loaded.ok ? [] : loaded.problems.map(formatConfigProblem);
}

describe('an endpoint', () => {
  const both = 'too, and two cannot listen on one; give one of them another port';
  for (const [text, problems] of [
    ['', []],
    ['receivers: { otlp_http/b: { endpoint: "127.0.0.1:5318" } }', []],
    ['receivers: { otlp_http: { endpoint: "a:0" }, otlp_grpc: { endpoint: "a:0" } }', []],
    ['receivers: { otlp_http: { enabled: false }, otlp_http/b: {} }', []],
    [
      'receivers:\n  otlp_http/b:\n    connections_max: 7\n',
      [
        `f.yaml:2:3: receivers.otlp_http/b.endpoint: is that of receivers.otlp_http.endpoint ${both}`,
      ],
    ],
    [
      'receivers:\n  otlp_grpc:\n    endpoint: localhost:4318\n',
      [`f.yaml:3:5: receivers.otlp_grpc.endpoint: is that of receivers.otlp_http.endpoint ${both}`],
    ],
    [
      'receivers:\n  otlp_grpc: { endpoint: "0.0.0.0:4318" }\n',
      [
        `f.yaml:2:16: receivers.otlp_grpc.endpoint: is that of receivers.otlp_http.endpoint ${both}`,
      ],
    ],
    [
      'admin: { endpoint: "127.0.0.1:4317" }',
      [`f.yaml:1:10: admin.endpoint: is that of receivers.otlp_grpc.endpoint ${both}`],
    ],
    ['receivers: { otlp_grpc: { endpoint: "192.0.2.7:4318" } }', []],
  ] as const) {
    it(`is ${problems.length === 0 ? 'one component alone' : 'refused to two'}: ${text}`, () => {
      expect(problemsOf(text)).to.deep.equal(problems);
    });
  }
});

describe('a folder', () => {
  const exporter = (path: string, isEnabled = true) =>
    ({
      isEnabled,
      about: {
        target: { kind: 'folder', option: 'folder', path },
        signals: [],
        concurrency: 1,
        batchBytesMax: 1,
      },
    }) satisfies Pick<ConfiguredExporter, 'isEnabled' | 'about'>;

  function problems(folders: Readonly<Record<string, string>>): string[] {
    const exporters = new Map(
      Object.entries(folders).map(([name, path]) => [name, exporter(path, name !== 'off')]),
    );
    const places = { data: '/var/data', receivers: new Map(), exporters, admin: ADMIN };
    return sharedPlaces(places).map((problem) => formatProblem(problem));
  }

  it('is one exporter alone', () => {
    expect(problems({ 'file/a': '/srv/a', 'file/b': '/srv/ab', off: '/srv/a' })).to.deep.equal([]);
    expect(problems({ 'file/a': '/var/data-too', 'file/b': '/var/..data' })).to.deep.equal([]);
  });

  for (const [folder, other] of [
    ['/srv/a/', 'exporters.file/a.folder'],
    ['/srv/a/b', 'exporters.file/a.folder'],
    ['/srv', 'exporters.file/a.folder'],
    ['/var/data', 'data'],
    ['/var/data/journal', 'data'],
    ['/', 'data'],
  ] as const) {
    it(`is refused to two: ${folder}`, () => {
      expect(problems({ 'file/a': '/srv/a', 'file/b': folder })).to.deep.equal([
        `exporters.file/b.folder: is, or is in, or has in it the folder of ${other}; give it one of its own`,
      ]);
    });
  }
});
