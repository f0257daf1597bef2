/** An analysis without a thread: for a clock, or files, that a thread could not share. */
import { Analysis, type AnalysisWorld } from './analysis.ts';
import type { StartAnalysis } from './messages.ts';

/** Begins one beside its consumer. What is said is copied, as it is between threads. */
export function analysisHere(world: Omit<AnalysisWorld, 'report'>): StartAnalysis {
  return (settings, { onReport, onDeath }) => {
    let isEnded = false;
    const soon = (say: () => void): void =>
      queueMicrotask(() => {
        if (!isEnded) say();
      });
    const analysis = new Analysis(structuredClone(settings), {
      ...world,
      report: (report) => {
        const copy = structuredClone(report);
        soon(() => onReport(copy));
      },
    });
    analysis.run().catch((error: unknown) => soon(() => onDeath(error)));
    return {
      post: (request) => {
        const copy = structuredClone(request);
        soon(() => analysis.receive(copy));
      },
      end: () => {
        isEnded = true;
        return analysis.end();
      },
    };
  };
}
