/** Finds the parts of Express that hold the methods to patch, in version 4 and 5 alike. */

/** Express' `app` prototype. */
export function applicationOf(express: object): object | undefined {
  return objectAt(express, 'application');
}

/** Express' `res` prototype. */
export function responseOf(express: object): object | undefined {
  return objectAt(express, 'response');
}

/** The object on which a router finds `use`: `Router` itself in 4, `Router.prototype` in 5. */
export function routerPrototypeOf(express: object): object | undefined {
  let holder: object | null | undefined = newRouter(express);
  while (holder !== null && holder !== undefined) {
    if (Object.hasOwn(holder, 'use')) return holder;
    holder = Reflect.getPrototypeOf(holder);
  }
  return undefined;
}

/** The prototype of layers. Neither version exports it, but any router has one. */
export function layerPrototypeOf(express: object): object | undefined {
  const router = newRouter(express);
  const use: unknown = router && Reflect.get(router, 'use');
  if (router === undefined || typeof use !== 'function') return undefined;
  Reflect.apply(use, router, [passOn]);
  const stack: unknown = Reflect.get(router, 'stack');
  const layer: unknown = Array.isArray(stack) ? stack[0] : undefined;
  return isObject(layer) ? (Reflect.getPrototypeOf(layer) ?? undefined) : undefined;
}

function passOn(_request: unknown, _response: unknown, next: () => void): void {
  next();
}

function newRouter(express: object): object | undefined {
  const create: unknown = Reflect.get(express, 'Router');
  if (typeof create !== 'function') return undefined;
  const router: unknown = Reflect.apply(create, undefined, []);
  return isObject(router) ? router : undefined;
}

function objectAt(holder: object, name: string): object | undefined {
  const value: unknown = Reflect.get(holder, name);
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
