/**
 * Correlation as a consumer of the journal: posts facts to the analysis, makes durable what it decides, and
 * moves the cursor behind the windows it saved.
 */
import type { Alert } from '../model/alert.ts';
import type { ConsumerNeeds } from '../pipeline/consumer/define-consumer.ts';
import { PostingConsumer } from '../pipeline/consumer/posting-consumer.ts';
import { errorName } from '../pipeline/failure-reason.ts';
import type {
  AnalysisPort,
  AnalysisSettings,
  OwnReport,
  OwnRequest,
  StartAnalysis,
} from './messages.ts';

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

type Letter = Extract<OwnReport, { readonly kind: 'letter' }>;

const COMPONENT = 'correlation';
const KIND = {
  component: COMPONENT,
  waiting: 'analysis.waiting',
  saved: 'the windows are',
} as const;
const TEXT = new TextEncoder();

/** See the head of this file. */
export class AnalysisConsumer extends PostingConsumer<OwnRequest, OwnReport> {
  readonly #options: AnalysisConsumerOptions;
  #onSaved: () => void = () => undefined;

  constructor(options: AnalysisConsumerOptions) {
    const { settings, start, ...shared } = options;
    super(KIND, { ...shared, begin: (listener) => start(settings, listener) });
    this.#options = options;
  }

  protected override hearOwn(report: OwnReport, port: AnalysisPort): void {
    switch (report.kind) {
      case 'alert':
        void this.#raise(report.alert).then(() => this.#settle(port, report));
        return;
      case 'letter':
        void this.#keep(report).then(() => this.#settle(port, report));
        return;
      case 'looked':
        this.#onSaved = this.#options.checkpoint();
        return;
      case 'full':
        void this.#makeRoom().then((isMade) => port.post({ kind: 'room', isMade }));
    }
  }

  protected override atSaved(): () => void {
    return this.#onSaved;
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

  /**
   * The outbox closes after the end, whatever is still on its way into it: nothing may be saved behind
   * that, and it is decided again at the next start. Posting to a thread that is gone does nothing.
   */
  #settle(port: AnalysisPort, { number }: { readonly number: number }): void {
    if (!this.isStopped) port.post({ kind: 'settled', number });
  }

  #makeRoom(): Promise<boolean> {
    return this.#options.makeRoom().catch(() => false);
  }
}
