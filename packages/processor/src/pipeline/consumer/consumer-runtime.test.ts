import { FakeClock } from '@spanguard/testkit';
import { expect } from 'chai';
import { runtimeOf, ScriptedSource } from '../../../test/scripted-source.ts';
import { SECTION } from '../../model/sections.ts';
import type { Consumer, ConsumerRun } from './consumer.ts';
import type { ConsumerRuntime } from './consumer-runtime.ts';
import type { Entry } from './entry-source.ts';

const POISON = 'poison';

/** Takes texts, throws on some, and commits as it is told to. */
class TestConsumer implements Consumer {
  readonly taken: string[] = [];
  readonly passed: number[] = [];
  readonly events: string[] = [];
  own: number | undefined;
  throws: (text: string) => boolean = (text) => text === POISON;
  commits = true;
  starts = 0;
  /** Starts that are to fail. */
  refusals = 0;
  goesWell = true;
  hold: Promise<void> | undefined;
  run: ConsumerRun | undefined;

  start(run: ConsumerRun): Promise<number | undefined> {
    this.run = run;
    this.starts += 1;
    if (this.refusals > 0) {
      this.refusals -= 1;
      return Promise.reject(new TypeError('not yet'));
    }
    return Promise.resolve(this.own);
  }
  async take(entry: Entry): Promise<void> {
    const text = Buffer.from(entry.section(SECTION.payload) ?? []).toString();
    if (this.throws(text)) throw new RangeError(`secret ${text}`);
    await this.hold;
    this.taken.push(text);
    entry.release?.();
    if (this.commits) this.run?.commit(entry.sequence);
  }
  passOver(sequence: number): void {
    this.passed.push(sequence);
    this.run?.commit(sequence);
  }
  rest(): Promise<void> {
    this.events.push('rest');
    return Promise.resolve();
  }
  drain(): boolean {
    this.events.push('drain');
    return this.goesWell;
  }
  finish(): Promise<void> {
    this.events.push('finish');
    return Promise.resolve();
  }
  stop(): void {
    this.events.push('stop');
  }
  close(): void {
    this.events.push('close');
  }
}

describe('a consumer that is run', () => {
  let clock: FakeClock;
  let source: ScriptedSource;
  let consumer: TestConsumer;
  let counted: Map<string, number>;
  let logged: string[];
  let kept: string[];
  let keeps: boolean;
  let runtime: ConsumerRuntime;

  beforeEach(() => {
    clock = new FakeClock();
    source = new ScriptedSource();
    consumer = new TestConsumer();
    counted = new Map();
    logged = [];
    kept = [];
    keeps = true;
  });
  afterEach(() => runtime.shutdown({ atMs: clock.monotonic() }));

  const put = (...texts: readonly string[]): void => {
    for (const text of texts) source.put({ payload: Buffer.from(text) });
  };

  async function started(): Promise<void> {
    const log = (fields: object, message: string): void =>
      void logged.push(`${JSON.stringify(fields)} ${message}`);
    runtime = runtimeOf({
      name: 'exporter test',
      source,
      consumer,
      quarantine: (entry, reason) => {
        if (keeps) kept.push(`${entry.sequence} ${reason}`);
        return Promise.resolve(keeps);
      },
      timeMs: () => clock.monotonic(),
      clock,
      counters: {
        add: (name, value, ...[labels]) => {
          const key = [name, ...Object.values(labels ?? {})].join(' ');
          counted.set(key, (counted.get(key) ?? 0) + value);
        },
      },
      logger: { info: log, warn: log, error: log },
    });
    await runtime.start();
    await clock.advanceAsync(0);
  }

  it('is started again where it lost what it took, and gets it again, whatever it waits for', async () => {
    put('a', 'b', 'c');
    consumer.commits = false;
    await started();
    consumer.run?.commit(0);
    consumer.refusals = 1;
    consumer.run?.startAgain(new RangeError('gone'));
    await clock.advanceAsync(1000);
    expect(consumer.taken).to.deep.equal(['a', 'b', 'c']);
    expect([consumer.starts, counted.get('consumer.failed exporter test')]).to.deep.equal([2, 2]);
    await clock.advanceAsync(1000);
    expect(consumer.taken).to.deep.equal(['a', 'b', 'c', 'b', 'c']);
    put('d');
    await clock.advanceAsync(0);
    expect(consumer.taken.at(-1)).to.equal('d');
    expect(logged.join()).to.include('RangeError').and.not.include('gone');
  });

  it('is started again in the middle of an entry, which comes again in its turn', async () => {
    put('a', 'b');
    consumer.commits = false;
    consumer.throws = (text) => {
      if (text !== 'b' || consumer.starts > 1) return false;
      consumer.run?.startAgain(new RangeError('gone'));
      return true;
    };
    await started();
    await clock.advanceAsync(1000);
    expect(consumer.taken).to.deep.equal(['a', 'a', 'b']);
    expect(counted.get('consumer.failed exporter test')).to.equal(1);
  });

  it('is started again later and later where it is done with nothing between', async () => {
    put('a');
    consumer.commits = false;
    await started();
    for (const pauseMs of [1000, 1000, 2000, 4000]) {
      const { starts } = consumer;
      consumer.run?.startAgain(new RangeError('gone'));
      await clock.advanceAsync(pauseMs - 1);
      expect(consumer.starts).to.equal(starts);
      await clock.advanceAsync(1);
      expect(consumer.starts).to.equal(starts + 1);
    }
    consumer.run?.commit(0);
    consumer.run?.startAgain(new RangeError('gone'));
    await clock.advanceAsync(1000);
    expect(consumer.starts).to.equal(6);
  });

  it('gets every entry in order, and rests where none is there', async () => {
    put('a', 'b');
    await started();
    expect(consumer.taken).to.deep.equal(['a', 'b']);
    expect(consumer.events).to.deep.equal(['rest']);
    put('c');
    await clock.advanceAsync(0);
    expect(consumer.taken).to.deep.equal(['a', 'b', 'c']);
    expect(source.committed).to.equal(2);
    expect(source.released).to.deep.equal([0, 1, 2]);
  });

  it('gets nothing that it has in a transaction of its own', async () => {
    put('a', 'b', 'c');
    consumer.own = 1;
    await started();
    expect(consumer.taken).to.deep.equal(['c']);
    expect(source.released).to.deep.equal([0, 1, 2]);
  });

  it('gets an entry again where it throws, and gets on without it the third time', async () => {
    put('a', POISON, 'b');
    await started();
    await clock.advanceAsync(1999);
    expect([consumer.taken, kept]).to.deep.equal([['a'], []]);
    await clock.advanceAsync(1);
    expect(consumer.taken).to.deep.equal(['a', 'b']);
    expect(kept).to.deep.equal(['1 threw RangeError']);
    expect(consumer.passed).to.deep.equal([1]);
    expect(source.committed).to.equal(2);
    expect(source.released).to.deep.equal([0, 1, 2]);
    expect(Object.fromEntries(counted)).to.deep.equal({
      'consumer.failed exporter test': 3,
      'consumer.quarantined exporter test': 1,
    });
    expect(logged.join()).to.include('"component":"exporter test"').and.not.include('secret');
  });

  it('gets over what fails in passing without a dead letter', async () => {
    let failures = 2;
    consumer.throws = () => (failures -= 1) >= 0;
    put('a', 'b');
    await started();
    await clock.advanceAsync(2000);
    expect([consumer.taken, kept]).to.deep.equal([['a', 'b'], []]);
  });

  it('passes over nothing for as long as the dead letter cannot be kept, and asks less and less', async () => {
    keeps = false;
    put(POISON, 'a');
    await started();
    await clock.advanceAsync(3_600_000);
    expect([consumer.taken, consumer.passed]).to.deep.equal([[], []]);
    expect(source.committed).to.equal(-1);
    expect(counted.get('consumer.failed exporter test')).to.be.within(100, 130);
    keeps = true;
    await clock.advanceAsync(30_000);
    expect([consumer.taken, kept.length]).to.deep.equal([['a'], 1]);
  });

  it('goes on where the journal could not be read', async () => {
    source.failures = 4;
    put('a');
    await started();
    await clock.advanceAsync(1000 + 1000 + 2000 + 4000 - 1);
    expect(consumer.taken).to.deep.equal([]);
    await clock.advanceAsync(1);
    expect(consumer.taken).to.deep.equal(['a']);
    expect(counted.get('consumer.failed exporter test')).to.equal(4);
  });

  describe('seen from outside', () => {
    it('is as far behind as it has not committed, in records, bytes and age', async () => {
      consumer.commits = false;
      put('a', 'b');
      await started();
      await clock.advanceAsync(7000);
      expect(runtime.lag).to.deep.equal({ records: 2, bytes: 200 });
      expect(runtime.ageMs).to.equal(7000);
      consumer.run?.commit(1);
      expect([runtime.lag.records, runtime.ageMs]).to.deep.equal([0, 0]);
    });

    it('stalls where nothing moves though something is there, which is told once a stall', async () => {
      let go: () => void = () => undefined;
      consumer.hold = new Promise((resolve) => (go = resolve));
      await started();
      await clock.advanceAsync(600_000);
      expect(runtime.stalledMs, 'idle').to.equal(0);
      put('a', 'b');
      await clock.advanceAsync(59_000);
      expect(runtime.stalledMs).to.equal(59_000);
      expect(counted.size).to.equal(0);
      await clock.advanceAsync(600_000);
      expect(Object.fromEntries(counted)).to.deep.equal({ 'consumer.stalled exporter test': 1 });
      expect(logged).to.have.length(1);
      expect(logged[0]).to.include('"records":2');
      go();
      await clock.advanceAsync(20_000);
      expect(runtime.stalledMs).to.equal(0);
      consumer.hold = new Promise(() => undefined);
      put('c');
      await clock.advanceAsync(120_000);
      expect(counted.get('consumer.stalled exporter test')).to.equal(2);
    });

    it('does not stall where it took everything and saves it in its own time', async () => {
      consumer.own = -1;
      consumer.commits = false;
      put('a');
      await started();
      await clock.advanceAsync(600_000);
      expect(runtime.stalledMs).to.equal(0);
      expect(runtime.ageMs).to.equal(600_000);
    });
  });

  describe('at its end', () => {
    const inAMinute = () => ({ atMs: clock.monotonic() + 60_000 });

    it('takes what is there while all goes well', async () => {
      let go: () => void = () => undefined;
      consumer.hold = new Promise((resolve) => (go = resolve));
      put('a', 'b', 'c');
      await started();
      const ended = runtime.shutdown(inAMinute());
      go();
      await ended;
      expect(consumer.taken).to.deep.equal(['a', 'b', 'c']);
      expect(consumer.events).to.deep.equal(['drain', 'rest', 'finish', 'stop', 'close']);
      expect(clock.timersPending).to.equal(0);
    });

    it('takes nothing more where it does not go well', async () => {
      put(POISON, 'a');
      await started();
      consumer.goesWell = false;
      await runtime.shutdown(inAMinute());
      expect(consumer.taken).to.deep.equal([]);
      expect(source.committed).to.equal(-1);
      expect(clock.timersPending).to.equal(0);
    });

    it('is stopped at the deadline', async () => {
      consumer.hold = new Promise(() => undefined);
      put('a');
      await started();
      const ended = runtime.shutdown(inAMinute());
      await clock.advanceAsync(60_000);
      await ended;
      expect(consumer.events).to.deep.equal(['drain', 'stop', 'close']);
    });

    it('may be stopped by itself: what is left stays for the next start', async () => {
      await started();
      consumer.run?.stop();
      put('a');
      await clock.advanceAsync(60_000);
      expect(consumer.taken).to.deep.equal([]);
      expect(consumer.events).to.deep.equal(['rest', 'stop', 'finish']);
    });
  });
});
