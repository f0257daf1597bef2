/** Finds libraries that were loaded before us and can therefore not be observed. */
import type { Instrumentation } from '@opentelemetry/instrumentation';

/** An instrumentation that says what became of its patches. */
interface Reporting extends Instrumentation {
  report(): readonly { readonly moduleName: string; readonly state: string }[];
}

/** Names of the modules that instrumentations found loaded already. Node's own modules are patched in place. */
export function loadedBefore(instrumentations: readonly Instrumentation[]): readonly string[] {
  const early = instrumentations
    .filter(isReporting)
    .flatMap((instrumentation) => instrumentation.report())
    .filter(({ state }) => state === 'early');
  return [...new Set(early.map(({ moduleName }) => moduleName))];
}

function isReporting(instrumentation: Instrumentation): instrumentation is Reporting {
  return typeof Reflect.get(instrumentation, 'report') === 'function';
}
