import { expect } from 'chai';
import { AgedSource, type DatedEntry, type ReadableSource } from './queue-age.ts';

function sourceOf(appendedAtMs: readonly number[]): ReadableSource<DatedEntry> {
  let taken = 0;
  return {
    get hasMore() {
      return taken < appendedAtMs.length;
    },
    next: () => {
      const sequence = taken++;
      const at = appendedAtMs[sequence];
      return Promise.resolve(
        at === undefined ? undefined : { sequence, appendedAtMs: at, bytes: Buffer.alloc(0) },
      );
    },
    commit: () => undefined,
    commitDurably: () => Promise.resolve(),
    close: () => undefined,
  };
}

describe('the age of a queue', () => {
  let nowMs = 0;

  async function handedOut(appendedAtMs: readonly number[]): Promise<AgedSource<DatedEntry>> {
    const source = new AgedSource(sourceOf(appendedAtMs), () => nowMs);
    while (source.hasMore) await source.next();
    return source;
  }

  it('is that of the oldest record handed out and not done', async () => {
    nowMs = 10_000;
    const source = await handedOut([1000, 2000, 9000]);
    expect(source.ageMs).to.equal(9000);
    source.commit(0);
    expect(source.ageMs).to.equal(8000);
    await source.commitDurably(1);
    expect(source.ageMs).to.equal(1000);
    nowMs = 70_000;
    expect(source.ageMs).to.equal(61_000);
    source.commit(2);
    expect(source.ageMs).to.equal(0);
    expect(await source.next()).to.equal(undefined);
  });

  it('counts records of one quarter of a second as one, and no more', async () => {
    nowMs = 1000;
    const source = await handedOut([0, 100, 249, 250]);
    source.commit(1);
    expect(source.ageMs).to.equal(1000);
    source.commit(2);
    expect(source.ageMs).to.equal(750);
  });
});
