import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { watchFailures } from './watch-failures.ts';

/** An error as it would come from one of our files. */
function errorFrom(place: string): Error {
  const error = new RangeError('secret payload');
  error.stack = `RangeError: secret payload\n    at node:internal:1:1\n    at f (${place})\n    at x`;
  return error;
}

describe('an error nobody handled', () => {
  const places: readonly [string, string, boolean][] = [
    ['file:///app/packages/processor/src/journal/journal.ts:211:7', 'journal', true],
    ['/app/node_modules/@spanguard/processor/dist/journal/journal-reader.js:9:1', 'journal', true],
    ['file:///app/packages/processor/src/exporters/otlp-http/piece.ts:1:1', 'exporters', false],
    ['C:\\app\\packages\\processor\\dist\\alerts\\ocsf.js:1:1', 'alerts', false],
    ['file:///app/node_modules/pino/lib/proto.js:1:1', 'unknown', false],
  ];
  for (const event of ['unhandledRejection', 'uncaughtException']) {
    for (const [place, component, isDoubtful] of places) {
      const ends = isDoubtful || event === 'uncaughtException';
      it(`is told with its component, and ${ends ? 'ends' : 'does not end'} the process: ${event} in ${component}`, async () => {
        const emitter = new EventEmitter();
        const lines: string[] = [];
        const counted: unknown[] = [];
        const watch = watchFailures({
          emitter,
          counters: { add: (name, value, labels) => void counted.push([name, value, labels]) },
          logger: {
            info: () => undefined,
            warn: () => undefined,
            error: (fields, message) => void lines.push(JSON.stringify([fields, message])),
          },
        });
        emitter.emit(event, errorFrom(place));
        const doubt = await Promise.race([watch.inDoubt, Promise.resolve('none')]);
        expect(doubt).to.equal(ends ? component : 'none');
        expect(counted).to.deep.equal([['process.unhandled', 1, { component }]]);
        expect(lines.join()).to.include(component).and.include('RangeError');
        expect(lines.join()).to.not.include('secret');
        watch.end();
        expect(emitter.listenerCount(event)).to.equal(0);
      });
    }
  }

  it('may be anything that was thrown', () => {
    const emitter = new EventEmitter();
    const lines: object[] = [];
    const error = (fields: object): void => void lines.push(fields);
    const logger = { info: () => undefined, warn: () => undefined, error };
    watchFailures({ emitter, counters: { add: () => undefined }, logger });
    for (const thrown of [undefined, null, 'secret', 0, Object.create(null)]) {
      emitter.emit('unhandledRejection', thrown);
    }
    expect(JSON.stringify(lines)).to.not.include('secret');
    expect(lines).to.have.length(5);
  });
});
