import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { RULES_URL } from '../src/index.ts';

describe('the folder of rules', () => {
  it('holds groups of folders, each a rule with its traffic', () => {
    const groups = readdirSync(RULES_URL).filter((name) => name !== 'base');
    expect(groups.length).to.be.at.least(10);
    for (const group of groups) {
      for (const rule of readdirSync(new URL(`${group}/`, RULES_URL))) {
        const files = readdirSync(new URL(`${group}/${rule}/`, RULES_URL));
        expect(files, rule).to.deep.equal(['rule.yaml', 'traffic.yaml']);
      }
    }
  });

  it('holds as many as the README of the project says', () => {
    const groups = readdirSync(RULES_URL).filter((name) => name !== 'base');
    const rules = groups.flatMap((group) => readdirSync(new URL(`${group}/`, RULES_URL)));
    const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
    const said = Array.from(
      readme.matchAll(/(\d+) (?:rules|come\s+along)/gu),
      ([, count]) => count,
    );
    expect(said).to.deep.equal([String(rules.length), String(rules.length)]);
  });
});
