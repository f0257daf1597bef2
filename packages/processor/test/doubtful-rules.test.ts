import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@spanguard/testkit';
import { expect } from 'chai';
import { validateConfig } from '../src/cli/validate.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { systemClock } from '../src/pipeline/clock.ts';
import { silentLogger } from '../src/pipeline/logger.ts';
import { createProcessor } from '../src/service/create-processor.ts';

const rule = (condition: string): string => `
title: doubtful
logsource: { product: spanguard }
detection:
  s: { event: security.authn_login_fail }
  f: { url.file|contains: health }
  condition: ${condition}
`;

/** A configuration with one rule: `file`, and its text. */
async function configured(condition: string): Promise<{ file: string; text: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'spanguard-doubtful-'));
  writeFileSync(join(folder, 'rule.yaml'), rule(condition));
  const file = join(folder, 'spanguard.yaml');
  const text = `
data: ${folder}/data
receivers: { otlp_http: { endpoint: "127.0.0.1:0" }, otlp_grpc: { enabled: false } }
admin: { endpoint: "127.0.0.1:${await freePort()}" }
correlate: { rules: ["${folder}/rule.yaml"], shipped_rules: false }
`;
  writeFileSync(file, text);
  return { file, text };
}

async function validate(file: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const code = await validateConfig({
    configFile: file,
    env: {},
    stdout: (text) => stdout.push(text),
    stderr: (text) => stderr.push(text),
  });
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}

describe('a rule that asks for a field no row has', () => {
  it('is warned of once by validate, which finds the configuration fine', async () => {
    const { file } = await configured('s and not f');
    const { code, stdout, stderr } = await validate(file);
    expect(code).to.equal(0);
    expect(stdout).to.match(/fine, 1 rules/);
    expect(stderr).to.match(/^warning: .*rule\.yaml:6:8: .*"url\.file".*goes on without it\n$/);
  });

  it('is warned of once at the start', async () => {
    const { file, text } = await configured('s and not f');
    const loaded = loadConfig({ file, text, env: {}, readFile: () => undefined });
    if (!loaded.ok) throw new Error('the configuration is wrong');
    const warnings: unknown[] = [];
    const created = await createProcessor(loaded.config, {
      clock: systemClock,
      logger: { ...silentLogger, warn: ({ warning }) => warnings.push(warning) },
      stdout: () => undefined,
      version: '0',
      random: () => 0.5,
    });
    if (!created.ok) throw new Error(created.problems.join());
    await created.processor.start();
    await created.processor.shutdown({ atMs: systemClock.monotonic() + 60_000 });
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(/"url\.file"/);
  });

  it('refuses the start where that decides it', async () => {
    const { file } = await configured('f');
    const { code, stderr } = await validate(file);
    expect(code).to.equal(1);
    expect(stderr).to.match(/"url\.file", nearest: .*; the rule never matches\n/);
  });
});
