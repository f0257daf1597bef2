/** What koa-mount says: the pattern an application is mounted at, which the routers in it never see. */
import { type LibraryMethod, guard, likeOriginal, securityOf } from '@spanguard/instrumentation';
import { isObject, ownValue } from '@spanguard/verdict';

/** One mount, as it was made. */
export interface Mount {
  /** Without a slash at its end. */
  readonly pattern: string;
  /** What is mounted. */
  readonly middleware: readonly unknown[];
  /** The path as the mounted see it; `undefined` where the mount does not take the request. */
  pathBehind(path: string): string | undefined;
}

const mounts = new WeakMap<object, Mount>();

/** The mount that a middleware is, if it is one. */
export function mountOf(middleware: object): Mount | undefined {
  return mounts.get(middleware);
}

/** Wraps `mount(prefix, app)`: the middleware it makes says where the request is while it runs. */
export function observeMount(original: LibraryMethod): LibraryMethod {
  return function mount(this: unknown, ...args) {
    const middleware: unknown = Reflect.apply(original, this, args);
    return observeMounted(middleware, args) ?? middleware;
  };
}

const observeMounted = guard('koa.mount', (middleware: unknown, args: readonly unknown[]) => {
  const [prefix, app] = args;
  if (typeof middleware !== 'function' || typeof prefix !== 'string' || prefix === '/') return;
  const mount = newMount(prefix, app);
  const observed: LibraryMethod = function observedMount(this: unknown, context, upstream) {
    const next = enterMount(mount, context, upstream) ?? upstream;
    return Reflect.apply(middleware, this, [context, next]);
  };
  mounts.set(observed, mount);
  return likeOriginal(observed, middleware);
});

const enterMount = guard('koa.mounted', (mount: Mount, context: unknown, upstream: unknown) => {
  if (!isObject(context) || !isMethod(upstream)) return undefined;
  const path: unknown = Reflect.get(context, 'path');
  if (typeof path !== 'string' || mount.pathBehind(path) === undefined) return undefined;
  const request: unknown = Reflect.get(context, 'req');
  const record = isObject(request) ? securityOf(request) : undefined;
  if (record === undefined) return undefined;
  const outer = record.mountPath;
  record.mountPath = outer + mount.pattern;
  // What is mounted passes on what it does not answer. What it did answer it answered here.
  return function leaveMount(this: unknown, ...args: unknown[]): unknown {
    record.mountPath = outer;
    return Reflect.apply(upstream, this, args);
  };
});

function isMethod(value: unknown): value is LibraryMethod {
  return typeof value === 'function';
}

function newMount(prefix: string, app: unknown): Mount {
  const isOpen = prefix.endsWith('/');
  const listed: unknown = Array.isArray(app) ? app : ownValue(app, 'middleware');
  return {
    pattern: isOpen ? prefix.slice(0, -1) : prefix,
    middleware: Array.isArray(listed) ? listed : [app],
    pathBehind: (path) => {
      if (!path.startsWith(prefix)) return undefined;
      const behind = path.slice(prefix.length) || '/';
      return isOpen || behind.startsWith('/') ? behind : undefined;
    },
  };
}
