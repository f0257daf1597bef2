/** What lies in the data folder is believed only where it is ours: of our user, and nobody else's to write. */
import { chmodSync, lstatSync, mkdirSync, realpathSync, type Stats } from 'node:fs';

const WRITABLE_BY_GROUP = 0o020;
const WRITABLE_BY_ALL = 0o002;
const OURS_ALONE = 0o700;

/** Somebody else may have put it there, or may change it. */
export class NotOursError extends Error {
  readonly code: string = 'ENOTOURS';
}

/** What is asked of the state of a file; `process` lacks a user on Windows, where nothing is asked. */
type State = Pick<Stats, 'uid' | 'mode'> & { isFile(): boolean; isDirectory(): boolean };

/** Throws where an opened file is none, or another user's, or writable by all. */
export function assertOurFile(path: string, state: State): void {
  if (!state.isFile()) throw new NotOursError(`${path} is no plain file: remove it`);
  const user = process.geteuid?.();
  if (user === undefined) return;
  if (state.uid !== user) {
    throw new NotOursError(
      `${path} belongs to user ${state.uid}, and the processor runs as user ${user}: ` +
        `somebody else may have put it there. Remove it, or give it to user ${user}`,
    );
  }
  if ((state.mode & WRITABLE_BY_ALL) !== 0) {
    throw new NotOursError(
      `${path} may be written by everybody, so what it holds cannot be believed. Remove it, ` +
        `or run: chmod 600 ${path}`,
    );
  }
}

/**
 * Makes a folder where it is missing. One that is there must be ours; our group's right to write it, which
 * volumes of containers get at each mount, is taken away. Throws where everybody may write it.
 */
export function makeOurFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: OURS_ALONE });
  const state = lstatSync(path);
  if (!state.isDirectory()) throw new NotOursError(`${path} is no folder but a link: remove it`);
  assertOurFolder(path, state);
  if ((state.mode & WRITABLE_BY_GROUP) !== 0) chmodSync(path, OURS_ALONE);
}

/** The same for a folder that a user names: where the name is a link, it is followed. Gives the real path. */
export function makeOurRoot(path: string): string {
  let real: string;
  try {
    mkdirSync(path, { recursive: true, mode: OURS_ALONE });
    real = realpathSync(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${path} cannot be made (${reason}): name a folder that the processor may make`,
      {
        cause: error,
      },
    );
  }
  makeOurFolder(real);
  return real;
}

function assertOurFolder(path: string, state: State): void {
  const user = process.geteuid?.();
  if (user === undefined) return;
  if (state.uid !== user) {
    throw new NotOursError(
      `${path} belongs to user ${state.uid}, and the processor runs as user ${user}. ` +
        `Name a folder below it, which is then made for the processor alone, or run: ` +
        `chown ${user} ${path}`,
    );
  }
  if ((state.mode & WRITABLE_BY_ALL) !== 0) {
    throw new NotOursError(
      `${path} may be written by everybody (mode ${(state.mode & 0o7777).toString(8)}), so what lies ` +
        `in it cannot be believed. Name a folder below it, which is then made for the processor ` +
        `alone; or look through it, and run: chmod 700 ${path}`,
    );
  }
}
