/** Flushes before the process ends, and lets it end exactly as it would have without us. */
import { isMainThread } from 'node:worker_threads';
import { type HearableProcess, hearSignal } from './hear-signal.ts';

/** What the watch needs of the process; `node:process` fits. */
export interface WatchedProcess extends HearableProcess {
  readonly pid: number;
  kill(pid: number, signal: NodeJS.Signals): unknown;
}

/** What to flush, and for how long. */
export interface ExitWatchSettings {
  readonly process: WatchedProcess;
  /** Must not reject; may hang. */
  readonly flush: () => Promise<unknown>;
  /** Longest time the end of the process is delayed, in milliseconds. */
  readonly deadlineMs: number;
  /** Called when an exception nobody caught is about to end the process. */
  readonly onCrash: () => void;
}

const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];

/**
 * Starts watching. Nothing it does keeps the process alive but flushes before its end, and those for
 * `deadlineMs` together. Returns false where signals cannot be heard of: what is queued at one is then lost.
 */
export function watchExit(settings: ExitWatchSettings): boolean {
  const { process, onCrash } = settings;
  const flushes = new Flushes(settings);
  flushBeforeExit(process, flushes);
  process.on('uncaughtExceptionMonitor', () => {
    onCrash();
    // The process ends right after this unless the application has a handler of its own: whatever a
    // handler's last moments allow is sent.
    void flushes.beside();
  });
  // Signals reach the main thread only.
  if (!isMainThread) return true;
  return SIGNALS.map((signal) => watchSignal(process, signal, flushes)).every(Boolean);
}

function watchSignal(process: WatchedProcess, signal: NodeJS.Signals, flushes: Flushes): boolean {
  return hearSignal(process, signal, ({ applicationListens }) => {
    // An application with a listener ends itself, or decides not to. Where it has none, a second signal
    // finds what it would have found without us, and so does the first, once the flush is over.
    if (applicationListens) void flushes.beside();
    else void flushes.delaying().then(() => process.kill(process.pid, signal));
    return applicationListens;
  });
}

/**
 * A flush at `beforeExit` is work, after which Node says `beforeExit` again. The application must hear of it as
 * often as without us, so of the two it hears the second.
 */
function flushBeforeExit(process: WatchedProcess, flushes: Flushes): void {
  const emit = process.emit.bind(process);
  let isFlushed = false;
  const emitFlushed = (event: string, ...details: unknown[]): boolean => {
    if (event !== 'beforeExit') return emit(event, ...details);
    isFlushed = !isFlushed;
    if (!isFlushed) return emit(event, ...details);
    // The immediate makes sure that there is a second time, even where there was nothing to flush.
    void flushes.delaying().then(() => setImmediate(() => undefined));
    return true;
  };
  Object.defineProperty(process, 'emit', {
    value: emitFlushed,
    configurable: true,
    writable: true,
  });
}

/** Flushes that may delay the end of the process, by a time that is given once for all of them. */
class Flushes {
  readonly #flush: () => Promise<unknown>;
  #leftMs: number;

  constructor({ flush, deadlineMs }: ExitWatchSettings) {
    this.#flush = flush;
    this.#leftMs = deadlineMs;
  }

  /** Delays nothing: an end that follows has a flush of its own. */
  async beside(): Promise<void> {
    await this.#flush().catch(() => undefined);
  }

  /** Settles when flushed or when no time is left, whichever is first. */
  async delaying(): Promise<void> {
    const start = performance.now();
    await new Promise<void>((resolve) => {
      // Exports hold no reference of their own, so this timer is what lets a flush finish.
      const deadline = setTimeout(resolve, this.#leftMs);
      const done = (): void => {
        clearTimeout(deadline);
        resolve();
      };
      this.#flush().then(done, done);
    });
    this.#leftMs = Math.max(0, this.#leftMs - (performance.now() - start));
  }
}
