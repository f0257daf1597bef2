/** Ends in the way its first argument names, its flush in the way of the second; says what happened, a line each. */
import process from 'node:process';
import { watchExit } from '../../src/process/exit-watch.ts';

const [, , ending = '', flushing = ''] = process.argv;
const say = (text) => process.stdout.write(`${text}\n`);
const raise = () => process.kill(process.pid, 'SIGTERM');
/** As a server does, until a signal ends it or the application lets go. */
const stayAlive = () => setInterval(() => undefined, 2 ** 30);
const DEADLINE_MS = 400;

const setTimeoutOfNode = globalThis.setTimeout;
globalThis.setTimeout = (run, ms, ...rest) => {
  if (ms <= DEADLINE_MS) say(`waits at most ${ms < DEADLINE_MS ? 'what is left' : 'all'}`);
  return setTimeoutOfNode(run, ms, ...rest);
};

const FLUSHES = {
  works: () => Promise.resolve(),
  fails: () => Promise.reject(new Error('no backend')),
  hangs: () => new Promise(() => undefined),
};

/** What a shutdown library does: it acts only where nobody else listens. */
function actAlone() {
  say(`library finds ${process.listenerCount('SIGTERM')}`);
  process.removeListener('SIGTERM', actAlone);
  if (process.listenerCount('SIGTERM') === 0) raise();
}

const before = {
  'listens before': () =>
    process.once('SIGTERM', () => {
      say('application');
      raise();
    }),
};
const after = {
  nothing: () => undefined,
  signal: () => {
    stayAlive();
    raise();
  },
  'listens before': () => {
    stayAlive();
    raise();
  },
  'listens and lives': () => {
    const alive = stayAlive();
    process.on('SIGTERM', () => {
      say('application');
      clearInterval(alive);
    });
    raise();
  },
  'acts alone': () => {
    stayAlive();
    process.on('SIGTERM', actAlone);
    raise();
  },
  'more work': () => {
    let times = 0;
    process.on('beforeExit', (code) => {
      say(`beforeExit ${code}`);
      times += 1;
      if (times === 1) setImmediate(() => say('more work'));
    });
    process.exitCode = 3;
  },
  'handled crash': () => {
    process.on('uncaughtException', () => say('application'));
    setImmediate(() => {
      throw new Error('a bug');
    });
  },
};

before[ending]?.();
const isHearing = watchExit({
  process,
  deadlineMs: DEADLINE_MS,
  onCrash: () => say('crash'),
  flush: () => {
    say('flush');
    return FLUSHES[flushing]();
  },
});
say(`hears ${isHearing}, ${process.listenerCount('SIGTERM')} listen`);
after[ending]();
