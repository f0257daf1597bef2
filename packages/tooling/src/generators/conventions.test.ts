import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { packageUrl } from '../repository.ts';
import { sourceFiles } from '../tidy/sources.ts';
import { renderConventions } from './conventions.ts';
import { tellersIn } from './tellers.ts';

describe('the generated conventions', () => {
  const folder = packageUrl('conventions');
  const model = readFileSync(new URL('model.yaml', folder), 'utf8');

  for (const { path, text } of renderConventions(model, tellersIn(sourceFiles()))) {
    it(`are fresh: ${path}`, () => {
      expect(readFileSync(new URL(path, folder), 'utf8')).to.equal(text);
    });
  }

  it('keep the 57 events of the OWASP vocabulary', () => {
    expect(model.match(/origin: owasp/g)).to.have.length(57);
  });
});
