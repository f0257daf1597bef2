import { expect } from 'chai';
import { OpenEntries } from './open-entries.ts';

describe('the entries a consumer is not done with', () => {
  function handedOut(appendedAtMs: readonly number[]): OpenEntries {
    const open = new OpenEntries();
    for (const [sequence, at] of appendedAtMs.entries()) open.add({ sequence, appendedAtMs: at });
    return open;
  }

  it('are as old as the oldest of them', () => {
    const open = handedOut([1000, 2000, 9000]);
    expect(open.sinceMs).to.equal(1000);
    open.close(0);
    expect(open.sinceMs).to.equal(2000);
    open.close(1);
    expect(open.sinceMs).to.equal(9000);
    open.close(2);
    expect(open.sinceMs).to.equal(undefined);
  });

  it('count as one where they are of one quarter of a second, and no more', () => {
    const open = handedOut([0, 100, 249, 250]);
    open.close(1);
    expect(open.sinceMs).to.equal(0);
    open.close(2);
    expect(open.sinceMs).to.equal(250);
  });
});
