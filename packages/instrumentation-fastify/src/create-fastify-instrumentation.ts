/** The Fastify instrumentation: hooks of Fastify's own, added to each instance as it is made. No span is made. */
import type { InstrumentationConfig } from '@opentelemetry/instrumentation';
import {
  type SecurityInstrumentation,
  channel,
  createSecurityInstrumentation,
} from '@spanguard/instrumentation';
import { PACKAGE } from './generated/package-name.ts';
import { observeInstance } from './observe-fastify.ts';

/**
 * Gives server spans the right `http.route` (prefixes of plugins, and also for what a hook answers before the
 * handler), and the request's record its parsed body, its response payload, its user, what a schema refused,
 * and the client by the application's own `trustProxy`. Fastify 4 and 5, whichever way it is loaded: nothing
 * of it is patched.
 *
 * @example
 * const instrumentations = [createHttpInstrumentation(), createFastifyInstrumentation()];
 */
export function createFastifyInstrumentation(
  config: InstrumentationConfig = {},
): SecurityInstrumentation {
  const channels = [channel('fastify.initialization', observeInstance)];
  return createSecurityInstrumentation({ ...PACKAGE, patches: [], channels }, config);
}
