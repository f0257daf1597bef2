/** What nobody caught: said with the part it came from; the process ends only where state is in doubt. */
import type { EventEmitter } from 'node:events';
import type { Counters } from '../pipeline/counters.ts';
import type { Logger } from '../pipeline/logger.ts';
import { errorName } from '../pipeline/failure-reason.ts';

/** What a watch works with. */
export interface FailureWatchOptions {
  /** Emits `unhandledRejection` and `uncaughtException`: the process. */
  readonly emitter: Pick<EventEmitter, 'on' | 'off'>;
  readonly counters: Counters;
  readonly logger: Logger;
}

/** A watch over the whole process. */
export interface FailureWatch {
  /** Settles, with the component, when what is acknowledged may not be what is kept. */
  readonly inDoubt: Promise<string>;
  end(): void;
}

/** An append that nobody answers, or a cursor that moved too far, would lose what was acknowledged. */
const DOUBTFUL: ReadonlySet<string> = new Set(['journal']);
const UNKNOWN = 'unknown';
/** A place in our own sources or in a package's, in a line of a stack. */
const OWN_PLACE = /[\\/]processor[\\/](?:src|dist)[\\/](([a-z-]+)[\\/][\w./\\-]+:\d+)/;

/**
 * Watches until `end`. A promise that nobody waited for costs what it was doing; after an exception out of
 * nowhere, or a failure in the journal, going on could lose data, and a restart cannot.
 */
export function watchFailures({ emitter, counters, logger }: FailureWatchOptions): FailureWatch {
  let doubt: (component: string) => void = () => undefined;
  const inDoubt = new Promise<string>((resolve) => (doubt = resolve));
  const tell = (error: unknown, isFatal: boolean): void => {
    const { component, place } = originOf(error);
    const ends = isFatal || DOUBTFUL.has(component);
    counters.add('process.unhandled', 1, { component });
    logger.error(
      { component, reason: errorName(error), place },
      ends
        ? 'an error nobody handled: state is in doubt, the process ends'
        : 'an error nobody handled',
    );
    if (ends) doubt(component);
  };
  const onRejection = (error: unknown): void => tell(error, false);
  const onException = (error: unknown): void => tell(error, true);
  emitter.on('unhandledRejection', onRejection);
  emitter.on('uncaughtException', onException);
  return {
    inDoubt,
    end: () => {
      emitter.off('unhandledRejection', onRejection);
      emitter.off('uncaughtException', onException);
    },
  };
}

/** Folder and place of the first of our own files in the stack. Messages may hold payload: left out. */
function originOf(error: unknown): { readonly component: string; readonly place: string } {
  const stack = error instanceof Error && typeof error.stack === 'string' ? error.stack : '';
  for (const line of stack.split('\n')) {
    const match = /^\s+at /.test(line) ? OWN_PLACE.exec(line) : null;
    if (match !== null) return { component: match[2] ?? UNKNOWN, place: match[1] ?? UNKNOWN };
  }
  return { component: UNKNOWN, place: UNKNOWN };
}
