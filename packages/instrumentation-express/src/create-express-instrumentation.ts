/** The Express patches, declared. No span is made: one server span a request carries the route. */
import type { InstrumentationConfig } from '@opentelemetry/instrumentation';
import {
  type ModulePatch,
  type SecurityInstrumentation,
  createSecurityInstrumentation,
  patch,
} from '@spanguard/instrumentation';
import { applicationOf, layerPrototypeOf, responseOf, routerPrototypeOf } from './express-parts.ts';
import { PACKAGE } from './generated/package-name.ts';
import {
  observeHandle,
  observeJson,
  observeLayer,
  observeSend,
  observeUse,
} from './observe-express.ts';

/**
 * Gives server spans the right `http.route`, and the request's record its parsed body, its response
 * payload and the client by the application's own `trust proxy`. Express 4 and 5, `require` and
 * `import`. Use it instead of OpenTelemetry's Express instrumentation, whose span per middleware is
 * what costs; beside it, it works as well.
 *
 * @example
 * const instrumentations = [createHttpInstrumentation(), createExpressInstrumentation()];
 */
export function createExpressInstrumentation(
  config: InstrumentationConfig = {},
): SecurityInstrumentation {
  const patches = [declare('>=4.16 <5', 'handle_request'), declare('>=5 <6', 'handleRequest')];
  return createSecurityInstrumentation({ ...PACKAGE, patches }, config);
}

function declare(versions: string, layerMethod: string): ModulePatch {
  return patch('express', versions)
    .methodOf(routerPrototypeOf, 'use', observeUse)
    .methodOf(layerPrototypeOf, layerMethod, observeLayer)
    .methodOf(applicationOf, 'handle', observeHandle)
    .methodOf(responseOf, 'json', observeJson)
    .methodOf(responseOf, 'send', observeSend);
}
