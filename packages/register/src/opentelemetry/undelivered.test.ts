import { expect } from 'chai';
import { Undelivered } from './undelivered.ts';

function told(...failures: [url: string, reason: string | number][]): string {
  let text = '';
  const undelivered = new Undelivered((line) => {
    text += line;
  });
  for (const [url, reason] of failures) undelivered.failed({ url, reason });
  return text;
}

describe('telemetry that is not delivered', () => {
  for (const [reason, expected] of [
    [
      'ECONNREFUSED',
      'cannot be reached (ECONNREFUSED); start the processor there, or set OTEL_EXPORTER_OTLP_ENDPOINT',
    ],
    [
      'ENOTFOUND',
      'cannot be reached (ENOTFOUND); start the processor there, or set OTEL_EXPORTER_OTLP_ENDPOINT',
    ],
    [401, 'answers 401; set the token it wants in OTEL_EXPORTER_OTLP_HEADERS'],
    [404, 'answers 404; no OTLP/HTTP is received there; correct OTEL_EXPORTER_OTLP_ENDPOINT'],
    [500, 'answers 500; look at the log of what answers there'],
    [302, 'answers 302; look at the log of what answers there'],
  ] as const) {
    it(`is told with its remedy: ${reason}`, () => {
      expect(told(['http://processor:4318/v1/logs', reason])).to.equal(
        `spanguard: telemetry is not delivered: http://processor:4318/v1/logs ${expected}; this is said once\n`,
      );
    });
  }

  it('is told once, whatever fails later', () => {
    const lines = told(['http://a/', 401], ['http://a/', 401], ['http://b/', 'ECONNREFUSED']);
    expect(lines.split('\n')).to.have.length(2);
  });

  it('is not told while a backend is busy', () => {
    for (const busy of [429, 502, 503, 504]) expect(told(['http://a/', busy])).to.equal('');
  });

  it('shows no secret of its address', () => {
    const text = told(['https://user:hunter2@a.example/v1/logs?key=hunter2', 401]);
    expect(text).to.include('https://a.example/v1/logs answers 401').and.not.include('hunter2');
    expect(told(['hunter2', 401])).not.to.include('hunter2');
  });
});
