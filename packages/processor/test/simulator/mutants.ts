/** Faults of our own making, each one that somebody might make: the simulator must find every one. */

/** One place of the source, written wrongly. */
export interface Mutant {
  /** What it does; finishes "finds a processor that ...". */
  readonly title: string;
  /** Under `packages/processor/src`. */
  readonly file: string;
  /** Stands there once. */
  readonly find: string;
  readonly replace: string;
  /** A seed that finds it. */
  readonly seed: number;
}

/** See the head of this file. */
export const MUTANTS: readonly Mutant[] = [
  {
    title: 'answers before the sync',
    file: 'journal/journal.ts',
    find: 'await file.sync();\n    for (',
    replace: 'for (',
    seed: 4,
  },
  {
    title: 'answers all who wait as soon as the first of them is written',
    file: 'journal/journal.ts',
    find: 'this.#committing ??= this.#commitAll();',
    replace: `if (this.#committing !== undefined) resolve({ kind: 'durable', sequence: 0 });
      this.#committing ??= this.#commitAll();`,
    seed: 1,
  },
  {
    title: 'does not sync the folder of a new journal file',
    file: 'journal/journal.ts',
    find: 'await fileSystem.syncFolder(folder);\n    return segment;',
    replace: 'return segment;',
    seed: 4,
  },
  {
    title: 'believes what it recovers without a sync',
    file: 'journal/recover-segments.ts',
    find: 'await file.sync().catch(',
    replace: 'await Promise.resolve().catch(',
    seed: 93,
  },
  {
    title: 'gives sequences again after a start',
    file: 'journal/recover-segments.ts',
    find: 'if (given.sequence > SEQUENCE_MAX) continue;',
    replace: 'continue;',
    seed: 20,
  },
  {
    title: 'removes what the others are done with while it ends',
    file: 'journal/journal.ts',
    find: 'this.#hasAllReaders = false;',
    replace: '',
    seed: 4,
  },
  {
    title: 'moves the cursor before the delivery',
    file: 'pipeline/consumer/delivery-loop.ts',
    find: 'void this.#settle(parcel, underWay);',
    replace: 'void this.#settle(parcel, underWay);\n    this.#run?.commit(sequence);',
    seed: 1,
  },
  {
    title: 'moves the cursor over what is not delivered yet',
    file: 'pipeline/consumer/delivery-loop.ts',
    find: "while (this.#underWay[0]?.state === 'done') sequence = this.#underWay.shift()?.sequence;",
    replace: `for (const each of this.#underWay.splice(0)) {
      if (each.state === 'done') sequence = each.sequence;
      else this.#underWay.push(each);
    }`,
    seed: 2,
  },
  {
    title: 'moves the cursor before a dead letter is durable',
    file: 'service/dead-letters.ts',
    find: "const result = await this.#journal.append(record);\n    return result.kind === 'durable';",
    replace: 'void this.#journal.append(record);\n    return true;',
    seed: 1,
  },
  {
    title: 'gives the memory of a batch back before it is written',
    file: 'service/intake.ts',
    find: 'const refused = await append(stages, recordOfBatch(batch, facts));',
    replace: `const appending = append(stages, recordOfBatch(batch, facts));
      redactor.giveBack(batch);
      const refused = await appending;`,
    seed: 1,
  },
  {
    title: 'forgets at a start what is in the outbox',
    file: 'service/outbox.ts',
    find: 'if (alert !== undefined) outbox.#remember(alert.id);',
    replace: '',
    seed: 19,
  },
  {
    title: 'moves the cursor of correlation without its windows',
    file: 'analysis/analysis.ts',
    find: `isWhole
          ? this.#snapshots.writeWhole({ sequence, state })
          : this.#snapshots.append({ sequence, state }),`,
    replace: 'Promise.resolve(void [isWhole, state]),',
    seed: 1,
  },
  {
    title: 'saves the windows without their place in the journal',
    file: 'pipeline/consumer/posting-consumer.ts',
    find: 'await this.#run?.commitDurably(sequence);',
    replace: 'void sequence;',
    seed: 1,
  },
  {
    title: 'goes on from the place of the windows without the windows',
    file: 'analysis/analysis.ts',
    find: 'this.#engine.restore(saved.whole, saved.changes);',
    replace: '',
    seed: 1,
  },
  {
    title: 'forgets what changed in the windows since they were saved whole',
    file: 'analysis/analysis.ts',
    find: 'this.#engine.restore(saved.whole, saved.changes);',
    replace: 'this.#engine.restore(saved.whole, []);',
    seed: 1,
  },
  {
    title: 'saves the windows before the alerts that they decided',
    file: 'analysis/analysis.ts',
    find: 'await this.#unsettled.none();\n      if (',
    replace: 'if (',
    seed: 42,
  },
  {
    title: 'does not sync the folder after a rename',
    file: 'correlation/snapshot-log.ts',
    find: 'await this.#fileSystem.syncFolder(dirname(this.#path));',
    replace: 'void dirname;',
    seed: 8,
  },
  {
    title: 'gives each decision of one alert an id of its own',
    file: 'correlation/alert-of-match.ts',
    find: 'episode: match.episode,',
    replace: 'episode: `${match.episode}${Math.random()}`,',
    seed: 1,
  },
  {
    title: 'goes on starting after it was told to end',
    file: 'service/processor.ts',
    find: 'await this.#starting?.catch(() => undefined);',
    replace: '',
    seed: 1287,
  },
];
