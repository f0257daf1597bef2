/** Watches a strategy decide: Passport gives each attempt an object of its own with `success`, `fail`, … on it. */
import { guard, type LibraryMethod, likeOriginal, securityOf } from '@spanguard/instrumentation';
import { type Attempt, signalOf } from './attempt-signal.ts';
import { kindOf } from './strategy-kind.ts';

const inlineStrategiesMax = 16;
const OBSERVED: symbol = Symbol.for('spanguard.passport.observed');

/** Wraps `passport.use(name?, strategy)`: observes the strategy before Passport keeps it. */
export function observeUse(original: LibraryMethod): LibraryMethod {
  return function use(this: unknown, ...args) {
    const [name, strategy] = args;
    if (typeof name === 'string') observe(strategy, name);
    else observe(name);
    return Reflect.apply(original, this, args);
  };
}

/** Wraps `passport.authenticate(strategies, ...)`, which also takes strategies never `use`d. */
export function observeAuthenticate(original: LibraryMethod): LibraryMethod {
  return function authenticate(this: unknown, ...args) {
    observeInline(args[0]);
    return Reflect.apply(original, this, args);
  };
}

const observeInline = guard('passport.inline', (given: unknown) => {
  const strategies: readonly unknown[] = Array.isArray(given) ? given : [given];
  for (const strategy of strategies.slice(0, inlineStrategiesMax)) observe(strategy);
});

const observe = guard('passport.use', (strategy: unknown, usedName?: string) => {
  if (typeof strategy !== 'object' || strategy === null) return;
  const kind = kindOf(strategy);
  const ownName: unknown = Reflect.get(strategy, 'name');
  const name = usedName ?? (typeof ownName === 'string' ? ownName : 'custom');
  const authenticate: unknown = Reflect.get(strategy, 'authenticate');
  if (kind === 'silent' || !isMethod(authenticate) || Object.hasOwn(authenticate, OBSERVED)) return;
  const observed: LibraryMethod = function observedAuthenticate(this: unknown, ...given) {
    watch(this, given[0], { name, kind });
    return Reflect.apply(authenticate, this, given);
  };
  likeOriginal(observed, authenticate);
  Object.defineProperty(observed, OBSERVED, { value: true });
  Object.defineProperty(strategy, 'authenticate', {
    value: observed,
    configurable: true,
    writable: true,
    enumerable: false,
  });
});

/** Puts ourselves between the strategy and Passport, for this attempt only. */
const watch = guard(
  'passport.authenticate',
  (attempt: unknown, request: unknown, strategy: Attempt['strategy']) => {
    if (typeof attempt !== 'object' || attempt === null) return;
    if (typeof request !== 'object' || request === null) return;
    // Not a request we follow: the attempt runs exactly as it would without us.
    const record = securityOf(request);
    if (record === undefined) return;
    const seen = { attempt, request, strategy, record };
    between(attempt, 'success', (args) => {
      tell({ ...seen, outcome: 'success', args });
    });
    between(attempt, 'fail', (args) => {
      tell({ ...seen, outcome: 'failure', args });
    });
    // The way to another's login page, or to ours: an answer that is still to come.
    between(attempt, 'redirect', (args) => {
      tell({ ...seen, outcome: 'challenge', args });
    });
  },
);

const tell = guard('passport.signal', (seen: Attempt) => {
  const signal = signalOf(seen);
  if (signal !== undefined) seen.record.addSignal(signal);
});

function between(
  attempt: object,
  method: string,
  observer: (args: readonly unknown[]) => void,
): void {
  const original: unknown = Reflect.get(attempt, method);
  if (!isMethod(original)) return;
  const observed: LibraryMethod = function observedOutcome(this: unknown, ...args) {
    observer(args);
    return Reflect.apply(original, this, args);
  };
  Reflect.set(attempt, method, observed);
}

function isMethod(value: unknown): value is LibraryMethod {
  return typeof value === 'function';
}
