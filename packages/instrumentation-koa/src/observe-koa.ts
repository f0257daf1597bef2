/** What is seen as Koa handles a request: trust setting at its start, everything else at its end. */
import {
  type FrameworkView,
  type LibraryMethod,
  type RequestSecurity,
  clientByHops,
  findSessionUser,
  findUser,
  guard,
  holdAnswer,
  holdBody,
  joinRoute,
  securityOf,
} from '@spanguard/instrumentation';
import { isObject, ownValue } from '@spanguard/verdict';
import { routeInMiddleware } from './find-route.ts';
import { KoaRequest, koaRequestOf } from './koa-request.ts';

/** Wraps `app.createContext(request, response)`, by which an application takes a request. */
export function observeCreateContext(original: LibraryMethod): LibraryMethod {
  return function createContext(this: unknown, ...args) {
    const context: unknown = Reflect.apply(original, this, args);
    takeRequest(this, context);
    return context;
  };
}

/** Wraps `context.onerror(error)`, which sends the error page; it is also called when all went well. */
export function observeOnError(original: LibraryMethod): LibraryMethod {
  return function onerror(this: unknown, error) {
    if (error !== null && error !== undefined) noteFailure(this);
    return Reflect.apply(original, this, [error]);
  };
}

const KOA: FrameworkView = {
  name: 'koa',
  learn: guard('koa.learn', (record: RequestSecurity, handle: object) => {
    if (handle instanceof KoaRequest) learn(record, handle);
  }),
};

const takeRequest = guard('koa.request', (app: unknown, context: unknown) => {
  if (!isObject(context)) return;
  const record = recordOf(context);
  if (record === undefined || !record.takenBy(KOA, new KoaRequest(context))) return;
  if (isObject(app) && Reflect.get(app, 'proxy') === true) trustProxy(app, context, record);
});

function trustProxy(app: object, context: object, record: RequestSecurity): void {
  const request: unknown = Reflect.get(context, 'request');
  const ips: unknown = isObject(request) ? Reflect.get(request, 'ips') : undefined;
  const header: unknown = Reflect.get(app, 'proxyIpHeader');
  if (!Array.isArray(ips) || typeof header !== 'string') return;
  // Koa believes every hop that it reads: all of them, or the `maxIpsCount` nearest.
  record.setClient(clientByHops(record, ips.length, header.toLowerCase()));
}

const noteFailure = guard('koa.error', (context: unknown) => {
  const record = isObject(context) ? recordOf(context) : undefined;
  const request = record && koaRequestOf(record);
  if (request !== undefined && request.context === context) request.hasFailed = true;
});

function learn(record: RequestSecurity, seen: KoaRequest): void {
  const { context } = seen;
  const route = routeOf(record, seen);
  if (route !== undefined) record.setRoute(route);
  // Parsers leave it as a property of its own; an accessor of that name may read the stream.
  holdBody(record, ownValue(Reflect.get(context, 'request'), 'body'));
  const response: unknown = Reflect.get(context, 'response');
  if (!seen.hasFailed && isObject(response)) holdAnswer(record, Reflect.get(response, 'body'));
  findUser(record, Reflect.get(context, 'state'), context);
  findSessionUser(record, sessionOf(context));
}

// What koa-session calls the place of its session, from 5 on and from 7 on.
const KOA_SESSION: ReadonlySet<string> = new Set([
  'context#_contextSession',
  'contextSession instance',
]);

// The accessor of koa-session makes a session where there is none: what it made already is looked at.
function sessionOf(context: object): unknown {
  const kept = Object.getOwnPropertySymbols(context).find(
    ({ description }) => description !== undefined && KOA_SESSION.has(description),
  );
  if (kept === undefined) return ownValue(context, 'session');
  return ownValue(Reflect.get(context, kept), 'session');
}

function routeOf(record: RequestSecurity, seen: KoaRequest): string | undefined {
  const { context, routes, mount } = seen;
  const [first] = routes;
  if (first !== undefined) {
    if (routes.length === 1) return joinRoute(mount, first.path);
    // Each route of several may pass the request on; the router notes the one that has it.
    const current: unknown = Reflect.get(context, '_matchedRoute');
    const last = routes.find(({ path }) => path === current) ?? first;
    return joinRoute(mount, last.path);
  }
  if (record.route !== undefined) return undefined;
  const status: unknown = Reflect.get(context, 'status');
  if (typeof status !== 'number' || status === 404) return undefined;
  if (record.mountPath !== '') return record.mountPath;
  if (seen.otherMethod !== undefined) return seen.otherMethod;
  return status >= 400 ? routeInMiddleware(context) : undefined;
}

function recordOf(context: object): RequestSecurity | undefined {
  const request: unknown = Reflect.get(context, 'req');
  return isObject(request) ? securityOf(request) : undefined;
}
