/**
 * A place in a journal, in a file of its own that is made once and written in place: a full disk is no
 * hindrance. Lost, the consumer sees records again.
 */
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { CancelTimer, Clock } from '../pipeline/clock.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { FileSystem, OpenFile } from '../pipeline/file-system.ts';

/** Ending of a cursor's file name; before it stands the consumer's. */
export const CURSOR_ENDING = '.cursor';

/** How far something has come. */
export interface CursorPosition {
  /** The last record; -1 for none. */
  readonly sequence: number;
  /** Items of all records up to it, since the journal was made; -1 where that is not known. */
  readonly items: number;
}

/** Where the file is not there or not readable. */
export const NOWHERE: CursorPosition = { sequence: -1, items: -1 };

const SLOT_BYTES = 64;
/** Two sectors apart on any disk: torn writing one of them, the other one is whole. */
const SLOTS_AT = [0, 4096] as const;
const FILE_BYTES = SLOTS_AT[1] + SLOT_BYTES;
/** So old may a position be after power loss; after a kill it is as new as the last write. */
const SYNC_MS = 250;

/** What is in a cursor's file. */
export async function readCursor(path: string, fileSystem: FileSystem): Promise<CursorPosition> {
  try {
    const file = await fileSystem.open(path, 'read');
    try {
      return newestOf(await readSlots(file)).position;
    } finally {
      await file.close();
    }
  } catch {
    return NOWHERE;
  }
}

/** What a cursor works with. */
export interface CursorOptions {
  readonly path: string;
  readonly fileSystem: FileSystem;
  readonly clock: Clock;
  readonly counters: Counters;
  /** Called when a position is on disk. */
  readonly onSynced?: () => Promise<void>;
}

/** Writes one after another; one that fails costs nothing but records seen again, and is counted. */
export class Cursor {
  readonly #options: CursorOptions;
  #file: OpenFile | undefined;
  /** Of the two slots the one with what is on disk for certain; the other one is written. */
  #safeSlot: 0 | 1;
  #wanted: CursorPosition;
  #written: CursorPosition;
  #synced: CursorPosition;
  #isWriteQueued = false;
  #isClosed = false;
  #cancelSync: CancelTimer | undefined;
  #queue: Promise<void> = Promise.resolve();

  private constructor(
    options: CursorOptions,
    file: OpenFile | undefined,
    { slot, position }: Newest,
  ) {
    this.#options = options;
    this.#file = file;
    this.#safeSlot = slot;
    this.#wanted = position;
    this.#written = file === undefined ? NOWHERE : position;
    this.#synced = this.#written;
  }

  /** Opens what is there. Never rejects: without a file, or with a damaged one, the position is nowhere. */
  static async open(options: CursorOptions): Promise<Cursor> {
    let file: OpenFile | undefined;
    let newest: Newest = { slot: 0, position: NOWHERE };
    try {
      file = await options.fileSystem.open(options.path, 'write');
      newest = newestOf(await readSlots(file));
      await file.sync();
    } catch {
      // What was read is believed; the next write makes a new file.
      await file?.close().catch(() => undefined);
      file = undefined;
    }
    return new Cursor(options, file, newest);
  }

  /** The newest position. */
  get position(): CursorPosition {
    return this.#wanted;
  }

  /** The newest position that is on disk. */
  get synced(): CursorPosition {
    return this.#synced;
  }

  /** Makes the file where it is missing, so that it has its place on disk before that is full. */
  prepare(position: CursorPosition): Promise<void> {
    if (this.#file !== undefined) return Promise.resolve();
    if (this.#wanted === NOWHERE) this.#wanted = position;
    return this.#enqueue(() => this.#make());
  }

  /** Handed to the system at once, which survives a kill; on disk within a quarter of a second. */
  move(position: CursorPosition): void {
    if (this.#isClosed) return;
    this.#wanted = position;
    this.#cancelSync ??= this.#options.clock.after(SYNC_MS, () => void this.save());
    if (this.#isWriteQueued) return;
    this.#isWriteQueued = true;
    void this.#enqueue(() => {
      this.#isWriteQueued = false;
      return this.#write();
    });
  }

  /** On disk when it settles, or counted. */
  save(position: CursorPosition = this.#wanted): Promise<void> {
    if (this.#isClosed) return this.#queue;
    this.#wanted = position;
    this.#cancelSync?.();
    this.#cancelSync = undefined;
    return this.#enqueue(async () => {
      await this.#write();
      await this.#sync();
    });
  }

  /** Saves the position. What comes later, of a consumer that ends too late, is not written. */
  async close(): Promise<void> {
    const saved = this.save();
    this.#isClosed = true;
    await saved;
    await this.#file?.close().catch(() => undefined);
    this.#file = undefined;
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(work).catch(async () => {
      this.#options.counters.add('journal.cursor_failed', 1);
      // The pages of a failed write are not to be trusted: the next one makes a new file.
      await this.#file?.close().catch(() => undefined);
      this.#file = undefined;
      this.#written = this.#synced;
    });
    return this.#queue;
  }

  async #write(): Promise<void> {
    const position = this.#wanted;
    if (position.sequence <= this.#written.sequence) return;
    if (this.#file === undefined) {
      await this.#make();
      return;
    }
    await writeWhole(this.#file, encodeSlot(position), SLOTS_AT[otherSlot(this.#safeSlot)]);
    this.#written = position;
  }

  async #sync(): Promise<void> {
    const position = this.#written;
    if (this.#file === undefined || position.sequence <= this.#synced.sequence) return;
    await this.#file.sync();
    this.#safeSlot = otherSlot(this.#safeSlot);
    this.#synced = position;
    await this.#options.onSynced?.();
  }

  /** Written aside and renamed: killed at any moment, the old or the new file is whole. */
  async #make(): Promise<void> {
    const { path, fileSystem, onSynced } = this.#options;
    const position = this.#wanted;
    const aside = `${path}.new`;
    await fileSystem.remove(aside);
    const file = await fileSystem.open(aside, 'create');
    try {
      await writeWhole(file, Buffer.concat([encodeSlot(position)], FILE_BYTES), 0);
      await file.sync();
      await fileSystem.rename(aside, path);
      await fileSystem.syncFolder(dirname(path));
    } catch (error) {
      await file.close().catch(() => undefined);
      await fileSystem.remove(aside).catch(() => undefined);
      throw error;
    }
    this.#file = file;
    this.#safeSlot = 0;
    this.#written = position;
    this.#synced = position;
    await onSynced?.();
  }
}

function otherSlot(slot: 0 | 1): 0 | 1 {
  return slot === 0 ? 1 : 0;
}

async function writeWhole(file: OpenFile, bytes: Buffer, at: number): Promise<void> {
  if ((await file.write([bytes], at)) < bytes.length)
    throw new Error('the cursor was not written whole');
}

async function readSlots(file: OpenFile): Promise<readonly [CursorPosition, CursorPosition]> {
  const bytes = Buffer.alloc(FILE_BYTES);
  await file.read(bytes, 0);
  return [decodeSlot(bytes, SLOTS_AT[0]), decodeSlot(bytes, SLOTS_AT[1])];
}

interface Newest {
  readonly slot: 0 | 1;
  readonly position: CursorPosition;
}

function newestOf([first, second]: readonly [CursorPosition, CursorPosition]): Newest {
  return second.sequence > first.sequence
    ? { slot: 1, position: second }
    : { slot: 0, position: first };
}

function encodeSlot({ sequence, items }: CursorPosition): Buffer {
  const slot = Buffer.alloc(SLOT_BYTES);
  const text = `${sequence} ${items} `;
  slot.write(`${text}${crc32(text).toString(16)}\n`, 'latin1');
  return slot;
}

/**
 * With one digit damaged, a cursor could lie far ahead, and all before it would never be read. Files of
 * version 0.1 hold the sequence alone.
 */
function decodeSlot(bytes: Buffer, at: number): CursorPosition {
  const text = bytes.toString('latin1', at, at + SLOT_BYTES);
  const [, checked = '', sequence, items, crc] =
    /^((-1|\d{1,16}) (?:(-1|\d{1,16}) )?)([0-9a-f]{1,8})\n\0*$/.exec(text) ?? [];
  if (sequence === undefined) return NOWHERE;
  const sum = crc32(items === undefined ? sequence : checked).toString(16);
  return sum === crc ? { sequence: Number(sequence), items: Number(items ?? -1) } : NOWHERE;
}
