/** Memory of the process, and how late its event loop is. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Metrics } from './metrics.ts';

const RESOLUTION_MS = 20;
const NANOS_PER_SECOND = 1e9;

/** Adds the gauges of the process. What is returned ends the measuring. */
export function observeProcess(metrics: Metrics): () => void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  metrics.observe('process.resident_memory_bytes', () => process.memoryUsage.rss());
  metrics.observe('process.event_loop_delay_seconds', () => seconds(delay.percentile(99)));
  metrics.observe('process.event_loop_delay_max_seconds', () => {
    // Read last of the two: both are of the time since metrics were read.
    const max = seconds(delay.max);
    delay.reset();
    return max;
  });
  return () => void delay.disable();
}

/** The timer of the measurement itself is not late by its own interval. */
function seconds(nanos: number): number {
  return Math.max(0, nanos / NANOS_PER_SECOND - RESOLUTION_MS / 1000);
}
