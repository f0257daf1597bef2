/** What a handler's route says of it, read once when the handler is added. */
import { isObject } from '@spanguard/verdict';

/** A handler or middleware, and where it stands. */
export interface HandlerRoute {
  /** As written, with base paths and the routes of the applications around it. */
  readonly path: string;
  /** It is there to answer; middleware may. */
  readonly isHandler: boolean;
  /** It takes every path below, so there may be a route that says more. */
  readonly isWildcard: boolean;
}

/** `undefined` of what Hono does not keep as a route. */
export function handlerRoute(route: unknown): HandlerRoute | undefined {
  if (!isObject(route)) return undefined;
  const path: unknown = Reflect.get(route, 'path');
  const handler: unknown = Reflect.get(route, 'handler');
  if (typeof path !== 'string' || typeof handler !== 'function') return undefined;
  // As Hono's own listing of routes tells them apart: who is called with `next` is middleware.
  const isHandler = Reflect.get(route, 'method') !== 'ALL' || handler.length < 2;
  return { path, isHandler, isWildcard: path.endsWith('*') };
}

/** The route among those that match which answers if nobody refuses: the first that says most. */
export function routeAmong(matched: unknown): string | undefined {
  if (!Array.isArray(matched)) return undefined;
  let found: string | undefined;
  for (const each of matched) {
    const route = handlerRoute(each);
    if (route?.isHandler !== true) continue;
    if (!route.isWildcard) return route.path;
    found ??= route.path;
  }
  return found;
}
