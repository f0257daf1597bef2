/** A disk for tests that loses, tears, refuses and dies as real ones do, by a seed. Not for production. */
import { basename, dirname } from 'node:path';
import type { FileSystem, OpenFile } from '../src/pipeline/file-system.ts';

/** How often something goes wrong, from 0 to 1 for each call. */
export interface DiskFaults {
  readonly syncFails: number;
  readonly diskFull: number;
}

interface Inode {
  /** What a running system sees. */
  cached: Buffer;
  /** What power loss leaves for certain. */
  durable: Buffer;
  /** Written and not synced: each may survive or not. */
  unsynced: { readonly at: number; readonly bytes: Buffer }[];
}

/** By path. */
type Names = Map<string, Inode>;

/** What was done to a name, and is not synced with its folder. */
interface NameChange {
  readonly folder: string;
  readonly apply: (names: Names) => void;
}

const PIECE_BYTES = 64;
/** So little that a reserve is written at once. */
const SPACE = { totalBytes: 65_536, freeBytes: 1_048_576 };

/** Content is durable after a sync of the file, names after one of the folder. */
export class SimulatedDisk {
  readonly #random: () => number;
  readonly #faults: DiskFaults;
  #names: Names = new Map();
  #durableNames: Names = new Map();
  #unsyncedNames: NameChange[] = [];
  #life = 0;
  #hasDroppedPages = false;
  #callsLeft = Number.POSITIVE_INFINITY;

  constructor(random: () => number, faults: DiskFaults) {
    this.#random = random;
    this.#faults = faults;
  }

  /** Whether a sync has failed, and what it was to write is in memory alone. */
  get hasDroppedPages(): boolean {
    return this.#hasDroppedPages;
  }

  /** Whether the machine is dead. */
  get isDead(): boolean {
    return this.#callsLeft < 0;
  }

  /** After so many calls the machine is dead. */
  dieAfter(calls: number): void {
    this.#callsLeft = calls;
  }

  /** Starts again: after a killed process the page cache is there still, after a power loss it is not. */
  restart(kind: 'kill' | 'power'): void {
    this.#life += 1;
    this.#callsLeft = Number.POSITIVE_INFINITY;
    if (kind === 'kill') return;
    for (const inode of new Set([...this.#names.values(), ...this.#durableNames.values()])) {
      for (const { at, bytes } of inode.unsynced) {
        for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
          if (this.#random() < 0.5) continue;
          const piece = bytes.subarray(from, from + PIECE_BYTES);
          inode.durable = written(inode.durable, piece, at + from);
        }
      }
      inode.unsynced = [];
      inode.cached = Buffer.from(inode.durable);
    }
    for (const change of this.#unsyncedNames) {
      if (this.#random() < 0.5) change.apply(this.#durableNames);
    }
    this.#unsyncedNames = [];
    this.#names = new Map(this.#durableNames);
  }

  /** Flips a bit of a file whose name ends so; gives the content before, and where. */
  flip(ending: string): { readonly content: Buffer; readonly at: number } | undefined {
    const files = [...this.#names].filter(
      ([name, { cached }]) => name.endsWith(ending) && cached.length > 0,
    );
    const inode = files[Math.floor(this.#random() * files.length)]?.[1];
    if (inode === undefined) return undefined;
    const content = Buffer.from(inode.cached);
    const at = Math.floor(this.#random() * content.length);
    const bit = 1 << Math.floor(this.#random() * 8);
    for (const bytes of [inode.cached, inode.durable]) {
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ bit;
    }
    return { content, at };
  }

  /** The disk as the process of this life sees it; dead with the next restart. */
  fileSystem(): FileSystem {
    const life = this.#life;
    const assertAlive = (): void => {
      if (life !== this.#life || this.#callsLeft < 0) throw failure('EDEAD');
    };
    const call = (): void => {
      this.#callsLeft -= 1;
      assertAlive();
    };
    const change = (path: string, apply: (names: Names) => void): void => {
      apply(this.#names);
      this.#unsyncedNames.push({ folder: dirname(path), apply });
    };
    return {
      makeFolder: async () => call(),
      list: async (folder) => {
        call();
        const paths = [...this.#names.keys()].filter((path) => dirname(path) === folder);
        return paths.map((path) => basename(path)).toSorted();
      },
      open: async (path, mode) => {
        call();
        let inode = this.#names.get(path);
        if (mode === 'create') {
          if (inode !== undefined) throw failure('EEXIST');
          const made: Inode = { cached: Buffer.alloc(0), durable: Buffer.alloc(0), unsynced: [] };
          change(path, (names) => names.set(path, made));
          inode = made;
        }
        if (inode === undefined) throw failure('ENOENT');
        return this.#file(inode, { call, assertAlive });
      },
      rename: async (from, to) => {
        call();
        change(to, (names) => {
          const inode = names.get(from);
          if (inode === undefined) return;
          names.delete(from);
          names.set(to, inode);
        });
      },
      remove: async (path) => {
        call();
        change(path, (names) => names.delete(path));
      },
      syncFolder: async (folder) => {
        call();
        for (const unsynced of this.#unsyncedNames) {
          if (unsynced.folder === folder) unsynced.apply(this.#durableNames);
        }
        this.#unsyncedNames = this.#unsyncedNames.filter((one) => one.folder !== folder);
      },
      space: async () => {
        call();
        return SPACE;
      },
    };
  }

  #file(
    inode: Inode,
    { call, assertAlive }: { readonly call: () => void; readonly assertAlive: () => void },
  ): OpenFile {
    return {
      write: async (buffers, position) => {
        assertAlive();
        const bytes = Buffer.concat(buffers);
        const isShort = this.#random() < this.#faults.diskFull;
        const length = isShort ? Math.floor(this.#random() * bytes.length) : bytes.length;
        const part = bytes.subarray(0, length);
        inode.cached = written(inode.cached, part, position);
        inode.unsynced.push({ at: position, bytes: part });
        // Killed in the middle of it, the bytes may be there and nobody was told.
        call();
        return length;
      },
      read: async (buffer, position) => {
        call();
        return inode.cached.copy(buffer, 0, position);
      },
      sync: async () => {
        call();
        const isFailed = this.#random() < this.#faults.syncFails;
        // The pages are clean now, and never written: a second sync would succeed and mean nothing.
        if (!isFailed) {
          for (const { at, bytes } of inode.unsynced) {
            inode.durable = written(inode.durable, bytes, at);
          }
        }
        inode.unsynced = [];
        this.#hasDroppedPages ||= isFailed;
        if (isFailed) throw failure('EIO');
      },
      size: async () => inode.cached.length,
      close: async () => undefined,
    };
  }
}

/** In place where it fits. */
function written(content: Buffer, bytes: Buffer, at: number): Buffer {
  const end = at + bytes.length;
  const result = end <= content.length ? content : Buffer.alloc(end);
  if (result !== content) content.copy(result);
  bytes.copy(result, at);
  return result;
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}
