/** Keeps OpenTelemetry's HTTP instrumentation from writing to a span that it has ended. */
import type { HttpInstrumentation } from '@opentelemetry/instrumentation-http';

type Method = (this: unknown, ...args: unknown[]) => unknown;

// Where the span stands among their parameters, as of 0.301.
const WRITING: ReadonlyMap<string, number> = new Map([
  ['_onServerResponseFinish', 2],
  ['_onServerResponseError', 0],
]);

/**
 * Upstream ends a span where a handler throws or a response fails, and writes to it again at the next
 * failure or when the response closes: two stacks on standard error each time. What span and metric hold
 * was said at the span's end.
 */
export function leaveEndedSpansAlone(instrumentation: HttpInstrumentation): void {
  for (const [name, position] of WRITING) {
    const write: unknown = Reflect.get(instrumentation, name);
    if (!isMethod(write)) continue;
    const guarded: Method = function writeToSpan(this: unknown, ...args) {
      return isEnded(args[position]) ? undefined : Reflect.apply(write, this, args);
    };
    Object.defineProperty(instrumentation, name, {
      value: guarded,
      configurable: true,
      writable: true,
    });
  }
}

function isEnded(span: unknown): boolean {
  return typeof span === 'object' && span !== null && Reflect.get(span, 'ended') === true;
}

function isMethod(value: unknown): value is Method {
  return typeof value === 'function';
}
