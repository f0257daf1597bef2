import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { packageUrl } from '../repository.ts';
import { renderPrefilter } from './prefilter.ts';

describe('the generated prefilter', () => {
  it('is fresh', () => {
    const folder = packageUrl('redaction');
    const generated = new URL('src/prefilter/generated/prefilter-wasm.ts', folder);
    const source = fileURLToPath(new URL('assembly/prefilter.ts', folder));
    expect(readFileSync(generated, 'utf8')).to.equal(renderPrefilter(source));
  });
});
