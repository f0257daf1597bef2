/** An analysis in a thread of its own. */
import { type SilenceSettings, startWorker } from '../pipeline/consumer/worker-port.ts';
import type { OwnReport, OwnRequest, StartAnalysis } from './messages.ts';

const MIB = 1024 * 1024;
/** What rules, texts and a saving on its way take besides the entities. */
const HEAP_MIB_BASE = 512;
/** Entities as they are counted are an estimate of what they take. */
const HEAP_SHARE = 3;

/** What a thread is begun with. */
export interface AnalysisThreadOptions extends SilenceSettings {
  /** Where the thread begins, for tests of one that fails. */
  readonly file?: URL;
  /** The same: what it may take besides the entities. */
  readonly heapMib?: number;
}

/** What begins threads. */
export function analysisThread(options: AnalysisThreadOptions): StartAnalysis {
  const { clock, silenceMsMax, heapMib = HEAP_MIB_BASE } = options;
  // By its name in the package, which is the source or what is built of it, as this file is.
  const own = '#processor/analysis/analysis-worker.ts';
  const file = options.file ?? new URL(import.meta.resolve(own));
  return (data, listener) => {
    const entitiesMib = HEAP_SHARE * Math.ceil(data.groupBytesMax / MIB);
    const heap = { heapMib: heapMib + entitiesMib };
    const settings = { name: 'analysis', file, data, ...heap, clock, silenceMsMax };
    return startWorker<OwnRequest, OwnReport>(settings, listener);
  };
}
