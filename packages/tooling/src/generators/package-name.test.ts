import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { NAMED_PACKAGES, packageNameFile, renderPackageName } from './package-name.ts';

describe('the generated names of packages', () => {
  for (const name of NAMED_PACKAGES) {
    it(`are fresh: ${name}`, () => {
      expect(readFileSync(packageNameFile(name), 'utf8')).to.equal(renderPackageName(name));
    });
  }
});
