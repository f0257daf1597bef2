/** The real thread that runs the rules, while it runs: whatever it dies of, nothing is lost and nothing told twice. */
import { expect } from 'chai';
import { analysisThread } from '#processor/analysis/analysis-thread.ts';
import { factsOf, journalOf, rowOf, Scene } from './analysis-scene.ts';
import type { ScriptedSource } from './scripted-source.ts';

const MORTAL = new URL('mortal-analysis-worker.ts', import.meta.url);
/** Where it says what it does. */
const TOLD_CHANNEL = 'mortal-analysis';
const HEAP_MIB = 48;
const SILENCE_MS = 120_000;

/** What a thread can die of, and what the log says. */
const DEATHS = [
  ['no-memory', 'ERR_WORKER_OUT_OF_MEMORY'],
  ['late-throw', 'RangeError'],
  ['late-rejection', 'RangeError'],
  ['exit', 'ANALYSIS_ENDED'],
] as const;

describe('a thread that runs the rules', () => {
  let scene: Scene;
  /** Of the first client, known already or not. */
  let alerts = 0;
  beforeEach(() => {
    scene = new Scene();
    alerts = 0;
    // Its own time is that of the machine; the one that it may be silent for is the test's.
    const options = { clock: scene.clock, file: MORTAL, heapMib: HEAP_MIB };
    scene.start = () => analysisThread({ ...options, silenceMsMax: SILENCE_MS });
    // Alerts are known by what they are of, as the outbox knows them.
    scene.raise = ({ entity: { value } }) => {
      if (value === 'one') alerts += 1;
      const isNew = !scene.raised.includes(value);
      if (isNew) scene.raised.push(value);
      return Promise.resolve(isNew);
    };
  });
  afterEach(() => scene.end());

  const counted = (name: string): number => scene.counted.get(name) ?? 0;
  const linesOf = (text: string): number => scene.logged.split(text).length - 1;

  /** Between two clients lies an entry that it goes some way over. */
  async function liesInTheWay(way: string): Promise<ScriptedSource> {
    const source = journalOf([[rowOf('a', 'one')]]);
    await scene.correlate(source);
    await scene.settles(() => scene.raised.length === 1);
    source.put({ facts: factsOf([rowOf(way, 'two')]) });
    source.put({ facts: factsOf([rowOf('c', 'three')]) });
    return source;
  }

  /** Three ends over one entry, and two tries without the thread before it is a letter. */
  async function isLeftOut(way: string): Promise<void> {
    await scene.settles(() => scene.letters.length === 1 && scene.raised.includes('three'));
    expect(scene.letters.map(({ reason }) => reason)).to.deep.equal(['threw THREAD_DIED']);
    expect(scene.letters[0]?.text).to.include(way);
    expect(scene.raised).to.deep.equal(['one', 'three']);
    expect(counted('alerts.raised')).to.equal(2);
    expect(counted('consumer.thread_ended')).to.equal(3);
    expect(counted('consumer.quarantined')).to.equal(1);
  }

  for (const [way, reason] of DEATHS) {
    it(`is begun again where it dies of ${way}, told once each time, and in the end without the entry`, async () => {
      const source = await liesInTheWay(way);
      await scene.diesOrFails(5);
      await isLeftOut(way);
      expect(linesOf(`"reason":"${reason}"`)).to.equal(3);
      await scene.shutdown({ withinMs: 60_000 });
      expect(source.committed).to.equal(2);
    });
  }

  it('is ended where it hangs for longer than it may, seen as a stall before', async () => {
    let hangs = 0;
    const told = new BroadcastChannel(TOLD_CHANNEL);
    told.addEventListener('message', () => (hangs += 1));
    const source = await liesInTheWay('hang');
    for (let times = 1; times <= 3; times += 1) {
      // Before that it would answer.
      await scene.settles(() => alerts === times && source.taken === 3 && hangs === times);
      await scene.clock.advanceAsync(SILENCE_MS);
      expect([counted('consumer.thread_ended'), counted('consumer.stalled')]).to.deep.equal([
        ...[times - 1, times],
      ]);
      await scene.clock.advanceAsync(SILENCE_MS / 4);
      await scene.settles(() => counted('consumer.failed') === times);
      await scene.clock.advanceAsync(5000);
    }
    told.close();
    await scene.diesOrFails(5);
    await isLeftOut('hang');
    expect(counted('consumer.thread_ended hung')).to.equal(3);
    expect(linesOf('"reason":"ANALYSIS_HUNG"')).to.equal(3);
    await scene.shutdown({ withinMs: 60_000 });
    expect(source.committed).to.equal(2);
  });

  it('is left alone for as long as it answers, though it has nothing to do', async () => {
    await scene.correlate(journalOf([[rowOf('a', 'one')]]));
    await scene.settles(() => alerts === 1);
    const asked = new BroadcastChannel(TOLD_CHANNEL);
    for (let times = 0; times < 10; times += 1) {
      const isAsked = new Promise((resolve) => {
        asked.addEventListener('message', resolve, { once: true });
      });
      await scene.clock.advanceAsync(SILENCE_MS / 4);
      await isAsked;
      await scene.settles(() => true);
    }
    asked.close();
    expect(counted('consumer.thread_ended')).to.equal(0);
  });
});
