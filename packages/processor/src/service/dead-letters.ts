/** What nobody takes: kept with where it was going, why it did not get there, and when, to be sent again. */
import type { Journal } from '../journal/journal.ts';
import type { JournalEntry } from '../journal/journal-reader.ts';
import { SIGNALS } from '../model/signal.ts';
import type { Clock } from '../pipeline/clock.ts';

const STAGES = ['exporter', 'channel', 'correlation'] as const;
const CONTENTS = [...SIGNALS, 'alert', 'facts'] as const;

/** Where a dead letter was going. */
export type DeadLetterStage = (typeof STAGES)[number];

/** A dead letter's head. */
export interface DeadLetterHead {
  readonly stage: DeadLetterStage;
  /** Name of the exporter or channel; of correlation, its own. */
  readonly name: string;
  /** Why, in a few words; never payload. */
  readonly reason: string;
  /** What it holds: items of a signal, an alert, or facts. */
  readonly content: (typeof CONTENTS)[number];
  readonly itemCount: number;
  /** Wall time, RFC 3339. */
  readonly at: string;
}

/** A head to be: now, unless it says when. */
export type NewDeadLetter = Omit<DeadLetterHead, 'at'> & { readonly at?: string };

/** A dead letter: its head and what was to be sent. */
export interface DeadLetter extends DeadLetterHead {
  /** Position in the folder, rising. */
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

const REASON_CHARACTERS_MAX = 256;
const HEAD_BYTES_MAX = 4096;
const LINE_FEED = 0x0a;
const NOTHING = new Uint8Array(0);
/** Name of the cursor behind which everything was sent again. */
const CURSOR = 'replayed';

/** The folder of dead letters. All in it is redacted, as everything behind the door is. */
export class DeadLetters {
  readonly #journal: Journal;
  readonly #clock: Clock;

  constructor(journal: Journal, clock: Clock) {
    this.#journal = journal;
    this.#clock = clock;
  }

  /** Keeps a letter; true where it is durable. */
  async keep(
    { stage, name, reason, content, itemCount, at }: NewDeadLetter,
    bytes: Uint8Array,
  ): Promise<boolean> {
    const head: DeadLetterHead = {
      stage,
      name,
      reason: reason.slice(0, REASON_CHARACTERS_MAX),
      content,
      itemCount,
      at: at ?? new Date(this.#clock.now()).toISOString(),
    };
    const line = JSON.stringify(head);
    const result = await this.#journal.appendRecord({
      kind: content === 'alert' ? 'alert' : 'batch',
      signal: Math.max(
        0,
        SIGNALS.findIndex((signal) => signal === content),
      ),
      itemCount,
      observations: NOTHING,
      payload: Buffer.concat([Buffer.from(`${line}\n`), bytes]),
    });
    return result.kind === 'durable';
  }

  /**
   * Gives every letter that was not sent again yet, the oldest first, to `handle`. Where it settles with
   * true the letter is done with; the others stay, in their order behind those that come.
   */
  async each(handle: (letter: DeadLetter) => Promise<boolean>): Promise<void> {
    const reader = await this.#journal.reader(CURSOR);
    const last = this.#journal.lastSequence;
    try {
      while (reader.committed < last && reader.hasMore) {
        const entry = await reader.next();
        if (entry === undefined) break;
        const letter = letterOf(entry);
        const isDone = (await handle(letter)) || (await this.keep(letter, letter.bytes));
        if (!isDone) break;
        entry.release?.();
        await reader.commitDurably(entry.sequence);
      }
    } finally {
      await reader.flushAndClose();
    }
  }

  /** Every letter that was not sent again yet, the oldest first; nothing changes. */
  async *list(): AsyncGenerator<DeadLetter> {
    const reader = await this.#journal.reader(CURSOR);
    try {
      while (reader.hasMore) {
        const entry = await reader.next();
        if (entry === undefined) return;
        yield letterOf(entry);
        entry.release?.();
      }
    } finally {
      await reader.flushAndClose();
    }
  }
}

/** A record without a head is of an earlier version: nobody knows where it was going. */
function letterOf({ sequence, bytes, itemCount, signal }: JournalEntry): DeadLetter {
  const end = bytes.subarray(0, HEAD_BYTES_MAX).indexOf(LINE_FEED);
  const head = end < 0 ? undefined : headOf(Buffer.from(bytes.subarray(0, end)).toString('utf8'));
  if (head !== undefined) return { ...head, sequence, bytes: bytes.subarray(end + 1) };
  const content = signal ?? 'alert';
  const unknown = { stage: 'exporter', name: 'unknown', reason: 'unknown', at: '' } as const;
  return { ...unknown, content, itemCount, sequence, bytes };
}

function headOf(line: string): DeadLetterHead | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isHead(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isHead(value: unknown): value is DeadLetterHead {
  if (typeof value !== 'object' || value === null) return false;
  const { stage, name, reason, content, itemCount, at } = value as Partial<DeadLetterHead>;
  return (
    STAGES.some((known) => known === stage) &&
    CONTENTS.some((known) => known === content) &&
    [name, reason, at].every((text) => typeof text === 'string') &&
    typeof itemCount === 'number'
  );
}
