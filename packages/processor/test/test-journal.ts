/** A journal in a folder of its own, with what it counted. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@spanguard/testkit';
import type { AppendResult } from '../src/journal/append.ts';
import { Journal, type JournalOptions } from '../src/journal/journal.ts';
import { JOURNAL_LIMITS, type JournalLimits } from '../src/journal/journal-limits.ts';
import type { JournalReader } from '../src/journal/journal-reader.ts';
import type { RecordToAppend } from '../src/model/record.ts';
import { SECTION } from '../src/model/sections.ts';
import type { Entry } from '../src/pipeline/consumer/entry-source.ts';
import { type FileSystem, nodeFileSystem } from '../src/pipeline/file-system.ts';
import { silentLogger } from '../src/pipeline/logger.ts';

/** What differs from a journal with nothing special. */
export interface TestJournalOptions extends Partial<Omit<JournalOptions, 'limits'>> {
  readonly limits?: Partial<JournalLimits>;
}

/** Opens one journal after another in the same folder. */
export class TestJournal {
  readonly folder: string;
  readonly clock = new FakeClock();
  /** Counts by name and label. */
  readonly counted = new Map<string, number>();
  readonly #open: Journal[] = [];
  readonly #isOurs: boolean;

  constructor(folder?: string) {
    this.#isOurs = folder === undefined;
    this.folder = folder ?? mkdtempSync(join(tmpdir(), 'journal-'));
  }

  async open({ limits = {}, ...options }: TestJournalOptions = {}): Promise<Journal> {
    const journal = await Journal.open({
      folder: this.folder,
      fileSystem: nodeFileSystem,
      clock: this.clock,
      counters: {
        add: (name, value, labels) => {
          const key = [name, ...Object.values(labels ?? {})].join(' ');
          this.counted.set(key, (this.counted.get(key) ?? 0) + value);
        },
      },
      logger: silentLogger,
      limits: { ...JOURNAL_LIMITS, ...limits },
      ...options,
    });
    this.#open.push(journal);
    return journal;
  }

  get segmentFiles(): readonly string[] {
    return readdirSync(this.folder).filter((name) => name.endsWith('.journal'));
  }

  async close(): Promise<void> {
    for (const journal of this.#open.splice(0)) await journal.close();
    if (this.#isOurs) rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The machine's files without its syncs, for tests of what is read that open a journal many times. */
export const unsyncedFileSystem: FileSystem = {
  ...nodeFileSystem,
  open: async (path, mode) => {
    const file = await nodeFileSystem.open(path, mode);
    return { ...file, sync: () => Promise.resolve() };
  },
  syncFolder: () => Promise.resolve(),
};

/** What of a record a test cares for. */
export interface TestRecord {
  readonly itemCount?: number;
  readonly signal?: number;
  readonly facts?: string;
}

/** A batch that holds a text, and facts where there are some. */
export function recordOf(
  text: string,
  { itemCount = 1, signal = 0, facts }: TestRecord = {},
): RecordToAppend {
  const payload = { type: SECTION.payload, bytes: Buffer.from(text) };
  const sections =
    facts === undefined ? [payload] : [{ type: SECTION.facts, bytes: Buffer.from(facts) }, payload];
  // Only `model/records.ts` makes one, of what is redacted: a journal is tested with any bytes.
  return { kind: 0, signal, itemCount, sections } as unknown as RecordToAppend;
}

/** Appends a batch that holds a text. */
export function appendText(journal: Journal, text: string, itemCount = 1): Promise<AppendResult> {
  return journal.append(recordOf(text, { itemCount }));
}

/** Opens a reader of payloads. */
export function readerOf(
  journal: Journal,
  name: string,
  sections: readonly number[] = [SECTION.payload],
): Promise<JournalReader> {
  return journal.reader(name, sections);
}

/** The text of an entry's payload, or of another section. */
export function textOf(entry: Entry | undefined, type: number = SECTION.payload): string {
  return Buffer.from(entry?.section(type) ?? []).toString();
}

/** The next entry, which is waited for; undefined where the reader is closed. */
export async function nextOf(reader: JournalReader): Promise<Entry | undefined> {
  for (;;) {
    const entry = await reader.next();
    if (entry !== undefined || !(await reader.wait())) return entry;
  }
}

/** Reads so many texts, and saves the cursor behind each. */
export async function readTexts(reader: JournalReader, count: number): Promise<string[]> {
  const found: string[] = [];
  while (found.length < count) {
    const entry = await nextOf(reader);
    found.push(textOf(entry));
    entry?.release?.();
    await reader.commitDurably(entry?.sequence ?? 0);
  }
  return found;
}

/** Waits for work of the disk that nobody hands out a promise for. */
export async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setImmediate(resolve));
}
