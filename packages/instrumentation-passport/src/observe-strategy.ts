/** Watches a strategy decide: Passport gives each attempt an object of its own with `success`, `fail`, … on it. */
import {
  type AuthnScheme,
  type AuthnSignal,
  guard,
  type LibraryMethod,
  likeOriginal,
  loginNameInBody,
  securityOf,
  userIdOf,
} from '@spanguard/instrumentation';

/** Strategies that only carry an earlier login on: they decide nothing that is worth telling. */
const SILENT: ReadonlySet<string> = new Set(['session', 'anonymous', 'remember-me']);
const TOKEN: ReadonlySet<string> = new Set(['bearer', 'jwt', 'http-bearer', 'oauth2-bearer']);
const PER_REQUEST: ReadonlySet<string> = new Set(['basic', 'digest', 'headerapikey', 'localapikey', 'hmac']);
const OBSERVED: symbol = Symbol.for('spanguard.passport.observed');

/** Wraps `passport.use(name?, strategy)`: observes the strategy before Passport keeps it. */
export function observeUse(original: LibraryMethod): LibraryMethod {
  return function use(this: unknown, ...args) {
    observe(args);
    return Reflect.apply(original, this, args);
  };
}

const observe = guard('passport.use', (args: readonly unknown[]) => {
  const strategy = args.findLast((arg) => typeof arg === 'object' && arg !== null);
  if (typeof strategy !== 'object' || strategy === null) return;
  const name = typeof args[0] === 'string' ? args[0] : String(Reflect.get(strategy, 'name') ?? '');
  const authenticate: unknown = Reflect.get(strategy, 'authenticate');
  if (SILENT.has(name) || !isMethod(authenticate) || Object.hasOwn(authenticate, OBSERVED)) return;
  const observed: LibraryMethod = function observedAuthenticate(this: unknown, ...given) {
    watch(this, given[0], name);
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
const watch = guard('passport.authenticate', (attempt: unknown, request: unknown, name: string) => {
  if (typeof attempt !== 'object' || attempt === null) return;
  if (typeof request !== 'object' || request === null) return;
  const tell = guard('passport.signal', (outcome: AuthnSignal['outcome'], args: readonly unknown[]) => {
    securityOf(request)?.addSignal(signalOf({ attempt, request, name, outcome, args }));
  });
  between(attempt, 'success', (args) => tell('success', args));
  between(attempt, 'fail', (args) => tell('failure', args));
  // The way to another's login page, or to ours: an answer that is still to come.
  between(attempt, 'redirect', (args) => tell('challenge', args));
});

function between(attempt: object, method: string, observer: (args: readonly unknown[]) => void): void {
  const original: unknown = Reflect.get(attempt, method);
  if (!isMethod(original)) return;
  const observed: LibraryMethod = function observedOutcome(this: unknown, ...args) {
    observer(args);
    return Reflect.apply(original, this, args);
  };
  Reflect.set(attempt, method, observed);
}

interface Attempt {
  readonly attempt: object;
  readonly request: object;
  readonly name: string;
  readonly outcome: AuthnSignal['outcome'];
  /** What the strategy called Passport with: a user, or a challenge and a status. */
  readonly args: readonly unknown[];
}

function signalOf({ attempt, request, name, outcome, args }: Attempt): AuthnSignal {
  const body: unknown = Object.getOwnPropertyDescriptor(request, 'body')?.value;
  const field: unknown = Reflect.get(attempt, '_usernameField');
  const named = loginNameInBody(body, typeof field === 'string' ? field : undefined);
  const userId = named ?? (outcome === 'success' ? userIdOf(args[0]) : undefined);
  return {
    source: 'library',
    outcome,
    scheme: schemeOf(name),
    method: name,
    ...(outcome === 'failure' ? { reason: reasonOf(args) } : {}),
    ...(userId === undefined ? {} : { userId }),
  };
}

function schemeOf(name: string): AuthnScheme {
  if (TOKEN.has(name)) return 'token';
  return PER_REQUEST.has(name) ? 'per_request' : 'login';
}

/** Our own words: a challenge's text is the application's, and may hold anything. */
function reasonOf(args: readonly unknown[]): string {
  return args.includes(400) ? 'missing_credentials' : 'invalid_credentials';
}

function isMethod(value: unknown): value is LibraryMethod {
  return typeof value === 'function';
}
