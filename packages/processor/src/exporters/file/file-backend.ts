/** Writes telemetry to files of OTLP/JSON lines, one series of files for each signal, in a folder of its own. */
import { join, resolve } from 'node:path';
import { SIGNALS, type Signal } from '../../model/signal.ts';
import type { Delivery } from '../../pipeline/delivery.ts';
import { errorCode, isDiskFull } from '../../pipeline/file-system.ts';
import { errorName } from '../../pipeline/failure-reason.ts';
import type { Backend } from '../backend.ts';
import { jsonLines } from './json-lines.ts';
import {
  SignalFiles,
  type SignalFilesDependencies,
  type SignalFilesSettings,
} from './signal-files.ts';

/** Where files are, and the bounds of each series. */
export type FileBackendSettings = Omit<SignalFilesSettings, 'signal'>;

/** What it works with. */
export interface FileBackendDependencies extends SignalFilesDependencies {
  /** Takes a lock, given back by what it returns; throws where another process has it. */
  readonly lock: (path: string) => () => void;
}

const LOCK_NAME = 'lock.sqlite';
/** Somebody has to do something about it; the rest passes by itself. */
const REFUSED: ReadonlySet<string> = new Set([
  ...['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT', 'ELOOP', 'EISDIR', 'ENOTOURS'],
]);

/** See the head of this file. The folder is made, and locked, with the first delivery. */
export class FileBackend implements Backend {
  readonly #folder: string;
  readonly #dependencies: FileBackendDependencies;
  readonly #files: ReadonlyMap<Signal, SignalFiles>;
  #unlock: (() => void) | undefined;

  constructor(settings: FileBackendSettings, dependencies: FileBackendDependencies) {
    this.#folder = resolve(settings.folder);
    this.#dependencies = dependencies;
    const folder = this.#folder;
    this.#files = new Map(
      SIGNALS.map((signal) => [
        signal,
        new SignalFiles({ ...settings, folder, signal }, dependencies),
      ]),
    );
  }

  /** On disk when it is accepted, each request as a line, or as several where that would be too long. */
  async send(signal: Signal, requests: readonly Uint8Array[]): Promise<Delivery> {
    const lines = jsonLines(signal, requests);
    if (lines === undefined) return { kind: 'never', reason: `is no OTLP request of ${signal}` };
    try {
      await this.#takeFolder();
    } catch (error) {
      // Messages of ours: path and remedy.
      return { kind: 'paused', reason: error instanceof Error ? error.message : errorName(error) };
    }
    try {
      await this.#files.get(signal)?.append(lines);
      return { kind: 'accepted', rejectedItems: 0 };
    } catch (error) {
      // Somebody has taken the folder away: the next attempt makes it anew.
      if (errorCode(error) === 'ENOENT') this.#leaveFolder();
      const reason = isDiskFull(error) ? 'the disk is full' : errorName(error);
      return { kind: REFUSED.has(errorCode(error)) ? 'paused' : 'later', reason };
    }
  }

  async close(): Promise<void> {
    for (const files of this.#files.values()) await files.close();
    this.#leaveFolder();
  }

  /** Settles once what is old is compressed, and what is too old is gone. */
  async tidied(): Promise<void> {
    for (const files of this.#files.values()) await files.tidied;
  }

  async #takeFolder(): Promise<void> {
    if (this.#unlock !== undefined) return;
    await this.#dependencies.fileSystem.makeFolder(this.#folder);
    this.#unlock = this.#dependencies.lock(join(this.#folder, LOCK_NAME));
  }

  #leaveFolder(): void {
    this.#unlock?.();
    this.#unlock = undefined;
  }
}
