/** What is kept of one request that Koa handles. */
import type { RequestSecurity } from '@spanguard/instrumentation';

/** A route of a router, as far as it is looked at. */
export interface RouteLayer {
  /** As written, with the prefixes of the routers around it; a string, or what it was made of. */
  readonly path: unknown;
}

/** The request's context, and what the routers said of it so far. */
export class KoaRequest {
  readonly context: object;
  /** The routes that the last router found, in the order they are asked. */
  routes: readonly RouteLayer[] = NO_ROUTES;
  /** The patterns of the mounts around that router. */
  mount = '';
  /** A route of the path, but not of the method: whoever answers it says so with its `Allow`. */
  otherMethod: string | undefined = undefined;
  /** The error page was sent, and not what stands in `body`. */
  hasFailed = false;

  constructor(context: object) {
    this.context = context;
  }
}

const NO_ROUTES: readonly RouteLayer[] = [];

/** What is kept of a record's request, where Koa is the innermost that handles it. */
export function koaRequestOf(record: RequestSecurity): KoaRequest | undefined {
  return record.handle instanceof KoaRequest ? record.handle : undefined;
}
