/** The wall around every hook: our errors end here, are counted, and switch the hook off. */
import { securityRuntime } from '../runtime/security-runtime.ts';

/** Errors of one hook after which it stays off for the life of the process. */
export const hookErrorsMax = 100;

/** How one guarded hook fares. */
export interface HookHealth {
  readonly where: string;
  /** Errors swallowed so far; at {@link hookErrorsMax} the hook is off. */
  readonly errors: number;
  readonly disabled: boolean;
}

interface HookState {
  readonly where: string;
  errors: number;
}

// Hooks are declared by code, not by traffic: their number is bounded by the source.
const states = new Map<string, HookState>();

/**
 * Wraps a hook, or one step of a hook, so that it can never reach the application: an exception is swallowed,
 * counted against `where`, and reported to the runtime; after {@link hookErrorsMax} errors it is no longer
 * called, which the runtime is told once. A step of its own is what may fail without the rest of its hook:
 * what clients and applications hand us can make it fail on purpose. Returns what the hook returned, or `undefined` when it failed or is off. Hooks must
 * be synchronous; guards with the same `where` share one count.
 */
export function guard<Arguments extends readonly unknown[], Result>(
  where: string,
  hook: (...args: Arguments) => Result,
): (...args: Arguments) => Result | undefined {
  const state = stateOf(where);
  return (...args) => {
    if (state.errors >= hookErrorsMax) return undefined;
    try {
      return hook(...args);
    } catch (error) {
      swallow(state, error);
      return undefined;
    }
  };
}

/** The health of every hook guarded so far in this copy of the package. */
export function hookHealth(): readonly HookHealth[] {
  return Array.from(states.values(), ({ where, errors }) => ({
    where,
    errors,
    disabled: errors >= hookErrorsMax,
  }));
}

/** Forgets all counts, so that a restarted SDK starts with every hook on. */
export function resetHookHealth(): void {
  for (const state of states.values()) state.errors = 0;
}

function stateOf(where: string): HookState {
  const known = states.get(where);
  if (known !== undefined) return known;
  const created: HookState = { where, errors: 0 };
  states.set(where, created);
  return created;
}

function swallow(state: HookState, error: unknown): void {
  state.errors += 1;
  try {
    const runtime = securityRuntime();
    runtime?.onInternalError(state.where, error);
    if (state.errors === hookErrorsMax) runtime?.onHookDisabled(state.where);
  } catch {
    // The runtime's own counter failed: there is nobody left to tell.
  }
}
