/**
 * Correlation as a consumer of the journal: posts facts to the analysis, makes durable what it decides, and
 * moves the cursor behind what it saved. An analysis that dies is begun again from its last snapshot.
 */
import type { Alert } from '../model/alert.ts';
import { NO_FACTS } from '../model/facts/encode-facts.ts';
import { SECTION } from '../model/sections.ts';
import type { Consumer, ConsumerRun } from '../pipeline/consumer/consumer.ts';
import type { ConsumerNeeds } from '../pipeline/consumer/define-consumer.ts';
import type { Entry } from '../pipeline/consumer/entry-source.ts';
import { errorName } from '../pipeline/failure-reason.ts';
import { DeadlyEntries, DeadlyEntryError } from '../pipeline/consumer/deadly-entries.ts';
import type {
  AnalysisPort,
  AnalysisReport,
  AnalysisSettings,
  Counts,
  StartAnalysis,
} from './messages.ts';
import { PostedEntries } from '../pipeline/consumer/posted-entries.ts';
import { Waiting } from '../pipeline/consumer/waiting.ts';

/** What the consumer works with. */
export interface AnalysisConsumerOptions extends Pick<
  ConsumerNeeds,
  'raise' | 'checkpoint' | 'quarantine' | 'makeRoom' | 'counters' | 'logger'
> {
  readonly settings: AnalysisSettings;
  readonly start: StartAnalysis;
  /** Bytes of facts posted and not answered. */
  readonly waitingBytesMax: number;
}

type Letter = Extract<AnalysisReport, { readonly kind: 'letter' }>;

const COMPONENT = 'correlation';
const POSTED_MAX = 1024;
const TEXT = new TextEncoder();

/** See the head of this file. */
export class AnalysisConsumer implements Consumer {
  readonly #options: AnalysisConsumerOptions;
  readonly #posted: PostedEntries;
  readonly #deadly = new DeadlyEntries();
  #run: ConsumerRun | undefined;
  #port: AnalysisPort | undefined;
  #isStopped = false;
  #onSaved: () => void = () => undefined;
  #committing: Promise<void> = Promise.resolve();
  /** Whoever waits for an answer: for its beginning, for room, or for its end. */
  #begun: Waiting<number | undefined> | undefined;
  #room: Waiting<void> | undefined;
  #finished: Waiting<void> | undefined;

  constructor(options: AnalysisConsumerOptions) {
    this.#options = options;
    this.#posted = new PostedEntries({
      entriesMax: POSTED_MAX,
      bytesMax: options.waitingBytesMax,
    });
  }

  /** Rejects where the analysis does not come up. */
  async start(run: ConsumerRun): Promise<number | undefined> {
    this.#run = run;
    this.#posted.clear();
    await this.#port?.end();
    if (this.#isStopped) return undefined;
    const { settings, start } = this.#options;
    const begun = (this.#begun = new Waiting<number | undefined>());
    const port = start(settings, {
      onReport: (report) => this.#hear(port, report),
      onDeath: (error, isHung = false) => this.#mourn(error, isHung ? 'hung' : 'died'),
    });
    this.#port = port;
    return begun.promise;
  }

  get isBusy(): boolean {
    return this.#posted.oldest !== undefined;
  }

  /** Settles when it is posted. */
  async take(entry: Entry): Promise<void> {
    const { sequence } = entry;
    const isPassedOver = this.#deadly.isPassedOver(sequence);
    if (!isPassedOver && this.#deadly.has(sequence)) throw new DeadlyEntryError();
    const facts = entry.section(SECTION.facts) ?? NO_FACTS;
    if (facts.length > 0 && !isPassedOver) {
      await this.#roomFor(facts.length);
      // Not posted, it comes again at the next start.
      if (this.#isStopped) return;
      this.#posted.add(sequence, facts.length);
      // A copy in memory of its own: the thread takes it over, and `slice` of a buffer is a view.
      this.#port?.post({ kind: 'entry', sequence, facts: new Uint8Array(facts) });
    } else this.passOver(sequence);
    entry.release?.();
  }

  passOver(sequence: number): void {
    this.#deadly.passOver(sequence);
    this.#port?.post({ kind: 'passed', sequence });
  }

  /**
   * Settles when every alert is durable and the windows are saved; rejects where the analysis dies
   * meanwhile.
   */
  async finish(): Promise<void> {
    if (this.#isStopped) return;
    this.#finished = new Waiting<void>();
    this.#port?.post({ kind: 'finish' });
    await this.#finished.promise;
    await this.#committing;
  }

  stop(): void {
    this.#isStopped = true;
    this.#begun?.resolve(undefined);
    this.#room?.resolve();
    this.#finished?.resolve();
  }

  async close(): Promise<void> {
    await this.#port?.end();
  }

  async #roomFor(bytes: number): Promise<void> {
    if (!this.#posted.isFullFor(bytes)) return;
    this.#options.counters.add('analysis.waiting', 1);
    while (this.#posted.isFullFor(bytes) && !this.#isStopped) {
      this.#room = new Waiting<void>();
      await this.#room.promise;
    }
  }

  #hear(port: AnalysisPort, report: AnalysisReport): void {
    switch (report.kind) {
      case 'ready':
        this.#count(report.counts);
        this.#begun?.resolve(report.sequence);
        this.#begun = undefined;
        return;
      case 'done':
        this.#count(report.counts);
        this.#posted.remove(report.sequence);
        this.#room?.resolve();
        return;
      case 'alert':
        void this.#raise(report.alert).then(() => this.#settle(port, report));
        return;
      case 'letter':
        void this.#keep(report).then(() => this.#settle(port, report));
        return;
      case 'looked':
        this.#onSaved = this.#options.checkpoint();
        return;
      case 'saved':
        this.#deadly.saved(report.sequence);
        this.#committing = this.#commit(report.sequence, this.#onSaved);
        return;
      case 'full':
        void this.#makeRoom().then((isMade) => port.post({ kind: 'room', isMade }));
        return;
      case 'said':
        this.#options.logger[report.level](
          { component: COMPONENT, reason: report.reason },
          report.message,
        );
        return;
      case 'finished':
        this.#finished?.resolve();
    }
  }

  /** Whoever waits is told; one that was up is begun again by the runtime. */
  #mourn(error: unknown, reason: 'died' | 'hung'): void {
    if (this.#isStopped) return;
    this.#options.counters.add('analysis.ended', 1, { reason });
    if (this.#begun === undefined) {
      this.#deadly.died(this.#posted.oldest);
      this.#run?.startAgain(error);
    }
    for (const waiting of [this.#begun, this.#room, this.#finished]) waiting?.reject(error);
    this.#begun = undefined;
  }

  /** Never rejects. */
  async #raise(alert: Alert): Promise<void> {
    const { raise, counters, logger } = this.#options;
    const { id, rule } = alert;
    try {
      if (!(await raise(alert))) return;
      counters.add('alerts.raised', 1, { level: rule.level });
      logger.warn({ alert: id, rule: rule.name, level: rule.level }, 'alert raised');
    } catch (error) {
      const bytes = TEXT.encode(JSON.stringify({ rule: rule.id, alert: id }));
      await this.#keep({ of: 'row', bytes, reason: `threw ${errorName(error)}` });
    }
  }

  /** Keeps what failed, as it is after redaction, and goes on: it would fail again. Never rejects. */
  async #keep({ of, bytes, reason }: Pick<Letter, 'of' | 'bytes' | 'reason'>): Promise<void> {
    const { counters, logger, quarantine } = this.#options;
    if (of === 'row') counters.add('correlation.quarantined', 1);
    else counters.add('consumer.quarantined', 1, { component: COMPONENT });
    const isKept = await quarantine(bytes, reason).catch(() => false);
    logger.error({ component: COMPONENT, reason, isKept }, `a ${of} of facts is left out`);
  }

  /** The cursor only tells what may go: that it moves later does no harm. */
  async #commit(sequence: number, onSaved: () => void): Promise<void> {
    try {
      await this.#run?.commitDurably(sequence);
      onSaved();
    } catch (error) {
      this.#options.logger.error(
        { component: COMPONENT, reason: errorName(error) },
        'how far the windows are could not be saved; more is kept than is needed',
      );
    }
  }

  /**
   * The outbox closes after the end, whatever is still on its way into it: nothing may be saved behind
   * that, and it is decided again at the next start.
   */
  #settle(port: AnalysisPort, { number }: { readonly number: number }): void {
    if (!this.#isStopped) port.post({ kind: 'settled', number });
  }

  #makeRoom(): Promise<boolean> {
    return this.#options.makeRoom().catch(() => false);
  }

  #count(counts: Counts): void {
    for (const [name, value] of counts) this.#options.counters.add(name, value);
  }
}
