/**
 * An analysis in a thread of its own: neither its work nor its garbage delays what is taken in. It dies alone
 * where it takes too much memory or throws, and is ended where it does not answer any more.
 */
import { Worker } from 'node:worker_threads';
import type { CancelTimer, Clock } from '../pipeline/clock.ts';
import type { AnalysisReport, AnalysisRequest, StartAnalysis } from './messages.ts';

const MIB = 1024 * 1024;
/** What rules, texts and a saving on its way take besides the entities. */
const HEAP_MIB_BASE = 512;
/** Entities as they are counted are an estimate of what they take. */
const HEAP_SHARE = 3;
/** V8 lets young objects take far more, of which nothing here needs much. */
const YOUNG_MIB = 8;
/** Asked so often in the time that it may be silent. */
const ASKED = 4;

/** Said to a thread besides what an analysis is told: it answers `here` between two of its tasks. */
export type ThreadRequest = AnalysisRequest | { readonly kind: 'ask' };
/** What a thread says: the reports of its analysis, and that it is there. */
export type ThreadReport = AnalysisReport | { readonly kind: 'here' };

/** What a thread is begun with. */
export interface AnalysisThreadOptions {
  readonly clock: Clock;
  /** Without a word for so long, once it was ready, it hangs, and is ended. */
  readonly silenceMsMax: number;
  /** Where the thread begins, for tests of one that fails. */
  readonly file?: URL;
  /** The same: what it may take besides the entities. */
  readonly heapMib?: number;
}

/** A thread that ended though nobody asked it to. */
class ThreadEndedError extends Error {
  override readonly name = 'ThreadEndedError';
  readonly code = 'ANALYSIS_ENDED';
}

/** A thread that was ended, since it did not answer. */
class ThreadHungError extends Error {
  override readonly name = 'ThreadHungError';
  readonly code = 'ANALYSIS_HUNG';
}

/** What begins threads. */
export function analysisThread(options: AnalysisThreadOptions): StartAnalysis {
  const { clock, silenceMsMax, heapMib = HEAP_MIB_BASE } = options;
  // By its name in the package, which is the source or what is built of it, as this file is.
  const own = '#processor/analysis/analysis-worker.ts';
  const file = options.file ?? new URL(import.meta.resolve(own));
  return (settings, { onReport, onDeath }) => {
    const worker = new Worker(file, {
      name: 'analysis',
      workerData: settings,
      resourceLimits: {
        maxYoungGenerationSizeMb: YOUNG_MIB,
        maxOldGenerationSizeMb: heapMib + HEAP_SHARE * Math.ceil(settings.groupBytesMax / MIB),
      },
    });
    const post = (request: ThreadRequest): void =>
      worker.postMessage(request, request.kind === 'entry' ? [request.facts.buffer] : []);
    let isEnded = false;
    let cause: unknown;
    const end = (why: unknown): Promise<unknown> => {
      cause ??= why;
      return worker.terminate();
    };
    const watch = new SilenceWatch({
      clock,
      silenceMsMax,
      ask: () => post({ kind: 'ask' }),
      onSilence: () => void end(new ThreadHungError()),
    });
    worker.on('message', (report: ThreadReport) => {
      watch.heard();
      if (report.kind === 'here') return;
      if (report.kind === 'ready') {
        // From here on it must not keep a process alive that has nothing else to do.
        worker.unref();
        watch.begin();
      }
      if (!isEnded) onReport(report);
    });
    worker.on('messageerror', (error) => void end(error));
    worker.on('error', (error) => (cause ??= error));
    // Behind everything it reported.
    worker.on('exit', () => {
      watch.end();
      if (!isEnded) onDeath(cause ?? new ThreadEndedError(), cause instanceof ThreadHungError);
    });
    return {
      post: (request) => {
        if (request.kind === 'finish') worker.ref();
        post(request);
      },
      end: async () => {
        isEnded = true;
        watch.end();
        await worker.terminate();
      },
    };
  };
}

/** What a watch works with. */
interface SilenceWatchOptions extends Pick<AnalysisThreadOptions, 'clock' | 'silenceMsMax'> {
  readonly ask: () => void;
  readonly onSilence: () => void;
}

/**
 * Asks now and then, and counts what is not answered rather than time: where the whole process stood still,
 * the answers are there before it is asked again.
 */
class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  #unanswered = 0;
  #cancel: CancelTimer = () => undefined;

  constructor(options: SilenceWatchOptions) {
    this.#options = options;
  }

  begin(): void {
    const { clock, silenceMsMax, ask, onSilence } = this.#options;
    this.#cancel = clock.after(silenceMsMax / ASKED, () => {
      if (this.#unanswered === ASKED) {
        onSilence();
        return;
      }
      this.#unanswered += 1;
      ask();
      this.begin();
    });
  }

  heard(): void {
    this.#unanswered = 0;
  }

  end(): void {
    this.#cancel();
  }
}
