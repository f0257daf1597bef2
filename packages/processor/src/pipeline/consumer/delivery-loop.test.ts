import { FakeClock } from '@spanguard/testkit';
import { expect } from 'chai';
import type { Delivery } from '../delivery.ts';
import { DeliveryLoop, type DeliveryLoopOptions } from './delivery-loop.ts';
import type { Deliverer } from './parcel-delivery.ts';

const ACCEPTED: Delivery = { kind: 'accepted', rejectedItems: 0 };
const FAILED: Delivery = { kind: 'later', reason: 'status 503' };

describe('the delivery loop', () => {
  let clock: FakeClock;
  let committed: string[];
  let buried: string[];
  let sent: string[];
  let released: number[];
  let loop: DeliveryLoop<string>;
  let hasMore: boolean;
  let stops: number;

  beforeEach(() => {
    clock = new FakeClock();
    committed = [];
    buried = [];
    sent = [];
    released = [];
    hasMore = false;
    stops = 0;
  });
  afterEach(() => loop.stop());

  function deliver(
    answer: (piece: string) => Delivery | Promise<Delivery>,
    {
      deliverer = {},
      ...options
    }: Partial<Omit<DeliveryLoopOptions<string>, 'deliverer'>> & {
      readonly deliverer?: Partial<Deliverer<string>>;
    } = {},
  ): void {
    loop = new DeliveryLoop<string>({
      deliverer: {
        send: async (piece) => {
          sent.push(piece);
          return answer(piece);
        },
        accepted: () => undefined,
        failed: () => undefined,
        bury: (piece, reason) => {
          buried.push(`${piece}: ${reason}`);
          return Promise.resolve(true);
        },
        ...deliverer,
      },
      bounds: { concurrency: 2, aheadMax: 5 },
      savesAtRest: true,
      clock,
      random: () => 1,
      ...options,
    });
    loop.start({
      get hasMore() {
        return hasMore;
      },
      commit: (sequence) => void committed.push(`${sequence}`),
      commitDurably: (sequence) => {
        committed.push(`${sequence} on disk`);
        return Promise.resolve();
      },
      startAgain: () => undefined,
      stop: () => {
        stops += 1;
        loop.stop();
      },
    });
  }

  /** Takes pieces, one a sequence, from 0 on; gives how many were taken. */
  function take(...pieces: readonly string[]): { taken: number } {
    const progress = { taken: 0 };
    void (async () => {
      for (const [sequence, whole] of pieces.entries()) {
        const release = (): void => void released.push(sequence);
        await loop.take({ whole, bytes: whole.length, sequence, release });
        progress.taken += 1;
      }
    })();
    return progress;
  }

  it('commits in order, at once on disk where nothing is left to do', async () => {
    deliver(() => ACCEPTED);
    take('a', 'b', 'c');
    await clock.advanceAsync(0);
    expect(sent).to.deep.equal(['a', 'b', 'c']);
    expect(committed.at(-1)).to.equal('2 on disk');
    expect(released).to.deep.equal([0, 1, 2]);
  });

  it('leaves the cursor before what does not get through, and sends past it up to its bound', async () => {
    deliver((piece) => (piece === 'stuck' ? FAILED : ACCEPTED));
    const progress = take('stuck', 'b', 'c', 'd', 'e', 'f', 'g');
    await clock.advanceAsync(0);
    expect(committed).to.deep.equal([]);
    expect(progress.taken).to.equal(5);
    expect(sent).to.deep.equal(['stuck', 'b', 'c', 'd', 'e']);
    await clock.advanceAsync(60_000);
    // The next ones see that the destination is there, when it may be asked again.
    await clock.advanceAsync(30_000);
    expect(buried).to.deep.equal(['stuck: again and again, while others are taken: status 503']);
    expect(progress.taken).to.equal(7);
    expect(committed.at(-1)).to.equal('6 on disk');
  });

  it('passes over what is none of its business, behind what is under way', async () => {
    let answer: (delivery: Delivery) => void = () => undefined;
    deliver(() => new Promise((resolve) => (answer = resolve)));
    loop.passOver(6);
    expect(committed).to.deep.equal(['6']);
    await loop.take({ whole: 'a', bytes: 1, sequence: 7, release: () => undefined });
    for (let sequence = 8; sequence < 10_000; sequence += 1) loop.passOver(sequence);
    await clock.advanceAsync(0);
    expect(committed).to.deep.equal(['6']);
    answer(ACCEPTED);
    await clock.advanceAsync(0);
    expect(committed).to.deep.equal(['6', '9999 on disk']);
  });

  it('bounds the bytes under way, but for one parcel alone', async () => {
    const answers: (() => void)[] = [];
    deliver(() => new Promise((resolve) => answers.push(() => resolve(ACCEPTED))), {
      bounds: { concurrency: 4, aheadMax: 9, flyingBytesMax: () => 10 },
    });
    const progress = take('x'.repeat(99), 'x'.repeat(6), 'x'.repeat(4), 'x');
    await clock.advanceAsync(0);
    expect(progress.taken).to.equal(1);
    answers.shift()?.();
    await clock.advanceAsync(0);
    expect(progress.taken).to.equal(3);
    answers.shift()?.();
    await clock.advanceAsync(0);
    expect(progress.taken).to.equal(4);
  });

  it('buries as it is what makes our own code throw, as soon as that can be kept', async () => {
    let isKept = false;
    deliver(() => ({ kind: 'never', reason: 'status 400' }), {
      deliverer: {
        halve: () => {
          throw new TypeError('secret');
        },
        bury: (piece, reason) => {
          if (isKept) buried.push(`${piece}: ${reason}`);
          return Promise.resolve(isKept);
        },
      },
    });
    take('a');
    await clock.advanceAsync(5000);
    expect([committed, buried]).to.deep.equal([[], []]);
    isKept = true;
    await clock.advanceAsync(30_000);
    expect(buried).to.deep.equal(['a: threw TypeError']);
    expect(committed).to.deep.equal(['0 on disk']);
  });

  it('halves what is refused until the bad part is alone', async () => {
    deliver((piece) => (piece.includes('!') ? { kind: 'never', reason: 'bad' } : ACCEPTED), {
      deliverer: {
        halve: (piece) => {
          const middle = piece.length >>> 1;
          return middle === 0 ? undefined : [piece.slice(0, middle), piece.slice(middle)];
        },
      },
    });
    take('abcd!efg');
    await clock.advanceAsync(0);
    expect(buried).to.deep.equal(['!: bad']);
    expect(sent).to.deep.equal(['abcd!efg', 'abcd', '!efg', '!e', '!', 'e', 'fg']);
    expect(committed).to.deep.equal(['0 on disk']);
  });

  it('ends a drain at the first failure, and says where one is waited for', async () => {
    deliver(() => FAILED);
    expect(loop.drain()).to.equal(true);
    take('a');
    await clock.advanceAsync(0);
    expect([stops, committed]).to.deep.equal([1, []]);
    await loop.finish();
    deliver(() => FAILED);
    take('a');
    await clock.advanceAsync(0);
    expect(loop.drain()).to.equal(false);
  });
});
