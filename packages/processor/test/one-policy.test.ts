/** One file, two readers: the SDK in an application and the processor behind it mask alike by it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RedactionPolicy, STRICT_REDACTION } from '@spanguard/redaction';
import { createSecurityMask, readRedactionFile } from '@spanguard/sdk';
import { expect } from 'chai';
import { formatConfigProblem, loadConfig } from '../src/config/load-config.ts';
import { createMasking } from '../src/service/create-stages.ts';

const env = { KEY: 'a key that is long enough for everybody', EXTRA: 'x-extra.*' };
const NO_FOLDER = {
  key: () => {
    throw new Error('the policy has a key');
  },
};

/** The policy under `redact`, and what else a processor is told, which an application has no use for. */
const PROCESSOR = `
data: "\${env:DATA_FOLDER:-/nowhere}"
exporters: { otlp_http: { endpoint: "https://backend.example" } }
redact:
  profile: gdpr
  detectors: { pan: pseudonym, ssn: drop, cvv: replace }
  keys:
    keep: [app.password_policy]
    redact: ["*.dob", "\${env:EXTRA}"]
    drop: [raw.*]
  url_query: all
  pseudonym_key: "\${env:KEY}"
`;

const ATTRIBUTES: readonly (readonly [key: string, value: string])[] = [
  ['user.email', 'Alice@Shop.example'],
  ['note', 'mail bob@shop.example, card 4111 1111 1111 1111, ssn 078-05-1120'],
  ['session.id', 'c2Vzc2lvbi1vZi1hbGljZQ'],
  ['url.query', 'page=2&to=carol%40shop.example'],
  ['app.password_policy', 'password=shown'],
  ['user.dob', '1.1.1970'],
  ['x-extra.a', 'gone'],
  ['raw.body', 'gone'],
  ['cvv', '123'],
];

function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'one-policy-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function ofProcessor(path: string): RedactionPolicy {
  const text = readFileSync(path, 'utf8');
  const loaded = loadConfig({ file: path, text, env, readFile: () => undefined });
  if (!loaded.ok) throw new Error(loaded.problems.map(formatConfigProblem).join('\n'));
  return createMasking(loaded.config.redact, NO_FOLDER).policy;
}

function ofApplication(path: string): ReturnType<typeof createSecurityMask> {
  const { redaction, hashKey, problems } = readRedactionFile({ path, env });
  expect(problems).to.deep.equal([]);
  if (hashKey === undefined) throw new Error('the file has a key');
  return createSecurityMask(redaction, hashKey);
}

describe('one policy file', () => {
  it('masks in an application as in the processor, key ids and pseudonyms included', () => {
    inFolder((folder) => {
      const path = join(folder, 'spanguard.yaml');
      writeFileSync(path, PROCESSOR);
      const [processor, application] = [ofProcessor(path), ofApplication(path)];
      for (const [key, value] of ATTRIBUTES) {
        const shown = processor.redactAttribute(key, value);
        expect(application.attribute(key, value), key).to.deep.equal(shown);
        const isKept = key === 'app.password_policy';
        expect(shown === value, `${key} kept`).to.equal(isKept);
      }
      const target = '/a?b=c&token=d';
      expect(application.target(target)).to.equal(processor.redactUrl(target));
      expect(application.target(target)).to.equal('/a?b=[query]&token=[query]');
      expect(String(application.attribute('user.email', 'alice@shop.example'))).to.match(
        /^\[email:k[0-9a-f]{3}\./,
      );
    });
  });

  it('is refused by both at the same places, for the same reasons', () => {
    inFolder((folder) => {
      const path = join(folder, 'spanguard.yaml');
      for (const wrong of [
        'redact: { profile: hippa }',
        'redact:\n  keys:\n    keep: x\n    kept: []\n',
        'redact:\n  detectors:\n    cvv: mask\n    pam: drop\n',
        'redact: { pseudonym_key: "${env:SHORT}" }',
        'redact: { pseudonym_key: short }',
        'redact: { url_query: true, urlQuery: all }',
        'redact: [profile]',
        'redact: {profile: pci',
        'redact: { profile: pci, profile: gdpr }',
        'redact: { "password=hunter2": 1 }',
      ]) {
        writeFileSync(path, wrong);
        const loaded = loadConfig({ file: path, text: wrong, env, readFile: () => undefined });
        const problems = loaded.ok ? [] : loaded.problems.map(formatConfigProblem);
        const read = readRedactionFile({ path, env });
        expect(read.problems, wrong).to.deep.equal(problems);
        expect(problems, wrong).not.to.deep.equal([]);
        expect(read.redaction, wrong).to.equal(STRICT_REDACTION);
        expect(problems.join('\n')).not.to.match(/hunter2|short/);
      }
    });
  });
});
