/** FakeClock runs timers when they are due, in order, and never by itself. */

import { expect } from 'chai';

import { FakeClock } from './fake-clock.ts';

describe('FakeClock', () => {
  it('runs a timer at its time and not a millisecond before', () => {
    const clock = new FakeClock();
    const fired: number[] = [];
    clock.after(100, () => fired.push(clock.monotonic()));
    clock.advance(99);
    expect(fired).to.deep.equal([]);
    clock.advance(1);
    expect(fired).to.deep.equal([100]);
    clock.advance(1_000);
    expect(fired).to.deep.equal([100]);
  });

  it('runs timers in the order they fall due, and of equals the first set first', () => {
    const clock = new FakeClock();
    const fired: string[] = [];
    clock.after(20, () => fired.push('late'));
    clock.after(10, () => fired.push('early'));
    clock.after(20, () => fired.push('late too'));
    clock.advance(50);
    expect(fired).to.deep.equal(['early', 'late', 'late too']);
  });

  it('runs timers that timers start, at their own time', () => {
    const clock = new FakeClock({ nowMs: 1_000 });
    const at: number[] = [];
    const again = () => {
      at.push(clock.now());
      clock.after(10, again);
    };
    clock.after(10, again);
    clock.advance(35);
    expect(at).to.deep.equal([1_010, 1_020, 1_030]);
    expect(clock.timersPending).to.equal(1);
  });

  it('does not run a cancelled timer, and cancelling twice is fine', () => {
    const clock = new FakeClock();
    const cancel = clock.after(1, () => expect.fail('ran'));
    cancel();
    cancel();
    clock.advance(10);
  });

  it('lets the wall clock jump without moving the monotonic one', () => {
    const clock = new FakeClock({ nowMs: 5_000 });
    clock.set(1_000);
    expect([clock.now(), clock.monotonic()]).to.deep.equal([1_000, 0]);
    clock.advance(7);
    expect([clock.now(), clock.monotonic()]).to.deep.equal([1_007, 7]);
  });

  it('settles promises between timers when asked to', async () => {
    const clock = new FakeClock();
    const fired: string[] = [];
    const later = () =>
      new Promise<void>((resolve) => {
        clock.after(10, resolve);
      });
    const work = (async () => {
      await later();
      fired.push('first');
      await later();
      fired.push('second');
    })();
    await clock.advanceAsync(20);
    await work;
    expect(fired).to.deep.equal(['first', 'second']);
  });

  it('ends when timers start each other without end', () => {
    const clock = new FakeClock();
    const again = () => {
      clock.after(0, again);
    };
    clock.after(0, again);
    expect(() => clock.advance(1)).to.throw('without end');
  });
});
