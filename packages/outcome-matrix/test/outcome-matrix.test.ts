/** Applications as they are, attacked and used over HTTP. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { applications, resultsOf, type Run, scoreOf } from '../src/index.ts';
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

  it('are as many, and told as well, as the README says', () => {
    const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
    const written = readFileSync(new URL('../RESULTS.md', import.meta.url), 'utf8');
    const [, right, falsely] = /outcomes \| (\d+ of \d+) \| (\d+) \|/u.exec(written) ?? [];
    const [, guessed, wrong] =
      /heuristic of status codes \| (\d+) of \d+ \| (\d+) \|/u.exec(written) ?? [];
    expect(falsely).to.equal('0');
    const sentence = `On ${applications.length} small applications that know nothing of it the hook tells ${right} outcomes, none false; a guess from status codes tells ${guessed}, with ${wrong} false`;
    expect(readme.replaceAll(/\s+/gu, ' ')).to.include(sentence);
  });

  it('have nothing told of them that did not happen', () => {
    expect(scoreOf(runs).falseOutcomes).to.equal(0);
  });
});
