/** What is seen as hapi handles a request: nearly all of it stands on the request object at the end. */
import {
  type FrameworkView,
  type LibraryMethod,
  type RequestSecurity,
  guard,
  holdAnswer,
  holdBody,
  learnUser,
  refusedInput,
  securityOf,
} from '@spanguard/instrumentation';
import { isObject, ownValue } from '@spanguard/verdict';
import { authVerdict } from './auth-verdict.ts';

/** Wraps `request._execute()`, by which a request begins its life. */
export function observeExecute(original: LibraryMethod): LibraryMethod {
  return function _execute(this: unknown, ...args) {
    takeRequest(this);
    return Reflect.apply(original, this, args);
  };
}

/** Wraps `toolkit.failAction(request, failAction, error, options)`, which acts on what validation refused. */
export function observeFailAction(original: LibraryMethod): LibraryMethod {
  return function failAction(this: unknown, ...args) {
    takeRefusal(args);
    return Reflect.apply(original, this, args);
  };
}

/** The request, and whether its verdict was told: who hangs up makes a record look twice. */
class HapiRequest {
  readonly request: object;
  hasVerdict = false;

  constructor(request: object) {
    this.request = request;
  }
}

const HAPI: FrameworkView = {
  name: 'hapi',
  learn: guard('hapi.learn', (record: RequestSecurity, handle: object) => {
    if (handle instanceof HapiRequest) learn(record, handle);
  }),
};

const takeRequest = guard('hapi.request', (request: unknown) => {
  if (isObject(request)) recordOf(request)?.takenBy(HAPI, new HapiRequest(request));
});

const takeRefusal = guard('hapi.validation', (args: readonly unknown[]) => {
  const [request, , error, options] = args;
  if (!isObject(request) || !isObject(options)) return;
  const tags: unknown = Reflect.get(options, 'tags');
  if (!Array.isArray(tags) || tags[1] !== 'error') return;
  const record = recordOf(request);
  if (record === undefined) return;
  const [kind, , part] = tags as readonly unknown[];
  if (kind === 'validation') {
    record.refusedInput ??= refusedInput(part, Reflect.get(options, 'details') ?? error);
  } else if (kind === 'payload' && statusOf(error) === 400) {
    record.refusedInput ??= { part: 'body', rule: 'malformed' };
  }
});

function learn(record: RequestSecurity, seen: HapiRequest): void {
  const { request } = seen;
  const route = routeOf(request);
  if (route !== undefined) record.setRoute(record.mountPath + route);
  holdBody(record, ownValue(request, 'payload'));
  holdAnswer(record, ownValue(ownValue(request, 'response'), 'source'));
  const auth = ownValue(request, 'auth');
  if (!isObject(auth)) return;
  if (Reflect.get(auth, 'isAuthenticated') === true) {
    const credentials = ownValue(auth, 'credentials');
    learnUser(record, ownValue(credentials, 'user') ?? credentials, ownValue(credentials, 'scope'));
  }
  const verdict = seen.hasVerdict ? undefined : authVerdict(auth, record);
  if (verdict === undefined) return;
  seen.hasVerdict = true;
  record.addSignal(verdict);
}

// hapi has routes of its own for what is not found and for preflights.
function routeOf(request: object): string | undefined {
  const route = ownValue(request, 'route');
  if (!isObject(route) || Reflect.get(route, 'method') === '_special') return undefined;
  const path: unknown = Reflect.get(route, 'path');
  return typeof path === 'string' ? path : undefined;
}

function statusOf(error: unknown): unknown {
  return ownValue(ownValue(error, 'output'), 'statusCode');
}

function recordOf(request: object): RequestSecurity | undefined {
  const incoming = ownValue(ownValue(request, 'raw'), 'req');
  return isObject(incoming) ? securityOf(incoming) : undefined;
}
