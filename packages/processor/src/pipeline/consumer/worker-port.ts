/**
 * Work in a thread of its own: neither that nor its garbage delays what is taken in. It dies alone where it
 * takes too much memory or throws, and is ended where it does not answer any more.
 */
import { type MessagePort, Worker } from 'node:worker_threads';
import type { CancelTimer, Clock } from '../clock.ts';
import type { Port, PortListener, PostedReport, PostedRequest } from './posting-messages.ts';

/** V8 lets young objects take far more, of which nothing here needs much. */
const YOUNG_MIB = 8;
/** Asked so often in the time that it may be silent. */
const ASKED = 4;

/** Said to a thread besides what it works on: it answers `here` between two of its tasks. */
export type ThreadRequest<Request> = Request | { readonly kind: 'ask' };
/** What a thread says besides its reports: that it is there. */
export type ThreadReport<Report> = Report | { readonly kind: 'here' };

/** When a thread is taken for one that hangs. */
export interface SilenceSettings {
  readonly clock: Clock;
  /** Without a word for so long, once it was ready, it hangs, and is ended. */
  readonly silenceMsMax: number;
}

/** What a thread is begun with. */
export interface WorkerSettings extends SilenceSettings {
  /** As the thread is called, and the codes of its errors: `ANALYSIS_ENDED`, `ANALYSIS_HUNG`. */
  readonly name: string;
  /** Where it begins. */
  readonly file: URL;
  readonly data: unknown;
  /** What it may take of memory for objects that last. */
  readonly heapMib: number;
}

/** A thread that ended though nobody asked it to, or was ended since it did not answer. */
class ThreadError extends Error {
  override readonly name = 'ThreadError';
  readonly code: string;

  constructor(thread: string, what: 'ended' | 'hung') {
    super();
    this.code = `${thread}_${what}`.toUpperCase();
  }
}

type Posted = { readonly kind: string } | PostedRequest;

/** Begins a thread. Its death is told once, also where it could not be ended. */
export function startWorker<Request extends Posted, Report extends { readonly kind: string }>(
  settings: WorkerSettings,
  { onReport, onDeath }: PortListener<Report | PostedReport>,
): Port<Request | PostedRequest> {
  const { name, file, data, heapMib } = settings;
  const worker = new Worker(file, {
    name,
    workerData: data,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB, maxOldGenerationSizeMb: heapMib },
  });
  const post = (request: ThreadRequest<Posted>): void =>
    worker.postMessage(request, 'facts' in request ? [request.facts.buffer] : []);
  let isEnded = false;
  let isHung = false;
  let cause: unknown;
  const die = (): void => {
    watch.end();
    if (isEnded) return;
    isEnded = true;
    onDeath(cause ?? new ThreadError(name, 'ended'), isHung);
  };
  const end = (why: unknown): void => {
    cause ??= why;
    // As a rule `exit` tells of it.
    worker.terminate().catch(die);
  };
  const watch = new SilenceWatch(settings, {
    ask: () => post({ kind: 'ask' }),
    onSilence: () => {
      isHung = true;
      end(new ThreadError(name, 'hung'));
    },
  });
  worker.on('message', (report: ThreadReport<Report | PostedReport>) => {
    watch.heard();
    if (isAnswer(report)) return;
    if (report.kind === 'ready') {
      // From here on it must not keep a process alive that has nothing else to do.
      worker.unref();
      watch.begin();
    }
    if (!isEnded) onReport(report);
  });
  worker.on('messageerror', end);
  worker.on('error', (error) => (cause ??= error));
  // Behind everything it reported.
  worker.on('exit', die);
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
}

/** What works on what is posted. A method: each kind takes requests of its own. */
export interface Receiver {
  receive(request: { readonly kind: string }): void;
}

/** Within the thread: hands on what is posted to it, and answers that it is there. */
export function hearPosted(port: MessagePort, receiver: Receiver): void {
  port.on('message', (request: { readonly kind: string }) => {
    if (request.kind === 'ask') port.postMessage({ kind: 'here' });
    else receiver.receive(request);
  });
}

function isAnswer(report: { readonly kind: string }): report is { readonly kind: 'here' } {
  return report.kind === 'here';
}

/**
 * Asks now and then, and counts what is not answered rather than time: where the whole process stood still,
 * the answers are there before it is asked again.
 */
class SilenceWatch {
  readonly #settings: SilenceSettings;
  readonly #heard: { readonly ask: () => void; readonly onSilence: () => void };
  #unanswered = 0;
  #cancel: CancelTimer = () => undefined;

  constructor(
    settings: SilenceSettings,
    whom: { readonly ask: () => void; readonly onSilence: () => void },
  ) {
    this.#settings = settings;
    this.#heard = whom;
  }

  begin(): void {
    const { clock, silenceMsMax } = this.#settings;
    this.#cancel = clock.after(silenceMsMax / ASKED, () => {
      if (this.#unanswered === ASKED) {
        this.#heard.onSilence();
        return;
      }
      this.#unanswered += 1;
      this.#heard.ask();
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
