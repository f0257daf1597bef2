/** A real file system of a few megabytes, where the tests run as root: mounted, filled and unmounted. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saySkipped } from './say-skipped.ts';

/** A mounted disk. */
export interface SmallDisk {
  readonly path: string;
  /** Takes what room there is, as a stranger does; gives the bytes taken. */
  fill(): number;
  /** Gives it back. */
  empty(): void;
  unmount(): void;
}

/** Undefined where file systems cannot be mounted; says so. */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  const needs = 'Linux, root and the right to mount a file system';
  if (process.platform !== 'linux' || process.geteuid?.() !== 0) return saySkipped(needs);
  const path = mkdtempSync(join(tmpdir(), 'spanguard-disk-'));
  const options = `size=${megabytes}m,mode=0700`;
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
  if (mounted.status !== 0) {
    rmSync(path, { recursive: true });
    return saySkipped(needs);
  }
  const filling = join(path, 'filling');
  return {
    path,
    fill: () => {
      fillUp(filling);
      return statSync(filling).size;
    },
    empty: () => rmSync(filling, { force: true }),
    unmount: () => {
      spawnSync('umount', ['--lazy', path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

function fillUp(path: string): void {
  const file = openSync(path, 'a');
  try {
    for (let bytes = 65_536; bytes >= 512;) {
      try {
        if (writeSync(file, Buffer.alloc(bytes)) < bytes) bytes /= 2;
      } catch {
        bytes /= 2;
      }
    }
  } finally {
    closeSync(file);
  }
}
