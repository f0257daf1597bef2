/** Watches a strategy decide: Passport gives each attempt an object of its own with `success`, `fail`, … on it. */
import { IncomingMessage } from 'node:http';
import { guard, type LibraryMethod, likeOriginal, securityOf } from '@spanguard/instrumentation';
import {
  type AuthnScheme,
  type AuthnSignal,
  credentialIn,
  loginNameInBody,
  userIdOf,
} from '@spanguard/verdict';

/** Strategies that only carry an earlier login on: they decide nothing that is worth telling. */
const SILENT: ReadonlySet<string> = new Set(['session', 'anonymous', 'remember-me']);
const TOKEN: ReadonlySet<string> = new Set(['bearer', 'jwt', 'http-bearer', 'oauth2-bearer']);
const PER_REQUEST: ReadonlySet<string> = new Set([
  'basic',
  'digest',
  'headerapikey',
  'localapikey',
  'hmac',
]);
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
  const ownName: unknown = Reflect.get(strategy, 'name');
  const name = usedName ?? (typeof ownName === 'string' ? ownName : 'custom');
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
  // Not a request we follow: the attempt runs exactly as it would without us.
  if (securityOf(request) === undefined) return;
  between(attempt, 'success', (args) => {
    tell({ attempt, request, name, outcome: 'success', args });
  });
  between(attempt, 'fail', (args) => {
    tell({ attempt, request, name, outcome: 'failure', args });
  });
  // The way to another's login page, or to ours: an answer that is still to come.
  between(attempt, 'redirect', (args) => {
    tell({ attempt, request, name, outcome: 'challenge', args });
  });
});

const tell = guard('passport.signal', (seen: Attempt) => {
  securityOf(seen.request)?.addSignal(signalOf(seen));
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

interface Attempt {
  readonly attempt: object;
  readonly request: object;
  readonly name: string;
  readonly outcome: AuthnSignal['outcome'];
  /** What the strategy called Passport with: a user, or a challenge and a status. */
  readonly args: readonly unknown[];
}

function signalOf(seen: Attempt): AuthnSignal {
  const { name, args } = seen;
  const scheme = schemeOf(name);
  const isUnasked = seen.outcome === 'failure' && scheme !== 'login' && !triesCredential(seen);
  const outcome = isUnasked ? 'challenge' : seen.outcome;
  // Whom a token names is the token's to say, not the body's.
  const named = scheme === 'login' ? loginNameOf(seen) : undefined;
  const userId = named ?? (outcome === 'success' ? userIdOf(args[0]) : undefined);
  return {
    source: 'library',
    outcome,
    scheme,
    method: name,
    ...(outcome === 'failure' ? { reason: reasonOf(scheme, args) } : {}),
    ...(userId === undefined ? {} : { userId }),
  };
}

function loginNameOf({ attempt, request }: Attempt): string | undefined {
  const field: unknown = Reflect.get(attempt, '_usernameField');
  const body: unknown = Object.getOwnPropertyDescriptor(request, 'body')?.value;
  return loginNameInBody(body, typeof field === 'string' ? field : undefined);
}

// Without a credential nobody tried anything: counting that as a failure would drown attacks.
function triesCredential({ request, args }: Attempt): boolean {
  if (request instanceof IncomingMessage && credentialIn(request.headers) !== undefined)
    return true;
  const [challenge] = args;
  // A credential may also come in a cookie, the body or the query: then the library's words tell.
  if (challenge instanceof Error) return !/^no auth token$/iu.test(challenge.message);
  return typeof challenge === 'string' && challenge.includes('error=');
}

function schemeOf(name: string): AuthnScheme {
  if (TOKEN.has(name)) return 'token';
  return PER_REQUEST.has(name) ? 'per_request' : 'login';
}

/** Our own words: a challenge's text is the application's, and may hold anything. */
function reasonOf(scheme: AuthnScheme, args: readonly unknown[]): string {
  if (args.includes(400)) return 'missing_credentials';
  return scheme === 'token' ? 'invalid_token' : 'invalid_credentials';
}

function isMethod(value: unknown): value is LibraryMethod {
  return typeof value === 'function';
}
