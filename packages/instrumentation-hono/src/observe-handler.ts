/** What is seen as Hono calls its handlers: the route at the first of them, the payload as one answers. */
import {
  type FrameworkView,
  type LibraryMethod,
  type RequestSecurity,
  currentRequestSecurity,
  findUser,
  guard,
  holdAnswer,
  joinRoute,
  likeOriginal,
  securityOf,
} from '@spanguard/instrumentation';
import { isObject, ownValue } from '@spanguard/verdict';
import { plainForm } from './plain-form.ts';
import { type HandlerRoute, handlerRoute, routeAmong } from './handler-route.ts';

/** Wraps `router.add(method, path, [handler, route])`: the handler says when it is called. */
export function observeAdd(original: LibraryMethod): LibraryMethod {
  return function add(this: unknown, method, path, handler) {
    return Reflect.apply(original, this, [method, path, observedEntry(handler) ?? handler]);
  };
}

// A router may hand on to another what was added to it.
const observedHandlers = new WeakSet<object>();

const observedEntry = guard('hono.add', (entry: unknown): unknown => {
  if (!Array.isArray(entry)) return undefined;
  const [handler, routed] = entry as readonly unknown[];
  const route = handlerRoute(routed);
  if (route === undefined || typeof handler !== 'function') return undefined;
  if (observedHandlers.has(handler)) return undefined;
  const observed: LibraryMethod = function observedHandler(this: unknown, context, next) {
    const seen = enter(context, route, next);
    return Reflect.apply(handler, this, [context, seen ?? next]);
  };
  observedHandlers.add(observed);
  return [likeOriginal(observed, handler), routed];
});

const HONO: FrameworkView = { name: 'hono', learn: guard('hono.learn', learn) };

const enter = guard(
  'hono.handler',
  (context: unknown, route: HandlerRoute, next: unknown): LibraryMethod | undefined => {
    if (!isObject(context)) return undefined;
    const record = recordOf(context);
    if (record === undefined) return undefined;
    if (record.handle !== context) takeContext(record, context, route);
    if (route.isHandler) {
      // One that takes every path below says less than a route that is still to come.
      const saysMore =
        !route.isWildcard || record.route === undefined || record.route.endsWith('*');
      if (saysMore) record.setRoute(joinRoute(record.mountPath, route.path));
      return undefined;
    }
    return record.route === undefined ? enterMiddleware(record, route, next) : undefined;
  },
);

// No handler is behind it. If it answers, it answers at its own mount; at the root that is everywhere.
function enterMiddleware(
  record: RequestSecurity,
  { path }: HandlerRoute,
  next: unknown,
): LibraryMethod | undefined {
  if (path === '*' || path === '/*' || !isMethod(next)) return undefined;
  const mount = joinRoute(record.mountPath, path);
  record.setRoute(mount);
  return function leaveMiddleware(this: unknown, ...args) {
    if (record.route === mount && !record.isFinished) record.setRoute(undefined);
    return Reflect.apply(next, this, args);
  };
}

/** Mounts around the contexts of applications that a handler of another called. */
const mounts = new WeakMap<object, string>();

function takeContext(record: RequestSecurity, context: object, entered: HandlerRoute): void {
  const outer = record.handle;
  if (!record.takenBy(HONO, context) && outer !== undefined)
    enterApplication(record, outer, context);
  watchAnswers(record, context);
  if (entered.isHandler && !entered.isWildcard) return;
  const route = routeAmong(Reflect.get(requestOf(context), 'matchedRoutes'));
  if (route !== undefined) record.setRoute(joinRoute(record.mountPath, route));
}

function enterApplication(record: RequestSecurity, outer: object, context: object): void {
  const known = mounts.get(context);
  if (known === undefined) {
    mounts.set(outer, record.mountPath);
    record.mountPath += mountBetween(outer, context);
    mounts.set(context, record.mountPath);
  } else record.mountPath = known;
}

// What is mounted sees its own part of the path, unless the application says otherwise.
function mountBetween(outer: object, context: object): string {
  const request: unknown = Reflect.get(outer, 'req');
  if (!isObject(request)) return '';
  if (Reflect.get(request, 'path') === Reflect.get(requestOf(context), 'path')) return '';
  const path: unknown = Reflect.get(request, 'routePath');
  return typeof path === 'string' ? path.replace(/\/?\*$/u, '') : '';
}

// They are properties of each context. With the parameters of the originals, which do without the rest.
function watchAnswers(record: RequestSecurity, context: object): void {
  for (const name of ['json', 'text', 'html']) {
    const answer: unknown = Reflect.get(context, name);
    if (!isMethod(answer)) continue;
    Reflect.set(context, name, (payload: unknown, status: unknown, headers: unknown) => {
      holdAnswer(record, payload);
      return Reflect.apply(answer, context, [payload, status, headers]);
    });
  }
}

function learn(record: RequestSecurity, context: object): void {
  record.requestBody = plainForm(record.requestBody);
  findUser(record, Reflect.get(context, 'var'));
}

// By what the Node server gives; an application that passes another environment of its own still runs within
// the request. One that it calls itself, with a request it made, is another request and nobody's.
function recordOf(context: object): RequestSecurity | undefined {
  const incoming = ownValue(Reflect.get(context, 'env'), 'incoming');
  if (isObject(incoming)) return securityOf(incoming);
  const record = currentRequestSecurity();
  const isOurs = record?.framework === undefined || record.handle === context;
  return isOurs ? record : undefined;
}

function requestOf(context: object): object {
  const request: unknown = Reflect.get(context, 'req');
  return isObject(request) ? request : {};
}

function isMethod(value: unknown): value is LibraryMethod {
  return typeof value === 'function';
}
