import { nodeFileSystem } from '../pipeline/file-system.ts';
import { expect } from 'chai';
import { factsOf, journalOf, rowOf, Scene } from '../../test/analysis-scene.ts';
import type { AnalysisRequest, StartAnalysis } from './messages.ts';

/** The text of facts that whatever takes them dies of. */
const DEADLY = 'deadly';

/** An analysis that dies of some facts, as a thread does: without a word, and with all it held. */
function mortal(start: StartAnalysis, deaths: unknown[]): StartAnalysis {
  return (settings, listener) => {
    const port = start(settings, listener);
    let isDead = false;
    return {
      post: (request: AnalysisRequest) => {
        if (isDead) return;
        if (request.kind !== 'entry' || !Buffer.from(request.facts).includes(DEADLY)) {
          port.post(request);
          return;
        }
        isDead = true;
        const error = new RangeError('no memory');
        deaths.push(error);
        // Those before it are answered first.
        setImmediate(() => {
          port.end().then(() => listener.onDeath(error), listener.onDeath);
        });
      },
      end: () => port.end(),
    };
  };
}

/** Facts that do nothing until the test ends. */
const asleep: StartAnalysis = (_settings, { onReport }) => {
  queueMicrotask(() => onReport({ kind: 'ready', sequence: -1, counts: new Map() }));
  return { post: () => undefined, end: () => Promise.resolve() };
};

describe('correlation', () => {
  let scene: Scene;
  let deaths: unknown[];
  beforeEach(() => {
    scene = new Scene();
    deaths = [];
    scene.start = (here) => mortal(here, deaths);
  });
  afterEach(() => scene.end());

  it('leaves out one row that the rules cannot cope with, kept and counted', async () => {
    const source = journalOf([
      [rowOf('a', 'one'), rowOf('bad', 'secret-client'), rowOf('b', 'two')],
      [rowOf('c', 'three')],
    ]);
    await scene.correlate(source);
    await scene.settles(() => scene.raised.length === 3);
    expect(scene.raised).to.deep.equal(['one', 'two', 'three']);
    expect(scene.letters.map(({ reason }) => reason)).to.deep.equal(['threw RangeError']);
    expect(JSON.parse(scene.letters[0]?.text ?? '')).to.include({
      'security.authn.reason': 'bad',
      'client.prefix': 'secret-client',
    });
    expect(scene.counted.get('correlation.quarantined')).to.equal(1);
    expect(scene.counted.get('correlation.events')).to.equal(4);
    expect(scene.logged).to.include('"component":"correlation"').and.not.include('secret');
  });

  it('does not come back to it after a restart', async () => {
    const source = journalOf([[rowOf('bad', 'one')], [rowOf('a', 'two')]]);
    await scene.correlate(source);
    await scene.shutdown();
    expect(source.committed).to.equal(1);
    await scene.correlate(journalOf([[rowOf('bad', 'one')], [rowOf('a', 'two')]]));
    expect(scene.letters).to.have.length(1);
    expect(scene.raised).to.deep.equal(['two']);
  });

  it('goes on behind an entry that cannot be read, and for good', async () => {
    await scene.correlate(journalOf(['damaged', [rowOf('a', 'one')]]));
    await scene.settles(() => scene.raised.length === 1);
    expect(scene.raised).to.deep.equal(['one']);
    expect(scene.letters).to.deep.equal([{ text: '\u0001'.repeat(21), reason: 'facts version' }]);
    expect(scene.counted.get('consumer.quarantined')).to.equal(1);
    expect(scene.counted.get('consumer.failed')).to.equal(undefined);
    await scene.shutdown();
    await scene.correlate(journalOf(['damaged', [rowOf('a', 'one')]]));
    expect(scene.letters).to.have.length(1);
    expect(scene.logged).to.include('facts version');
  });

  it('goes on after the journal failed, and after an alert could not be raised', async () => {
    const source = journalOf([[rowOf('a', 'one'), rowOf('b', 'two')]]);
    source.failures = 2;
    scene.raise = ({ entity }) => {
      if (entity.value === 'one') return Promise.reject(new TypeError('no'));
      scene.raised.push(entity.value);
      return Promise.resolve(true);
    };
    const correlating = scene.correlate(source);
    for (const failures of [1, 2]) {
      await scene.settles(() => scene.counted.get('consumer.failed') === failures);
      await scene.clock.advanceAsync(1000);
    }
    await correlating;
    await scene.settles(() => scene.raised.length === 1);
    expect(scene.counted.get('consumer.failed')).to.equal(2);
    expect(scene.raised).to.deep.equal(['two']);
    expect(scene.counted.get('correlation.quarantined')).to.equal(1);
  });

  it('does not wait for one alert to be durable before the next, and saves none that is not', async () => {
    const waiting: (() => void)[] = [];
    scene.raise = () => new Promise((resolve) => waiting.push(() => resolve(true)));
    const source = journalOf(
      Array.from({ length: 500 }, (_, index) => [rowOf(`e${index}`, `client-${index}`)]),
    );
    await scene.correlate(source);
    await scene.settles(() => waiting.length === 500);
    expect(waiting).to.have.length(500);
    await scene.clock.advanceAsync(10_000);
    await scene.settles(() => true);
    expect(source.committed).to.equal(-1);
    for (const settle of waiting) settle();
    await scene.settles(() => source.committed >= 0);
    expect(source.committed).to.equal(499);
  });

  it('begins again from what was saved when what runs the rules dies', async () => {
    const source = journalOf([[rowOf('a', 'one')]]);
    await scene.correlate(source);
    await scene.clock.advanceAsync(10_000);
    await scene.settles(() => source.committed === 0);
    source.put({ facts: factsOf([rowOf('b', 'two')]) });
    await scene.settles(() => scene.raised.length === 2);
    const facts = factsOf([rowOf(DEADLY, 'three')]);
    source.put({ facts });
    await scene.settles(() => scene.counted.has('consumer.failed'));
    facts.fill(0);
    expect(scene.counted.get('consumer.failed')).to.equal(1);
    expect(scene.logged).to.include('"reason":"RangeError"');
    await scene.clock.advanceAsync(1000);
    await scene.settles(() => scene.letters.length === 1);
    // The second row was not saved: it comes again, and the outbox knows its alert by its id.
    expect(scene.raised).to.deep.equal(['one', 'two', 'two']);
    await scene.shutdown();
    expect(source.committed).to.equal(2);
  });

  it('takes an entry that it dies of three times out of its way, and goes on', async () => {
    const source = journalOf([[rowOf('a', 'one')], [rowOf(DEADLY, 'two')], [rowOf('c', 'three')]]);
    await scene.correlate(source);
    // Three deaths, and then two tries without the analysis before it is a letter.
    await scene.diesOrFails(5);
    await scene.settles(() => scene.raised.includes('three'));
    expect(deaths).to.have.length(3);
    expect(scene.letters.map(({ reason }) => reason)).to.deep.equal(['threw THREAD_DIED']);
    expect(scene.letters[0]?.text).to.include(DEADLY);
    expect(scene.counted.get('consumer.quarantined')).to.equal(1);
    expect(scene.raised.at(-1)).to.equal('three');
    await scene.shutdown();
    expect(source.committed).to.equal(2);
  });

  it('takes several of them out of its way, each once, though nothing is saved between', async () => {
    const deadly = [[rowOf(`${DEADLY} 1`, 'one')], [rowOf(`${DEADLY} 2`, 'two')]];
    const source = journalOf([...deadly, [rowOf('c', 'three')]]);
    await scene.correlate(source);
    await scene.diesOrFails(10);
    await scene.settles(() => scene.raised.length === 1);
    expect(deaths).to.have.length(6);
    expect(scene.counted.get('consumer.thread_ended')).to.equal(6);
    expect(scene.letters).to.have.length(2);
    expect(scene.raised).to.deep.equal(['three']);
    await scene.shutdown();
    expect(source.committed).to.equal(2);
  });

  it('waits where what runs the rules is behind, counted, and ends all the same', async () => {
    scene.start = () => asleep;
    scene.waitingBytesMax = 1;
    const source = journalOf([[rowOf('a', 'one')], [rowOf('b', 'two')], [rowOf('c', 'three')]]);
    await scene.correlate(source);
    expect(source.taken).to.equal(2);
    expect(scene.counted.get('analysis.waiting')).to.equal(1);
    await scene.shutdown({ withinMs: 0 });
    expect(source.committed).to.equal(-1);
    expect(scene.counted.get('consumer.failed')).to.equal(undefined);
  });

  it('saves on a full disk with the room that is made for it, and goes on where there is none', async () => {
    const source = journalOf([[rowOf('a', 'one')]]);
    let room = 0;
    let asked = 0;
    scene.fileSystem = {
      ...nodeFileSystem,
      open: async (path, mode) => {
        const file = await nodeFileSystem.open(path, mode);
        const full = (): Promise<number> => Promise.resolve(0);
        return { ...file, write: (...write) => (room > 0 ? file.write(...write) : full()) };
      },
    };
    scene.makeRoom = () => {
      asked += 1;
      room = asked - 1;
      return Promise.resolve(room > 0);
    };
    await scene.correlate(source);
    await scene.clock.advanceAsync(10_000);
    await scene.settles(() => scene.logged.includes('could not be saved'));
    expect(source.committed).to.equal(-1);
    await scene.clock.advanceAsync(10_000);
    await scene.settles(() => source.committed === 0);
    expect([asked, source.committed]).to.deep.equal([2, 0]);
  });
});
