/**
 * A consumer that posts facts to what works on them elsewhere, in a thread as a rule, and moves the cursor
 * behind what that saved. What dies, or hangs and is ended, is begun again from there; an entry it dies of
 * three times gets out of its way.
 */
import { NO_FACTS } from '../../model/facts/encode-facts.ts';
import { SECTION } from '../../model/sections.ts';
import { errorName } from '../failure-reason.ts';
import type { Consumer, ConsumerRun } from './consumer.ts';
import { DeadlyEntries, DeadlyEntryError } from './deadly-entries.ts';
import type { ConsumerNeeds } from './define-consumer.ts';
import type { Entry } from './entry-source.ts';
import { PostedEntries } from './posted-entries.ts';
import type { Port, PortListener, PostedReport, PostedRequest } from './posting-messages.ts';
import { Waiting } from './waiting.ts';

/** What a kind of it is called, and says. */
export interface PostingKind {
  /** As metrics and log call it. */
  readonly component: string;
  /** Counts how often it waited for room. */
  readonly waiting: 'analysis.waiting' | 'inventory.waiting';
  /** What of it is saved, as the log calls it: `the windows are`. */
  readonly saved: string;
}

/** What every kind works with. */
export interface PostingOptions<Request, Report> extends Pick<
  ConsumerNeeds,
  'counters' | 'logger'
> {
  readonly begin: (listener: PortListener<Report>) => Port<Request>;
  /** Bytes of facts posted and not answered. */
  readonly waitingBytesMax: number;
}

const POSTED_MAX = 1024;

/** See the head of this file. `Report` may have kinds of its own: {@link PostingConsumer.hearOwn}. */
export abstract class PostingConsumer<
  Request extends { readonly kind: string },
  Report extends { readonly kind: string },
> implements Consumer {
  readonly #kind: PostingKind;
  readonly #options: PostingOptions<Request | PostedRequest, Report | PostedReport>;
  readonly #posted: PostedEntries;
  readonly #deadly = new DeadlyEntries();
  #run: ConsumerRun | undefined;
  #port: Port<Request | PostedRequest> | undefined;
  #isStopped = false;
  #committing: Promise<void> = Promise.resolve();
  /** Whoever waits for an answer: for its beginning, for room, or for its end. */
  #begun: Waiting<number | undefined> | undefined;
  #room: Waiting<void> | undefined;
  #finished: Waiting<void> | undefined;

  constructor(
    kind: PostingKind,
    options: PostingOptions<Request | PostedRequest, Report | PostedReport>,
  ) {
    this.#kind = kind;
    this.#options = options;
    const { waitingBytesMax: bytesMax } = options;
    this.#posted = new PostedEntries({ entriesMax: POSTED_MAX, bytesMax });
  }

  /** Hears what only this kind reports. */
  protected abstract hearOwn(report: Report, port: Port<Request | PostedRequest>): void;

  /** Called as something is saved; what it gives is called once the cursor is behind that. */
  protected atSaved(): () => void {
    return () => undefined;
  }

  protected get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Rejects where it does not come up. */
  async start(run: ConsumerRun): Promise<number | undefined> {
    this.#run = run;
    this.#posted.clear();
    await this.#port?.end();
    if (this.#isStopped) return undefined;
    const begun = (this.#begun = new Waiting<number | undefined>());
    const port = this.#options.begin({
      onReport: (report) => this.#hear(report, port),
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

  /** Settles when all is saved, or cannot be now; rejects where what works on it dies meanwhile. */
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
    this.#options.counters.add(this.#kind.waiting, 1);
    while (this.#posted.isFullFor(bytes) && !this.#isStopped) {
      this.#room = new Waiting<void>();
      await this.#room.promise;
    }
  }

  #hear(report: Report | PostedReport, port: Port<Request | PostedRequest>): void {
    if (!isShared(report)) {
      this.hearOwn(report, port);
      return;
    }
    const { counters, logger } = this.#options;
    for (const [name, value] of report.counts ?? []) counters.add(name, value);
    switch (report.kind) {
      case 'ready':
        this.#begun?.resolve(report.sequence);
        this.#begun = undefined;
        return;
      case 'done':
        this.#posted.remove(report.sequence);
        this.#room?.resolve();
        return;
      case 'saved':
        this.#deadly.saved(report.sequence);
        this.#committing = this.#commit(report.sequence, this.atSaved());
        return;
      case 'said': {
        const { level, reason, message } = report;
        logger[level]({ component: this.#kind.component, reason }, message);
        return;
      }
      case 'finished':
        this.#finished?.resolve();
    }
  }

  /** Whoever waits is told; one that was up is begun again by the runtime. */
  #mourn(error: unknown, reason: 'died' | 'hung'): void {
    if (this.#isStopped) return;
    const { component } = this.#kind;
    this.#options.counters.add('consumer.thread_ended', 1, { component, reason });
    if (this.#begun === undefined) {
      this.#deadly.died(this.#posted.oldest);
      this.#run?.startAgain(error);
    }
    for (const waiting of [this.#begun, this.#room, this.#finished]) waiting?.reject(error);
    this.#begun = undefined;
  }

  /** The cursor only tells what may go: that it moves later does no harm. Never rejects. */
  async #commit(sequence: number, onCommitted: () => void): Promise<void> {
    try {
      await this.#run?.commitDurably(sequence);
      onCommitted();
    } catch (error) {
      const { component, saved } = this.#kind;
      this.#options.logger.error(
        { component, reason: errorName(error) },
        `how far ${saved} could not be saved; more is kept than is needed`,
      );
    }
  }
}

const SHARED: ReadonlySet<string> = new Set<PostedReport['kind']>([
  ...(['ready', 'done', 'saved', 'said', 'finished'] as const),
]);

function isShared(report: { readonly kind: string }): report is PostedReport {
  return SHARED.has(report.kind);
}
