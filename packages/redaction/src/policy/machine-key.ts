/** A key that all processes of one user on one machine share, so that their pseudonyms join unasked. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Length of the key, in bytes. */
export const MACHINE_KEY_BYTES = 32;

const NAME = 'pseudonym.key';
const GROUP_OR_OTHERS = 0o077;
const OTHERS_WRITE = 0o022;

/** Where the key is looked for, in order: the user's state folder, else a folder of his for temporary files. */
export function machineKeyFolders(): string[] {
  const folders = [join(homedir(), '.local', 'state', 'spanguard')];
  const uid = process.getuid?.();
  return uid === undefined ? folders : [...folders, join(tmpdir(), `spanguard-${uid}`)];
}

/**
 * The key, made on first use; the first folder that will do decides. A folder or file that is somebody else's, that
 * others may write (folder) or read (file), or that is a link, is not believed. `undefined` where no folder will do.
 */
export function machineKey(
  folders: readonly string[] = machineKeyFolders(),
): Uint8Array | undefined {
  for (const folder of folders) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (!isOurs(folder)) continue;
      return readKey(join(folder, NAME)) ?? makeKey(folder);
    } catch {
      // A read-only file system, a full disk, a planted file: the next folder may do.
    }
  }
  return undefined;
}

function isOurs(folder: string): boolean {
  const stat = lstatSync(folder);
  return stat.isDirectory() && isOwn(stat.uid) && (stat.mode & OTHERS_WRITE) === 0;
}

/** The key in a file; undefined where there is none. Throws where the file is not to be believed. */
function readKey(file: string): Uint8Array | undefined {
  let handle: number;
  try {
    handle = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const stat = fstatSync(handle);
    const isPrivate = isOwn(stat.uid) && (stat.mode & GROUP_OR_OTHERS) === 0;
    const key = new Uint8Array(MACHINE_KEY_BYTES);
    if (!stat.isFile() || !isPrivate || stat.size !== key.length) throw new Error('not our key');
    if (readSync(handle, key) !== key.length) throw new Error('not our key');
    return key;
  } finally {
    closeSync(handle);
  }
}

/** Of several processes that make one at once, all take the one whose link came first. */
function makeKey(folder: string): Uint8Array | undefined {
  const file = join(folder, NAME);
  const made = `${file}.${randomBytes(8).toString('hex')}`;
  const handle = openSync(made, 'wx', 0o600);
  try {
    writeSync(handle, randomBytes(MACHINE_KEY_BYTES));
    fsyncSync(handle);
    linkSync(made, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    closeSync(handle);
    unlinkSync(made);
  }
  return readKey(file);
}

function isOwn(uid: number): boolean {
  return process.getuid === undefined || uid === process.getuid();
}
