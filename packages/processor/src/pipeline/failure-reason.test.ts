import { expect } from 'chai';
import { failureReason } from './failure-reason.ts';

describe('failureReason', () => {
  it('names class and place, and nothing of what the error quotes', () => {
    let caught: unknown;
    try {
      JSON.parse('hunter2');
    } catch (error) {
      caught = error;
    }
    const reason = failureReason(caught);
    expect(reason).to.match(/^SyntaxError at JSON\.parse .*failure-reason\.test\.ts:\d+/);
    expect(reason).to.not.match(/hunter2|\/packages\//);
  });

  it('names the code of a system error, and takes whatever is thrown', () => {
    expect(failureReason(Object.assign(new Error('x'), { code: 'ENOSPC' }))).to.match(
      /^Error ENOSPC at /,
    );
    expect([failureReason('text'), failureReason(undefined)]).to.deep.equal([
      'a thrown string',
      'a thrown undefined',
    ]);
  });
});
