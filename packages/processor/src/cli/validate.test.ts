/** What a wrong configuration is told as: one clear sentence with its place, no stack, no secret. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runCommandLine } from './command-line.ts';

describe('spanguard validate', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spanguard-validate-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Exit code and what is said, the folder written as `.`. */
  async function validate(config: string): Promise<{ code: number; said: string }> {
    let said = '';
    const write = (text: string): void => {
      said += text;
    };
    const code = await runCommandLine({
      argv: ['validate', '--config', config],
      env: {},
      stdout: write,
      stderr: write,
      signals: { on: () => process, off: () => process },
    });
    return { code, said: said.replaceAll(folder, '.') };
  }

  async function refuses(config: string, said: string): Promise<void> {
    expect(await validate(join(folder, config))).to.deep.equal({ code: 1, said: `${said}\n` });
  }

  it('says that a file is not there', async () => {
    await refuses(
      'none.yaml',
      './none.yaml:1:1: --config does not exist; create it, or correct the path (expected a file of YAML, ENOENT)',
    );
  });

  it('says that a file is a folder', async () => {
    mkdirSync(join(folder, 'a.yaml'));
    await refuses(
      'a.yaml',
      './a.yaml:1:1: --config is a folder; name a file in it (expected a file of YAML, EISDIR)',
    );
  });

  it('says that a link leads nowhere but to itself', async () => {
    symlinkSync('a.yaml', join(folder, 'a.yaml'));
    await refuses(
      'a.yaml',
      './a.yaml:1:1: --config is a link that leads back to itself; correct the link (expected a file of YAML, ELOOP)',
    );
  });

  it('says that all is fine, and how many rules there are', async () => {
    writeFileSync(join(folder, 'a.yaml'), 'log_level: warn\n');
    const { code, said } = await validate(join(folder, 'a.yaml'));
    expect(code).to.equal(0);
    expect(said).to.match(/^\.\/a\.yaml: fine, \d+ rules\n$/);
  });
});
