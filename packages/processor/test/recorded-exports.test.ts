import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  comparableRequest,
  freePort,
  HttpSink,
  OTLP_SIGNALS,
  type OtlpSignal,
  RECORDED_LANGUAGES,
  recordedExport,
  type RecordedLanguage,
  REFUSED_LOGINS,
} from '@spanguard/testkit';
import { expect } from 'chai';
import { loadConfig } from '../src/config/load-config.ts';
import { machine } from '#processor/service/machine.ts';
import { silentLogger } from '../src/pipeline/logger.ts';
import { createProcessor } from '../src/service/create-processor.ts';
import type { Processor } from '../src/service/processor.ts';
import { eventually, postOtlp } from './running-processor.ts';
import { eventsOf } from './same-verdict/processor-verdict.ts';

/** A processor in this process, with a backend behind it. */
async function processorBefore(backend: string, folder: string): Promise<Processor> {
  mkdirSync(join(folder, 'data'), { mode: 0o700 });
  const text = `
data: ${folder}/data
receivers: { otlp_http: { endpoint: "127.0.0.1:0" }, otlp_grpc: { enabled: false } }
admin: { endpoint: "127.0.0.1:${await freePort()}" }
alerts: { console: { enabled: false }, otlp: { enabled: false } }
exporters: { otlp_http: { endpoint: "${backend}", compression: none } }
`;
  const loaded = loadConfig({ file: 'test.yaml', text, env: {}, readFile: () => undefined });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join());
  const created = await createProcessor(loaded.config, {
    ...machine,
    logger: silentLogger,
    stdout: () => undefined,
    version: '0.0.0',
  });
  if (!created.ok) throw new Error(created.problems.join());
  await created.processor.start();
  return created.processor;
}

/** Resources with all that is under them; those without a record, which exporters mark what they send with, left out. */
function resourcesIn(signal: OtlpSignal, bytes: Uint8Array): readonly object[] {
  const [resources = []] = Object.values(comparableRequest(signal, bytes)) as object[][];
  return resources.filter((resource) => {
    const scopes = Object.entries(resource).find(([name]) => name.startsWith('scope'))?.[1];
    return Array.isArray(scopes) && scopes.length > 0;
  });
}

describe('what real SDKs export', () => {
  const folder = mkdtempSync(join(tmpdir(), 'recorded-exports-'));
  let sink: HttpSink;
  let processor: Processor;

  before(async () => {
    sink = await HttpSink.listen();
    processor = await processorBefore(sink.url, folder);
  });
  after(async () => {
    await processor.shutdown({ atMs: machine.clock.monotonic() + 10_000 });
    await sink.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const exported = (signal: OtlpSignal): Buffer =>
    Buffer.concat(
      sink.requests.filter(({ path }) => path === `/v1/${signal}`).map(({ body }) => body),
    );

  for (const language of RECORDED_LANGUAGES) {
    for (const signal of OTLP_SIGNALS) {
      it(`arrives as it was sent: ${signal} of ${language}`, async () => {
        sink.requests.splice(0);
        const sent = recordedExport(language, signal);
        const url = `http://${processor.addresses().receivers['otlp_http']}`;
        expect(await postOtlp(url, signal, sent)).to.equal(200);
        await eventually('the export', () => exported(signal).length > 0);
        expect(resourcesIn(signal, exported(signal))).to.deep.equal(resourcesIn(signal, sent));
      });
    }
  }
});

/** Clients that a visit seems to come from: those its header makes up, where the sender believes it. */
const MADE_UP = Array.from({ length: REFUSED_LOGINS }, (_, n) => `198.51.100.${n + 1}`);
const CLIENTS: Readonly<Record<RecordedLanguage, readonly string[]>> = {
  node: MADE_UP,
  python: ['127.0.0.1'],
  java: MADE_UP,
  go: MADE_UP,
};

/** Signs in the target. `otelhttp` of Go tells no query; a parser of URLs takes the dots out of Node's paths. */
const SIGNS: Readonly<Record<RecordedLanguage, readonly string[]>> = {
  node: ['sqli', 'xss'],
  python: ['sqli', 'xss', 'traversal'],
  java: ['sqli', 'xss'],
  go: ['traversal'],
};

describe('the attack that real SDKs recorded', () => {
  for (const language of RECORDED_LANGUAGES) {
    it(`is told of ${language}, and by whom`, () => {
      const events = eventsOf('traces', recordedExport(language, 'traces'));
      const failed = events.filter(({ event }) => event === 'security.authn_login_fail');
      expect(failed).to.have.length(REFUSED_LOGINS);
      for (const { fields } of failed) {
        expect(fields).to.include({
          'http.request.method': 'POST',
          'http.response.status_code': 401,
          'security.authn.confidence': 'medium',
          'service.name': `${language}-shop`,
        });
      }
      const clients = new Set(failed.map(({ fields }) => fields['client.prefix']));
      expect([...clients]).to.have.members([...CLIENTS[language]]);
      const kinds = new Set(events.map(({ fields }) => fields['security.indicator.kind']));
      expect([...kinds]).to.include.members(['attack_tool', ...SIGNS[language]]);
    });

    it(`is told of ${language} by nothing but its spans`, () => {
      expect(eventsOf('logs', recordedExport(language, 'logs'))).to.deep.equal([]);
    });
  }
});
