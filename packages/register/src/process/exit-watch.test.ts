/** The end of real processes: what is flushed, what the application sees, and how it ends. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const APP = fileURLToPath(new URL('../../test/apps/ending.mjs', import.meta.url));

/** What an application said that ends in this way, and its exit code or signal. */
function ends(ending: string, flush: 'works' | 'fails' | 'hangs', expected: string[]): void {
  const args = ['--conditions=@spanguard/source', APP, ending, flush];
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
  });
  expect(stderr).to.equal('');
  expect([...stdout.trim().split('\n'), String(signal ?? status)]).to.deep.equal(expected);
}

describe('watchExit', () => {
  for (const flush of ['works', 'fails', 'hangs'] as const) {
    it(`raises a signal again after a flush that ${flush}`, () => {
      ends('signal', flush, ['hears true, 0 listen', 'waits at most all', 'flush', 'SIGTERM']);
    });

    it(`ends as ever where nothing is left to do and the flush ${flush}`, () => {
      ends('nothing', flush, ['hears true, 0 listen', 'waits at most all', 'flush', '0']);
    });
  }

  it('leaves the decision to an application that listens, and waits for nothing', () => {
    ends('listens and lives', 'hangs', [
      ...['hears true, 0 listen', 'flush', 'application', 'waits at most all', 'flush', '0'],
    ]);
  });

  it('is not counted by a library that acts only where it is alone', () => {
    ends('acts alone', 'works', [
      ...['hears true, 0 listen', 'flush', 'library finds 1', 'waits at most all', 'flush'],
      'SIGTERM',
    ]);
  });

  it('hears of signals that somebody listened to before, and after he has gone', () => {
    ends('listens before', 'works', [
      ...['hears true, 1 listen', 'flush', 'application', 'waits at most all', 'flush', 'SIGTERM'],
    ]);
  });

  it('lets the application hear of beforeExit as often as without us', () => {
    ends('more work', 'works', [
      ...['hears true, 0 listen', 'waits at most all', 'flush', 'beforeExit 3', 'more work'],
      ...['waits at most what is left', 'flush', 'beforeExit 3', '3'],
    ]);
  });

  it('delays the end by one limit, however often it flushes', () => {
    ends('more work', 'hangs', [
      ...['hears true, 0 listen', 'waits at most all', 'flush', 'beforeExit 3', 'more work'],
      ...['waits at most what is left', 'flush', 'beforeExit 3', '3'],
    ]);
  });

  it('tells of a crash, which delays nothing where the application handles it', () => {
    ends('handled crash', 'hangs', [
      ...['hears true, 0 listen', 'crash', 'flush', 'application', 'waits at most all', 'flush'],
      '0',
    ]);
  });
});
