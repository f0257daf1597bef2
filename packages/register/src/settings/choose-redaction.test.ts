import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STRICT_REDACTION } from '@spanguard/sdk';
import { expect } from 'chai';
import { chooseRedaction, type WrittenRedaction } from './choose-redaction.ts';

const KEY = new Uint8Array(32).fill(1);
const OF_FILE = 'f'.repeat(32);
const NOTHING: WrittenRedaction = {
  node: undefined,
  file: undefined,
  env: {},
  profile: undefined,
  hashKey: undefined,
};

describe('chooseRedaction', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'choose-redaction-'));
    file = join(folder, 'policy.yaml');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('takes single options where no policy is written', () => {
    expect(chooseRedaction(NOTHING)).to.deep.equal({
      redaction: {},
      hashKey: undefined,
      complaints: [],
    });
    expect(chooseRedaction({ ...NOTHING, profile: 'hipaa', hashKey: KEY })).to.deep.equal({
      redaction: { profile: 'hipaa' },
      hashKey: KEY,
      complaints: [],
    });
  });

  it('takes a file whole, and the key where the file has none', () => {
    writeFileSync(file, 'keys: { keep: [a] }');
    const chosen = chooseRedaction({ ...NOTHING, file, profile: 'hipaa', hashKey: KEY });
    expect(chosen).to.deep.equal({
      redaction: { keys: { keep: ['a'] } },
      hashKey: KEY,
      complaints: ['SPANGUARD_REDACTION_PROFILE has no effect: the policy says its profile'],
    });
    writeFileSync(file, `pseudonym_key: \${env:POLICY_KEY}`);
    const keyed = chooseRedaction({ ...NOTHING, file, env: { POLICY_KEY: OF_FILE }, hashKey: KEY });
    expect(keyed).to.deep.equal({
      redaction: {},
      hashKey: new TextEncoder().encode(OF_FILE),
      complaints: ['SPANGUARD_HASH_KEY has no effect: the policy has a pseudonym_key'],
    });
  });

  it('takes the declarative file before another', () => {
    const node = { data: { profile: 'pci' }, path: file, within: ['redaction'] };
    expect(chooseRedaction({ ...NOTHING, node, file })).to.deep.equal({
      redaction: { profile: 'pci' },
      hashKey: undefined,
      complaints: ['SPANGUARD_REDACTION_FILE has no effect: OTEL_CONFIG_FILE has a policy in it'],
    });
  });

  it('leaves the strict policy, loudly, where one cannot be used', () => {
    writeFileSync(file, 'profile: hippa');
    const { redaction, hashKey, complaints } = chooseRedaction({ ...NOTHING, file, hashKey: KEY });
    expect(redaction).to.equal(STRICT_REDACTION);
    expect(hashKey).to.equal(KEY);
    expect(complaints[0]).to.match(/^THE MASKING POLICY CANNOT BE USED\. .* strict one holds/);
    expect(complaints.slice(1).join()).to.match(/policy\.yaml:1:10: profile: found "hippa"/);
  });

  it('tells ten problems and the number of those left', () => {
    const wrong = (count: number): string =>
      Array.from({ length: count }, (_each, at) => `x${at}: 1`).join('\n');
    writeFileSync(file, wrong(10));
    expect(chooseRedaction({ ...NOTHING, file }).complaints).to.have.length(11);
    writeFileSync(file, wrong(12));
    const { complaints } = chooseRedaction({ ...NOTHING, file });
    expect(complaints).to.have.length(12);
    expect(complaints.at(-1)).to.equal('and 2 more problems with the policy');
  });
});
