/** Watches how a call of a library ends, whichever way it gives its result: returned, promised, called back. */
import { context } from '@opentelemetry/api';
import { guard } from '../guard/guard.ts';
import { isMethod, isObjectLike } from './like-original.ts';
import type { LibraryMethod, MethodWrapper } from './patch.ts';

/** How a call ended. */
export type Settled =
  | { readonly isError: false; readonly value: unknown }
  | { readonly isError: true; readonly error: unknown };

/** Is told once how a call ended. */
export type SettledObserver = (settled: Settled) => void;

/** What is watched. */
export interface CallObservation {
  /** Under which our errors are counted. */
  readonly where: string;
  /**
   * Where a callback `(error, value)` may stand at the earliest: the first function from there on is it. Absent
   * where the function never takes one.
   */
  readonly callbackFrom?: number;
  /** Called before the library; `undefined` where nobody wants to know how it ends. */
  readonly begin: (args: readonly unknown[]) => SettledObserver | undefined;
}

/**
 * Makes a wrapper that tells how each call ends, before the application hears of it. A promise is passed on
 * as one that settles alike: what nobody handles stays unhandled. A callback keeps its OpenTelemetry context.
 */
export function observeCall({ where, callbackFrom, begin }: CallObservation): MethodWrapper {
  const beginGuarded = guard(where, begin);
  const tell = guard(where, (observer: SettledObserver, settled: Settled) => {
    observer(settled);
  });
  return (original) =>
    function observedCall(this: unknown, ...args) {
      const observer = beginGuarded(args);
      if (observer === undefined) return Reflect.apply(original, this, args);
      const at = callbackFrom === undefined ? -1 : callbackIn(args, callbackFrom);
      const callback = args[at];
      if (isMethod(callback)) {
        args[at] = observedCallback(callback, (settled) => {
          tell(observer, settled);
        });
        return Reflect.apply(original, this, args);
      }
      return settle(
        () => Reflect.apply(original, this, args),
        (settled) => {
          tell(observer, settled);
        },
      );
    };
}

function callbackIn(args: readonly unknown[], from: number): number {
  return args.findIndex((argument, index) => index >= from && isMethod(argument));
}

function observedCallback(callback: LibraryMethod, observer: SettledObserver): LibraryMethod {
  return context.bind(context.active(), function observed(this: unknown, ...given: unknown[]) {
    const [error, value] = given;
    const isError = error !== null && error !== undefined;
    observer(isError ? { isError, error } : { isError: false, value });
    return Reflect.apply(callback, this, given);
  });
}

function settle(call: () => unknown, observer: SettledObserver): unknown {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    observer({ isError: true, error });
    throw error;
  }
  const then: unknown = isObjectLike(result) ? Reflect.get(result, 'then') : undefined;
  if (!isMethod(then)) {
    observer({ isError: false, value: result });
    return result;
  }
  return Reflect.apply(then, result, [
    (value: unknown) => {
      observer({ isError: false, value });
      return value;
    },
    (error: unknown) => {
      observer({ isError: true, error });
      throw error;
    },
  ]);
}
