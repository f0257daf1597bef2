/** The folder of everything the processor keeps: its lock and its keys. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KEY_BYTES = 32;

/** An opened data folder, ours alone until it is released. */
export interface DataFolder {
  readonly path: string;
  /** 32 random bytes, made at the first start and kept; readable by its owner only. */
  key(name: string): Uint8Array;
  release(): void;
}

/**
 * Makes the folder where it is missing and locks it. Throws where a running processor holds it; the lock
 * of one that is gone is taken over.
 */
export function openDataFolder(path: string): DataFolder {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const lock = join(path, 'lock');
  takeLock(lock);
  return {
    path,
    key: (name) => readOrMakeKey(join(path, `${name}.key`)),
    release: () => rmSync(lock, { force: true }),
  };
}

function takeLock(lock: string): void {
  for (const attempt of ['first', 'second']) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx', mode: 0o600 });
      return;
    } catch (error) {
      if (!hasCode(error, 'EEXIST') || attempt === 'second') throw error;
    }
    const holder = Number(readFileSync(lock, 'utf8'));
    if (holder !== process.pid && isRunning(holder)) {
      throw new Error(
        `${lock} is held by process ${holder}: is another processor using this folder?`,
      );
    }
    rmSync(lock, { force: true });
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

function readOrMakeKey(file: string): Uint8Array {
  try {
    writeFileSync(file, randomBytes(KEY_BYTES), { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  const key = readFileSync(file);
  if (key.length !== KEY_BYTES) {
    throw new Error(`${file} holds ${key.length} bytes, expected ${KEY_BYTES}`);
  }
  return key;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
