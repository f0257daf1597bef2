/**
 * Finds the route that a request was on its way to when middleware in front of the routers refused it: a
 * guard over the whole application answers before any router was asked.
 */
import { joinRoute } from '@spanguard/instrumentation';
import { isObject } from '@spanguard/verdict';
import { mountOf } from './observe-mount.ts';
import { routesIn } from './observe-router.ts';

const middlewareMax = 64;
const mountsMax = 4;

interface Asked {
  readonly path: string;
  readonly method: string;
}

/** Asks the routers of the context's application. Called for refused requests without a route only. */
export function routeInMiddleware(context: object): string | undefined {
  const path: unknown = Reflect.get(context, 'path');
  const method: unknown = Reflect.get(context, 'method');
  const app: unknown = Reflect.get(context, 'app');
  if (typeof path !== 'string' || typeof method !== 'string' || !isObject(app)) return undefined;
  return routeIn(Reflect.get(app, 'middleware'), { path, method }, '');
}

function routeIn(middleware: unknown, asked: Asked, mount: string, depth = 0): string | undefined {
  if (!Array.isArray(middleware) || depth > mountsMax) return undefined;
  for (const entry of middleware.slice(0, middlewareMax)) {
    if (typeof entry !== 'function') continue;
    const found =
      routeOfRouter(Reflect.get(entry, 'router'), asked, mount) ??
      routeBehindMount(entry, asked, mount, depth);
    if (found !== undefined) return found;
  }
  return undefined;
}

function routeOfRouter(
  router: unknown,
  { path, method }: Asked,
  mount: string,
): string | undefined {
  if (!isObject(router)) return undefined;
  const match: unknown = Reflect.get(router, 'match');
  if (typeof match !== 'function') return undefined;
  const matched: unknown = Reflect.apply(match, router, [path, method]);
  const [route] = isObject(matched) ? routesIn(matched) : [];
  return route && joinRoute(mount, route.path);
}

function routeBehindMount(
  entry: object,
  asked: Asked,
  outer: string,
  depth: number,
): string | undefined {
  const mount = mountOf(entry);
  const path = mount?.pathBehind(asked.path);
  if (mount === undefined || path === undefined) return undefined;
  return routeIn(mount.middleware, { ...asked, path }, outer + mount.pattern, depth + 1);
}
