import { readdirSync } from 'node:fs';
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
});
