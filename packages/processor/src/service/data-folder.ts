/** The folder of everything the processor keeps: its lock and its keys. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode } from '../pipeline/file-system.ts';
import { lockFolder } from '../pipeline/folder-lock.ts';
import { assertOurFile, makeOurRoot } from '../pipeline/own-files.ts';

const KEY_BYTES = 32;
const KEY_ENDING = '.key';
const LOCK_NAME = 'lock.sqlite';
/** What a start that came no further may leave behind; nothing depends on it. */
const LEFT_BY_A_START = /^lock(\.sqlite)?$|^reserve$|\.key$|\.new$/;

/** An opened data folder, ours alone until it is released. */
export interface DataFolder {
  readonly path: string;
  /**
   * 32 bytes, made at the first start and kept; readable by its owner only. Random, unless `first` has them.
   */
  key(name: string, first?: () => Uint8Array | undefined): Uint8Array;
  release(): void;
}

/**
 * Makes the folder where it is missing and locks it. Throws where another processor holds it, and where it,
 * or a key in it, is not ours alone.
 */
export function openDataFolder(path: string): DataFolder {
  const folder = makeOurRoot(path);
  const release = lockFolder(join(folder, LOCK_NAME));
  const isUnused = !readdirSync(folder, { recursive: true, withFileTypes: true }).some(
    (entry) => !entry.isDirectory() && !LEFT_BY_A_START.test(entry.name),
  );
  return {
    path: folder,
    key: (name, first) => {
      const file = join(folder, `${name}${KEY_ENDING}`);
      const key = readKey(file);
      if (key?.length === KEY_BYTES) return key;
      if (key !== undefined && !isUnused) {
        throw new Error(
          `${file} holds ${key.length} bytes, expected ${KEY_BYTES}, and what is in the folder was made ` +
            `with the whole key: put it back from a backup, or remove it and all pseudonyms change`,
        );
      }
      return makeKey(file, first?.() ?? randomBytes(KEY_BYTES));
    },
    release,
  };
}

function readKey(file: string): Buffer | undefined {
  let handle: number;
  try {
    handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    const isLink = errorCode(error) === 'ELOOP';
    throw isLink ? new Error(`${file} is a link: put the key itself there`) : error;
  }
  try {
    assertOurFile(file, fstatSync(handle));
    fchmodSync(handle, 0o600);
    return readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Written aside and renamed: a disk that is full, or a process that is killed, leaves no half key. */
function makeKey(file: string, key: Uint8Array): Uint8Array {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY } = constants;
  const aside = `${file}.new`;
  try {
    rmSync(aside, { force: true });
    const handle = openSync(aside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      writeFileSync(handle, key);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(aside, file);
    const folder = openSync(dirname(file), O_RDONLY);
    fsyncSync(folder);
    closeSync(folder);
  } catch (error) {
    rmSync(aside, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${file} cannot be made: ${reason}`, { cause: error });
  }
  return key;
}
