import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadRules } from './load-rules.ts';

const HEAD = 'title: t\nlogsource: { product: spanguard, category: security_event }\nlevel: low\n';
const rule = (searches: string, condition = 's'): string =>
  `${HEAD}detection:\n  ${searches}\n  condition: ${condition}\n`;

function load(text: string) {
  const file = join(mkdtempSync(join(tmpdir(), 'spanguard-rules-')), 'rule.yaml');
  writeFileSync(file, text);
  return loadRules({ rules: [file], shipped_rules: false });
}

describe('loadRules', () => {
  it('takes the shipped rules without a word', () => {
    const loaded = loadRules({ rules: [], shipped_rules: true });
    expect(loaded).to.include({ ok: true }).and.to.have.deep.property('warnings', []);
  });

  it('gives the rules as they were read, and the rows they ask for', () => {
    const text = rule('s: { event: database_query }');
    const loaded = load(text);
    expect(loaded.ok && loaded.texts.map((each) => each.text)).to.deep.equal([text]);
    expect(loaded.ok && [...loaded.rowKinds]).to.deep.equal(['database_query']);
  });

  it('refuses rules that ask for what no row has, with what there is', () => {
    for (const [searches, nearest] of [
      ['s: { url.paths|contains: /etc/passwd }', /"url.paths", nearest: url.path/],
      ['s: { enduser.role: admin }', /"enduser.role", nearest: /],
      ['s: { http.status_code: 500 }', /"http.status_code", nearest: http.response.status_code/],
      ['s: { cs-method: GET }', /"cs-method"/],
    ] as const) {
      const loaded = load(rule(searches));
      expect(loaded.ok ? '' : loaded.problems.join(), searches).to.match(nearest);
    }
  });

  it('says why rules cannot be read, and what to do, never a stack', () => {
    const folder = mkdtempSync(join(tmpdir(), 'spanguard-rules-'));
    symlinkSync('loop.yaml', join(folder, 'loop.yaml'));
    mkdirSync(join(folder, 'folder.yaml'));
    const expected = 'a file or folder of Sigma rules';
    expect(
      loadRules({ rules: [join(folder, 'none'), folder], shipped_rules: false }),
    ).to.deep.equal({
      ok: false,
      problems: [
        `correlate.rules: ${folder}/none does not exist; create it, or correct the path (expected ${expected}, ENOENT)`,
        `correlate.rules: ${folder}/folder.yaml is a folder; name a file in it (expected ${expected}, EISDIR)`,
        `correlate.rules: ${folder}/loop.yaml is a link that leads back to itself; correct the link (expected ${expected}, ELOOP)`,
      ],
    });
  });

  it('warns of what may mean something else, a hundred times and then of how often', () => {
    const misspelt = load(rule('s: { event: security.authn_login_failed }'));
    expect(misspelt.ok ? misspelt.warnings.join() : '').to.match(
      /nearest: security.authn_login_fail/,
    );
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        rule('s: [evil]').replace('title: t', `title: t${index}`),
      ).join('---\n');
    const [hundred, more] = [load(many(100)), load(many(102))];
    expect(hundred.ok && hundred.warnings).to.have.length(100);
    expect(more.ok && more.warnings.at(-1)).to.equal('and 2 more warnings about rules');
  });
});
