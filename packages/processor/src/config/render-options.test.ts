import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { renderOptions, withOptions } from './render-options.ts';

describe('the table of options', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

  it('is fresh in the README', () => {
    expect(withOptions(readme).replaceAll(/ +/g, ' ').replaceAll(/-+/g, '-')).to.equal(
      readme.replaceAll(/ +/g, ' ').replaceAll(/-+/g, '-'),
    );
  });

  it('has a sentence and limits for every option', () => {
    const rows = renderOptions().split('\n').slice(2);
    expect(rows.length).to.be.above(35);
    for (const row of rows) expect(row).to.match(/^\| `[\w.<>]+` \|.*\| [^|]+ \| [^|]+\. \|$/);
  });
});
