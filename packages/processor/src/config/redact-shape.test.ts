import { expect } from 'chai';
import { z } from 'zod';
import { formatConfigProblem, loadConfig } from './load-config.ts';
import { redactShape } from './redact-shape.ts';

const editor = z.fromJSONSchema(
  z.toJSONSchema(redactShape, { io: 'input', unrepresentable: 'any' }),
);

function problemsOf(text: string, env: Record<string, string> = {}): string[] {
  const loaded = loadConfig({ file: 'f.yaml', text, env, readFile: () => undefined });
  return loaded.ok ? [] : loaded.problems.map(formatConfigProblem);
}

describe('redact, in a configuration', () => {
  it('is a policy and its key', () => {
    const key = 'k'.repeat(32);
    const text = `redact: { profile: pci, url_query: "\${env:QUERY}", pseudonym_key: ${key} }`;
    const loaded = loadConfig({ file: 'f.yaml', text, env: { QUERY: 'all' }, readFile: () => '' });
    if (!loaded.ok) throw new Error('refused');
    const { config, pseudonymKey } = loaded.config.redact;
    expect(config).to.deep.equal({ profile: 'pci', urlQuery: 'all' });
    expect(Buffer.from(pseudonymKey?.() ?? []).toString()).to.equal(key);
    expect(JSON.stringify(loaded.config)).not.to.include(key);
  });

  it('is refused at the place of each problem, showing what was written there', () => {
    expect(problemsOf('redact:\n  profil: pci\n  detectors: { cvv: mask }\n')).to.deep.equal([
      'f.yaml:2:3: redact.profil: unknown key; allowed here: ' +
        'profile, detectors, keys, url_query, pseudonym_key',
      'f.yaml:3:21: redact.detectors.cvv: found "mask", expected one of drop, replace',
    ]);
    expect(problemsOf('redact: { profile: "${env:P}" }', { P: 'x' })).to.deep.equal([
      'f.yaml:1:20: redact.profile: found "${env:P}", ' +
        'expected one of default, pci, gdpr, hipaa, secrets-only',
    ]);
    expect(problemsOf('redact: { pseudonym_key: "${env:K}" }', { K: 'short' })).to.deep.equal([
      'f.yaml:1:26: redact.pseudonym_key: found a value that is not shown, ' +
        'expected a secret of at least 32 bytes and at most 8192 characters',
    ]);
    expect(problemsOf('redact: 7')).to.deep.equal([
      'f.yaml:1:9: redact: found 7, expected a map of options',
    ]);
  });

  for (const [written, isTaken] of [
    [{}, true],
    [{ profile: 'pci', detectors: { cvv: 'drop' }, keys: { drop: ['a.*'] } }, true],
    [{ profile: '${env:PROFILE}' }, true],
    [{ detectors: { cvv: 'mask' } }, false],
    [{ detectors: { cvx: 'drop' } }, false],
    [{ keys: { keep: [''] } }, false],
    [{ keys: { kept: [] } }, false],
    [{ urlQuery: 'all' }, false],
    [7, false],
  ] as const) {
    it(`is ${isTaken ? 'taken' : 'refused'} by editors: ${JSON.stringify(written)}`, () => {
      expect(editor.safeParse(written).success).to.equal(isTaken);
      const isSubstituted = JSON.stringify(written).includes('$');
      if (!isSubstituted) expect(redactShape.safeParse(written).success).to.equal(isTaken);
    });
  }
});
