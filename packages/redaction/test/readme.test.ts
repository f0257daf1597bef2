import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { PROFILES, resolveActions } from '../src/policy/actions.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('the README', () => {
  it('says what each profile changes, and no other', () => {
    const usual = resolveActions({});
    const rows = PROFILES.filter((profile) => profile !== 'default').map((profile) => {
      const changed = [...resolveActions({ profile })]
        .filter(([name, action]) => usual.get(name) !== action)
        .map(([name, action]) => `\`${name}\` \`${action}\``);
      return [`\`${profile}\``, changed.join(', ') || 'nothing yet'];
    });
    const table = [...README.matchAll(/^\| (`[a-z-]+`) +\| ([^|]+?) +\|$/gm)]
      .map(([, profile, changes]) => [profile, changes])
      .slice(0, rows.length);
    expect(table).to.deep.equal(rows);
  });
});
