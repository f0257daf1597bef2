/** The files of one signal: the newest is written to, the others are compressed, and the oldest go. */
import { join } from 'node:path';
import type { Signal } from '../../model/signal.ts';
import type { Clock } from '../../pipeline/clock.ts';
import { errorCode, type FileSystem } from '../../pipeline/file-system.ts';
import type { Logger } from '../../pipeline/logger.ts';
import { errorName } from '../../pipeline/failure-reason.ts';
import { lineFileName, type LineFileName, parseLineFileName } from './file-names.ts';
import { LineFile } from './line-file.ts';
import { packFile, UNFINISHED_ENDING } from './pack-file.ts';

/** Where files are, and their bounds. */
export interface SignalFilesSettings {
  /** As in the configuration: `file/archive`. */
  readonly name: string;
  readonly folder: string;
  readonly signal: Signal;
  /** Beyond it the next one begins. */
  readonly fileBytesMax: number;
  /** From its first line on; beyond it the next one begins. */
  readonly fileAgeMsMax: number;
  /** The one that is written to among them. */
  readonly filesMax: number;
  /** Whether files that are not written to any more are compressed. */
  readonly isPacked: boolean;
}

/** What they work with. */
export interface SignalFilesDependencies {
  readonly fileSystem: FileSystem;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Counts files that go for want of room among `filesMax`. */
  readonly gaveUp: (bound: string, count: number) => void;
}

/** What is known of the file that was written to last; without a size, what is whole of it is yet to be seen. */
interface Newest {
  readonly startedMs: number;
  readonly wholeBytes?: number;
}

/** One `append` at a time. */
export class SignalFiles {
  readonly #settings: SignalFilesSettings;
  readonly #dependencies: SignalFilesDependencies;
  readonly #closing = new AbortController();
  #newest: Newest | undefined;
  #open: LineFile | undefined;
  /** Whether the newest file may be written to again. */
  #mayReopen = true;
  #tidying: Promise<void> = Promise.resolve();

  constructor(settings: SignalFilesSettings, dependencies: SignalFilesDependencies) {
    this.#settings = settings;
    this.#dependencies = dependencies;
  }

  /** Whole lines, all or none of them; on disk when it settles. Rejects with what the disk says. */
  async append(lines: Uint8Array): Promise<void> {
    const file = await this.#fileFor(lines.length);
    try {
      await file.append(lines);
    } catch (error) {
      const { wholeBytes } = file;
      if (this.#newest !== undefined) this.#newest = { ...this.#newest, wholeBytes };
      await this.#closeNewest();
      throw error;
    }
  }

  /** Lets go of the files; what is being compressed stays as it is. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#tidying;
    await this.#closeNewest();
  }

  /** Settles once what is old is compressed, and what is too old is gone. */
  get tidied(): Promise<void> {
    return this.#tidying;
  }

  async #fileFor(bytes: number): Promise<LineFile> {
    this.#open ??= await this.#reopen();
    if (this.#open === undefined || this.#newest === undefined) return this.#begin();
    const { fileBytesMax, fileAgeMsMax } = this.#settings;
    const { wholeBytes } = this.#open;
    const isFull = wholeBytes > 0 && wholeBytes + bytes > fileBytesMax;
    const isOld = this.#dependencies.clock.now() - this.#newest.startedMs > fileAgeMsMax;
    return isFull || isOld ? this.#begin() : this.#open;
  }

  /** The file that was written to last, without what is torn of it; undefined where the next one is to begin. */
  async #reopen(): Promise<LineFile | undefined> {
    // What is being compressed must not be written to.
    await this.#tidying;
    if (!this.#mayReopen) return undefined;
    const isKnown = this.#newest !== undefined;
    this.#newest ??= await this.#newestOnDisk();
    if (this.#newest === undefined) return undefined;
    const { startedMs, wholeBytes } = this.#newest;
    const path = this.#pathOf({ startedMs, isPacked: false });
    try {
      const file = await LineFile.open(path, this.#dependencies.fileSystem, wholeBytes);
      if (!isKnown) this.#tidy();
      return file;
    } catch (error) {
      // Somebody has taken it away, or nobody can tell what of it is on disk: it is left as it is.
      this.#mayReopen = false;
      if (errorCode(error) !== 'ENOENT') throw error;
      return undefined;
    }
  }

  /** The next file: later than the one before, wherever the clock went. */
  async #begin(): Promise<LineFile> {
    const { clock, fileSystem } = this.#dependencies;
    const latestMs = (await this.#list()).at(-1)?.startedMs ?? Number.NEGATIVE_INFINITY;
    await this.#closeNewest();
    const startedMs = Math.max(clock.now(), latestMs + 1);
    // Before it is there, so that it is never taken for one that is old.
    this.#newest = { startedMs, wholeBytes: 0 };
    try {
      const path = this.#pathOf({ startedMs, isPacked: false });
      this.#open = await LineFile.create(path, fileSystem);
      this.#mayReopen = true;
    } catch (error) {
      this.#newest = undefined;
      throw error;
    }
    this.#tidy();
    return this.#open;
  }

  async #closeNewest(): Promise<void> {
    await this.#open?.close();
    this.#open = undefined;
  }

  /** Undefined where there is none that may be written to. */
  async #newestOnDisk(): Promise<Newest | undefined> {
    const newest = (await this.#list()).at(-1);
    return newest === undefined || newest.isPacked ? undefined : { startedMs: newest.startedMs };
  }

  /** Ours, the oldest first; where a file is there plain and compressed, the plain one comes first. */
  async #list(): Promise<LineFileName[]> {
    const { folder, signal } = this.#settings;
    const names = await this.#dependencies.fileSystem.list(folder);
    return names
      .flatMap((name) => parseLineFileName(name) ?? [])
      .filter((one) => one.signal === signal)
      .toSorted((a, b) => a.startedMs - b.startedMs || Number(a.isPacked) - Number(b.isPacked));
  }

  /** Behind the lines: these do not wait for what is old. What fails is left for the next time. */
  #tidy(): void {
    this.#tidying = this.#tidying
      .then(() => this.#tidyOnce())
      .catch((error: unknown) => {
        if (this.#closing.signal.aborted) return;
        const fields = { exporter: this.#settings.name, reason: errorName(error) };
        this.#dependencies.logger.warn(
          fields,
          'old files are left as they are, until the next one',
        );
      });
  }

  async #tidyOnce(): Promise<void> {
    const { filesMax, isPacked } = this.#settings;
    const { gaveUp } = this.#dependencies;
    const newestMs = this.#newest?.startedMs ?? Number.NEGATIVE_INFINITY;
    const files = (await this.#list()).filter(({ startedMs }) => startedMs < newestMs);
    const times = [...new Set(files.map(({ startedMs }) => startedMs))];
    const gone = new Set(times.slice(0, Math.max(0, times.length - (filesMax - 1))));
    for (const file of files) {
      if (!gone.has(file.startedMs)) continue;
      await this.#remove(this.#pathOf(file));
    }
    if (gone.size > 0) gaveUp('files_max', gone.size);
    for (const file of files) {
      if (isPacked && !file.isPacked && !gone.has(file.startedMs)) await this.#pack(file, files);
    }
  }

  async #pack(file: LineFileName, files: readonly LineFileName[]): Promise<void> {
    const { folder } = this.#settings;
    const { fileSystem } = this.#dependencies;
    const from = this.#pathOf(file);
    const isDone = files.some((one) => one.isPacked && one.startedMs === file.startedMs);
    if (isDone) return this.#remove(from);
    const to = this.#pathOf({ ...file, isPacked: true });
    return packFile({ folder, from, to, fileSystem, signal: this.#closing.signal });
  }

  async #remove(path: string): Promise<void> {
    const { fileSystem } = this.#dependencies;
    await fileSystem.remove(path);
    await fileSystem.remove(`${path}.gz${UNFINISHED_ENDING}`);
    await fileSystem.syncFolder(this.#settings.folder);
  }

  #pathOf(file: Omit<LineFileName, 'signal'>): string {
    const { folder, signal } = this.#settings;
    return join(folder, lineFileName({ ...file, signal }));
  }
}
