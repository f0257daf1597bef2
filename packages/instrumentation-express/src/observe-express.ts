/** What is seen as Express handles a request: trust setting, route, parsed body, response payload. */
import { IncomingMessage } from 'node:http';
import {
  type LibraryMethod,
  type RequestSecurity,
  guard,
  joinRoute,
  patternText,
  securityOf,
} from '@spanguard/instrumentation';
import { pathOfUse } from './path-of-use.ts';
import { clientByTrustProxy } from './trust-proxy.ts';

// Kept on the layer itself: it lives as long as the layer, and a request reads it once per layer.
const MOUNT: symbol = Symbol.for('spanguard.express.mount');

/** Wraps `app.handle`: the outermost application decides whom to believe about the client. */
export function observeHandle(original: LibraryMethod): LibraryMethod {
  return function handle(this: unknown, request, response, callback) {
    takeRequest(this, request);
    return Reflect.apply(original, this, [request, response, callback]);
  };
}

/** Wraps `router.use`: remembers the pattern a layer is mounted at, which Express forgets. */
export function observeUse(original: LibraryMethod): LibraryMethod {
  return function use(this: unknown, ...args) {
    const before = stackOf(this)?.length ?? 0;
    const result: unknown = Reflect.apply(original, this, args);
    markMounts(this, before, args);
    return result;
  };
}

/**
 * Wraps the method by which a layer handles a request. Layers at the root that are not routes, which
 * is most of them, cost two property reads.
 */
export function observeLayer(original: LibraryMethod): LibraryMethod {
  return function handleRequest(this: unknown, request, response, next) {
    const seen = enterLayer(this, request, next);
    return Reflect.apply(original, this, [request, response, seen ?? next]);
  };
}

/** Wraps `res.json`: keeps what is sent, by reference. */
export function observeJson(original: LibraryMethod): LibraryMethod {
  return function json(this: unknown, ...args) {
    keepObject(this, args);
    return Reflect.apply(original, this, args);
  };
}

/** Wraps `res.send`: keeps text that is sent, by reference. `res.json` ends here too. */
export function observeSend(original: LibraryMethod): LibraryMethod {
  return function send(this: unknown, ...args) {
    keepText(this, args);
    return Reflect.apply(original, this, args);
  };
}

const takeRequest = guard('express.handle', (app: unknown, request: unknown) => {
  if (!(request instanceof IncomingMessage)) return;
  const record = securityOf(request);
  if (record === undefined || record.framework !== undefined) return;
  record.framework = 'express';
  const settings = property(app, 'settings');
  if (typeof settings !== 'object' || settings === null) return;
  const client = clientByTrustProxy(settings, request, record);
  if (client !== undefined) record.setClient(client);
});

const markMounts = guard(
  'express.use',
  (router: unknown, before: number, args: readonly unknown[]) => {
    const pattern = patternText(pathOfUse(args));
    if (pattern === '') return;
    for (const layer of stackOf(router)?.slice(before) ?? []) {
      if (typeof layer !== 'object' || layer === null) continue;
      Object.defineProperty(layer, MOUNT, { value: pattern, configurable: true });
    }
  },
);

const enterLayer = guard(
  'express.layer',
  (layer: unknown, request: unknown, next: unknown): LibraryMethod | undefined => {
    const route = property(layer, 'route');
    const mount = property(layer, MOUNT);
    if (route === undefined && mount === undefined) return undefined;
    if (typeof request !== 'object' || request === null || !isNext(next)) return undefined;
    const record = securityOf(request);
    if (record === undefined) return undefined;
    if (typeof mount === 'string') return enterMount(record, mount, next);
    record.requestBody ??= Object.getOwnPropertyDescriptor(request, 'body')?.value;
    return enterRoute(record, property(route, 'path'), next);
  },
);

function enterMount(record: RequestSecurity, mount: string, next: LibraryMethod): LibraryMethod {
  const outer = record.mountPath;
  record.mountPath = outer + mount;
  return function leaveMount(...args) {
    // What fails at its mount is answered by whoever handles errors, in its name.
    if (isFailure(args[0]) && !record.isFinished) record.settleRoute();
    record.mountPath = outer;
    return next(...args);
  };
}

function enterRoute(record: RequestSecurity, path: unknown, next: LibraryMethod): LibraryMethod {
  const outer = record.route;
  record.setRoute(joinRoute(record.mountPath, path));
  return function leaveRoute(...args) {
    // A route that passes the request on did not answer it; one that failed did.
    if (!isFailure(args[0]) && !record.isFinished) record.setRoute(outer);
    return next(...args);
  };
}

function isFailure(reason: unknown): boolean {
  return reason != null && reason !== 'route' && reason !== 'router';
}

const keepObject = guard('express.json', (response: unknown, args: readonly unknown[]) => {
  const record = recordOf(response);
  if (record === undefined) return;
  // Express 4 also takes `json(status, body)`.
  record.responseBody ??= args.find((arg) => typeof arg === 'object' && arg !== null);
});

const keepText = guard('express.send', (response: unknown, args: readonly unknown[]) => {
  const [body] = args;
  if (typeof body !== 'string') return;
  const record = recordOf(response);
  if (record !== undefined) record.responseText ??= body;
});

function recordOf(response: unknown): RequestSecurity | undefined {
  const request = property(response, 'req');
  return typeof request === 'object' && request !== null ? securityOf(request) : undefined;
}

function stackOf(router: unknown): readonly unknown[] | undefined {
  const stack = property(router, 'stack');
  return Array.isArray(stack) ? stack : undefined;
}

function property(holder: unknown, name: string | symbol): unknown {
  const isHolder = (typeof holder === 'object' && holder !== null) || typeof holder === 'function';
  return isHolder ? Reflect.get(holder, name) : undefined;
}

function isNext(value: unknown): value is LibraryMethod {
  return typeof value === 'function';
}
