/** Flushes before the process ends, and lets it end exactly as it would have without us. */
import { isMainThread } from 'node:worker_threads';

/** What the watch needs of the process; `node:process` fits. */
export interface WatchedProcess {
  readonly pid: number;
  kill(pid: number, signal: NodeJS.Signals): unknown;
  listenerCount(event: NodeJS.Signals): number;
  on(event: string, listener: () => void): unknown;
  once(event: string, listener: () => void): unknown;
  prependListener(event: string, listener: () => void): unknown;
  removeListener(event: string, listener: () => void): unknown;
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

/** Starts watching. Nothing it does keeps the process alive but a flush, and that for `deadlineMs`. */
export function watchExit(settings: ExitWatchSettings): void {
  const { process } = settings;
  process.once('beforeExit', () => void flushWithin(settings));
  process.on('uncaughtExceptionMonitor', () => {
    settings.onCrash();
    // The process ends right after this unless the application has a handler of its own: whatever a
    // handler's last moments allow is sent, no more can be done.
    void flushWithin(settings);
  });
  // Signals reach the main thread only; a listener in a worker would never be called.
  if (isMainThread) for (const signal of SIGNALS) watchSignal(signal, settings);
}

function watchSignal(signal: NodeJS.Signals, settings: ExitWatchSettings): void {
  const { process } = settings;
  const onSignal = (): void => {
    // Removed first: the listeners after us, and a second signal, then find what they would have
    // found without us. signal-exit and its like end the process only when nobody else listens.
    process.removeListener(signal, onSignal);
    const applicationListens = process.listenerCount(signal) > 0;
    const flushed = flushWithin(settings);
    // An application with a listener ends itself, or decides not to.
    if (applicationListens) return;
    void flushed.then(() => process.kill(process.pid, signal));
  };
  process.prependListener(signal, onSignal);
}

function flushWithin({ flush, deadlineMs }: ExitWatchSettings): Promise<void> {
  return new Promise((resolve) => {
    // Exports hold no reference of their own, so this timer is what lets a flush finish.
    const deadline = setTimeout(resolve, deadlineMs);
    const done = (): void => {
      clearTimeout(deadline);
      resolve();
    };
    flush().then(done, done);
  });
}
