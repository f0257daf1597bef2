/** What the routers of Koa say: which of their routes match, before any handler of these runs. */
import {
  type LibraryMethod,
  guard,
  joinRoute,
  likeOriginal,
  securityOf,
} from '@spanguard/instrumentation';
import { isObject } from '@spanguard/verdict';
import { type RouteLayer, koaRequestOf } from './koa-request.ts';

// The context whose router is about to match: a router matches in the very call that gave it the context.
let dispatched: object | undefined;

/** Wraps `router.routes()`: the middleware it makes says for which context it is going to match. */
export function observeDispatch(original: LibraryMethod): LibraryMethod {
  return function routes(this: unknown, ...args) {
    const dispatch: unknown = Reflect.apply(original, this, args);
    if (typeof dispatch !== 'function') return dispatch;
    const observed: LibraryMethod = function observedDispatch(this: unknown, context, next) {
      dispatched = isObject(context) ? context : undefined;
      try {
        return Reflect.apply(dispatch, this, [context, next]);
      } finally {
        dispatched = undefined;
      }
    };
    // A router that is put into another is found by the `router` of its middleware.
    return likeOriginal(observed, dispatch);
  };
}

/** Wraps `router.match(path, method)`. An application may call it itself: then nobody was dispatched. */
export function observeMatch(original: LibraryMethod): LibraryMethod {
  return function match(this: unknown, ...args) {
    const context = dispatched;
    dispatched = undefined;
    const result: unknown = Reflect.apply(original, this, args);
    if (context !== undefined) takeMatch(context, result);
    return result;
  };
}

const takeMatch = guard('koa.match', (context: object, match: unknown) => {
  const request: unknown = Reflect.get(context, 'req');
  const record = isObject(request) ? securityOf(request) : undefined;
  const seen = record && koaRequestOf(record);
  if (record === undefined || seen === undefined || !isObject(match)) return;
  const routes = routesIn(match);
  const [first] = routes;
  if (first === undefined) {
    const [other] = routesAmong(Reflect.get(match, 'path'));
    if (other !== undefined) seen.otherMethod ??= joinRoute(record.mountPath, other.path);
    return;
  }
  seen.routes = routes;
  seen.mount = record.mountPath;
  record.setRoute(joinRoute(seen.mount, first.path));
});

/** The routes in what a router matched; none where only middleware of it did. */
export function routesIn(match: object): readonly RouteLayer[] {
  if (Reflect.get(match, 'route') !== true) return [];
  return routesAmong(Reflect.get(match, 'pathAndMethod'));
}

// What `router.use` puts there has no methods.
function routesAmong(layers: unknown): readonly RouteLayer[] {
  return Array.isArray(layers) ? layers.filter(isRoute) : [];
}

function isRoute(layer: unknown): layer is RouteLayer {
  const methods: unknown = isObject(layer) ? Reflect.get(layer, 'methods') : undefined;
  return Array.isArray(methods) && methods.length > 0;
}
