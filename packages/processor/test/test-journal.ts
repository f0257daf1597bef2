/** A journal in a folder of its own, with what it counted. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@spanguard/testkit';
import type { AppendResult } from '../src/journal/append.ts';
import { Journal, type JournalOptions } from '../src/journal/journal.ts';
import { JOURNAL_LIMITS, type JournalLimits } from '../src/journal/journal-limits.ts';
import type { JournalReader } from '../src/journal/journal-reader.ts';
import { nodeFileSystem } from '../src/pipeline/file-system.ts';
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

/** Appends a batch that holds a text. */
export function appendText(journal: Journal, text: string, itemCount = 1): Promise<AppendResult> {
  return journal.appendRecord({
    kind: 'batch',
    signal: 0,
    itemCount,
    observations: new Uint8Array(0),
    payload: Buffer.from(text),
  });
}

/** Reads so many texts, and saves the cursor behind each. */
export async function readTexts(reader: JournalReader, count: number): Promise<string[]> {
  const found: string[] = [];
  while (found.length < count) {
    const entry = await reader.next();
    found.push(Buffer.from(entry?.bytes ?? []).toString());
    entry?.release?.();
    await reader.commitDurably(entry?.sequence ?? 0);
  }
  return found;
}

/** Waits for work of the disk that nobody hands out a promise for. */
export async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setImmediate(resolve));
}
