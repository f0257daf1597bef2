/** Applications as they are, attacked and used over HTTP. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { resultsOf, type Run, scoreOf } from '../src/index.ts';
import { runMatrix } from './run-matrix.ts';

describe('applications that know nothing of us', () => {
  let runs: readonly Run[];

  before(async () => {
    runs = await runMatrix();
  });

  it('are told as RESULTS.md says, which test/write-results.ts writes', () => {
    const written = readFileSync(new URL('../RESULTS.md', import.meta.url), 'utf8');
    expect(resultsOf(runs)).to.equal(written);
  });

  it('have nothing told of them that did not happen', () => {
    expect(scoreOf(runs).falseOutcomes).to.equal(0);
  });
});
