/** The Koa patches, declared: the application itself and the routers people put in it. No span is made. */
import type { InstrumentationConfig } from '@opentelemetry/instrumentation';
import {
  type ModulePatch,
  type SecurityInstrumentation,
  createSecurityInstrumentation,
  patch,
} from '@spanguard/instrumentation';
import { PACKAGE } from './generated/package-name.ts';
import { contextPrototypeOf } from './koa-parts.ts';
import { observeCreateContext, observeOnError } from './observe-koa.ts';
import { observeMount } from './observe-mount.ts';
import { observeDispatch, observeMatch } from './observe-router.ts';

/**
 * Gives server spans the right `http.route` (routers, nested routers, prefixes and mounts), and the
 * request's record its parsed body, its response payload, its user and the client by the application's own
 * `proxy` settings. Koa 2 and 3, `require` and `import`.
 *
 * @example
 * const instrumentations = [createHttpInstrumentation(), createKoaInstrumentation()];
 */
export function createKoaInstrumentation(
  config: InstrumentationConfig = {},
): SecurityInstrumentation {
  const patches = [
    patch('koa', '>=2 <4')
      .method('prototype.createContext', observeCreateContext)
      .methodOf(contextPrototypeOf, 'onerror', observeOnError),
    routerPatch('@koa/router', '>=8 <16'),
    routerPatch('koa-router', '>=7.4 <15'),
    patch('koa-mount', '>=3 <5').exported(observeMount),
  ];
  return createSecurityInstrumentation({ ...PACKAGE, patches }, config);
}

function routerPatch(moduleName: string, versions: string): ModulePatch {
  return patch(moduleName, versions)
    .method('prototype.routes', observeDispatch)
    .method('prototype.middleware', observeDispatch)
    .method('prototype.match', observeMatch);
}
