/** Flushes when the process ends, and lets it end exactly as it would have without us. */

/** A process, as far as it matters here. */
export type EndingProcess = Pick<NodeJS.Process, 'on' | 'off' | 'kill' | 'pid' | 'listenerCount'>;

/** What to do at the end. */
export interface EndOptions {
  /** Sends what is queued. May take long, may reject; neither shows. */
  readonly flush: () => Promise<void>;
  /** Called when an exception that nobody caught is about to end the process. */
  readonly onCrash: () => void;
  /** A flush is given up after this. */
  readonly flushMsMax: number;
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * On a signal that would have ended the process: flush within the limit, then raise it again with our
 * listener gone, so that code and signal are the ones everybody expects. Where the application listens
 * itself, it decides, and we only flush.
 */
export function endWithProcess(target: EndingProcess, options: EndOptions): void {
  const { flush, flushMsMax } = options;
  const bounded = (): Promise<void> => {
    // Not unref'd: with nothing else to wait for the process would end before the signal is raised again.
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, flushMsMax);
    });
    return Promise.race([flush().catch(() => undefined), limit]).finally(() => clearTimeout(timer));
  };

  for (const signal of SIGNALS) {
    const onSignal = (): void => {
      target.off(signal, onSignal);
      const applicationDecides = target.listenerCount(signal) > 0;
      void bounded().then(() => {
        if (!applicationDecides) target.kill(target.pid, signal);
      });
    };
    target.on(signal, onSignal);
  }

  let isFlushed = false;
  target.on('beforeExit', () => {
    // A flush makes work, after which the event comes again.
    if (isFlushed) return;
    isFlushed = true;
    void bounded();
  });
  target.on('uncaughtExceptionMonitor', () => {
    options.onCrash();
    void flush().catch(() => undefined);
  });
}
