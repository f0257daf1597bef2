import { FakeClock, SeededRandom } from '@spanguard/testkit';
import { expect } from 'chai';
import type { Counters } from '../pipeline/counters.ts';
import { silentLogger } from '../pipeline/logger.ts';
import type { FileSystem, OpenFile } from '../pipeline/file-system.ts';
import { DiskReserve } from './disk-reserve.ts';
import { Journal } from './journal.ts';
import { JOURNAL_LIMITS } from './journal-limits.ts';
import { HEADER_BYTES } from './record-format.ts';
import { SimulatedDisk } from '../../test/simulated-disk.ts';

const SEEDS = Number(process.env['SEEDS'] ?? 1000);
const FIRST_SEED = Number(process.env['SEED'] ?? 1);
const LIVES = 6;
const ROUNDS = 4;
const NOTHING = new Uint8Array(0);

type Mutation = (fileSystem: FileSystem) => FileSystem;

/** What a journal promised, and what came of it. */
interface Ledger {
  readonly submitted: Set<string>;
  readonly acknowledged: Set<string>;
  readonly delivered: Set<string>;
  /** Delivered, with a cursor that is on disk behind them. */
  readonly done: Set<string>;
  /** What must not have happened. */
  readonly violations: string[];
  /** Records whose own bytes were flipped. */
  readonly flipped: Set<string>;
}

describe('the journal on a disk that fails', () => {
  it('keeps every promise, whatever the seed', async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed += 1) {
      expect(await broken(seed), `SEED=${seed}`).to.equal(undefined);
    }
  });

  const mutants: readonly [string, Mutation][] = [
    ['acknowledges before the sync', onFiles((file) => ({ ...file, sync: async () => undefined }))],
    ['does not sync the folder', (disk) => ({ ...disk, syncFolder: async () => undefined })],
    [
      'does not look how much was written',
      onFiles((file) => ({
        ...file,
        write: async (buffers, at) => {
          await file.write(buffers, at);
          return buffers.reduce((sum, { length }) => sum + length, 0);
        },
      })),
    ],
    [
      'believes a sync that failed',
      onFiles((file) => ({ ...file, sync: () => file.sync().catch(() => undefined) })),
    ],
  ];
  for (const [title, mutation] of mutants) {
    it(`would be caught when it ${title}`, async () => {
      let caught: string | undefined;
      for (let seed = 1; seed <= 100 && caught === undefined; seed += 1) {
        caught = await broken(seed, mutation);
      }
      expect(caught).to.be.a('string');
    });
  }
});

function onFiles(mutate: (file: OpenFile) => OpenFile): Mutation {
  return (disk) => ({ ...disk, open: async (path, mode) => mutate(await disk.open(path, mode)) });
}

/** The first promise that a seed breaks. */
async function broken(
  seed: number,
  mutation: Mutation = (disk) => disk,
): Promise<string | undefined> {
  const random = new SeededRandom(seed);
  const next = (): number => random.int(0, 999_999) / 1_000_000;
  const disk = new SimulatedDisk(next, { syncFails: seed % 2 === 0 ? 0 : 0.03, diskFull: 0.03 });
  const clock = new FakeClock();
  const ledger: Ledger = {
    submitted: new Set(),
    acknowledged: new Set(),
    delivered: new Set(),
    done: new Set(),
    violations: [],
    flipped: new Set(),
  };
  for (let life = 0; life <= LIVES; life += 1) {
    const isLast = life === LIVES;
    const fileSystem = mutation(disk.fileSystem());
    if (!isLast && next() < 0.8) disk.dieAfter(random.int(5, 60));
    try {
      await live({ disk, fileSystem, clock, random, ledger, isLast, isDamaged: life > 2 });
    } catch (error) {
      // Opening may fail where the machine dies meanwhile; what is on the disk must never be the reason.
      if (!(error instanceof Error && error.message === 'EDEAD'))
        return `recovery: ${String(error)}`;
    }
    disk.restart(next() < 0.6 ? 'power' : 'kill');
    if (life === 2) noteFlip(disk.flip('.journal'), ledger);
    if (life === 3) {
      disk.flip('.cursor');
      ledger.done.clear();
    }
  }
  if (ledger.violations.length > 0) return ledger.violations[0];
  for (const text of ledger.delivered) {
    if (!ledger.submitted.has(text)) return `never submitted: ${text}`;
  }
  for (const text of ledger.acknowledged) {
    if (!ledger.delivered.has(text) && !ledger.flipped.has(text)) return `lost: ${text}`;
  }
  return undefined;
}

interface Life {
  readonly disk: SimulatedDisk;
  /** Whether bits have been flipped. */
  readonly isDamaged: boolean;
  readonly fileSystem: FileSystem;
  readonly clock: FakeClock;
  readonly random: SeededRandom;
  readonly ledger: Ledger;
  readonly isLast: boolean;
}

/** One run of the process: appends and reads, until the machine dies or all is done. */
async function live({ disk, fileSystem, clock, random, ledger, isLast, isDamaged }: Life) {
  let cursorFailures = 0;
  const counters: Counters = {
    add: (name) => {
      if (name === 'journal.cursor_failed') cursorFailures += 1;
      // Pages a failed sync dropped were read once, may be: after power loss they are missing indeed.
      const isWhole = !isDamaged && !disk.hasDroppedPages && !disk.isDead;
      const isFalse = name === 'journal.missing_items' && isWhole;
      if (isFalse) ledger.violations.push('missing, and nothing was');
    },
  };
  const hasReserve = random.int(0, 9) === 0;
  const reserve = { path: '/journal/reserve', fileSystem, logger: silentLogger };
  const journal = await Journal.open({
    folder: '/journal',
    fileSystem,
    clock,
    counters,
    logger: silentLogger,
    limits: { ...JOURNAL_LIMITS, segmentBytesMax: 600, recentBytesMax: random.int(0, 3) * 200 },
    ...(hasReserve && { reserve: await DiskReserve.open(reserve), leavesReserve: true }),
  });
  const reader = await journal.reader('one');
  for (let round = 0; round < ROUNDS; round += 1) {
    const texts = Array.from({ length: isLast ? 0 : random.int(1, 3) }, (_, index) => {
      const number = ledger.submitted.size + index;
      return `<${number}:${'x'.repeat(random.int(0, 200))}>`;
    });
    for (const text of texts) ledger.submitted.add(text);
    const results = await Promise.all(
      texts.map((text) =>
        journal.appendRecord({
          kind: 'batch',
          signal: 0,
          itemCount: 1,
          observations: NOTHING,
          payload: Buffer.from(text),
        }),
      ),
    );
    for (const [index, { kind }] of results.entries()) {
      if (kind === 'durable') ledger.acknowledged.add(texts[index] ?? '');
    }
    clock.advance(1000);
    let reads = isLast ? Number.POSITIVE_INFINITY : random.int(0, 3);
    for (; reads > 0 && reader.hasMore; reads -= 1) {
      const entry = await Promise.race([reader.next(), afterTurns()]);
      if (entry === undefined) break;
      const text = Buffer.from(entry.bytes).toString();
      if (ledger.done.has(text)) ledger.violations.push(`delivered again: ${text}`);
      ledger.delivered.add(text);
      const failuresBefore = cursorFailures;
      await reader.commitDurably(entry.sequence);
      if (cursorFailures === failuresBefore) ledger.done.add(text);
    }
  }
}

/** A read of a dead disk waits for ever. */
async function afterTurns(): Promise<undefined> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return undefined;
}

function noteFlip(flip: ReturnType<SimulatedDisk['flip']>, { submitted, flipped }: Ledger): void {
  if (flip === undefined) return;
  for (const text of submitted) {
    const at = flip.content.indexOf(text);
    const isHit = at >= 0 && flip.at >= at - HEADER_BYTES && flip.at < at + text.length;
    if (isHit) flipped.add(text);
  }
}
