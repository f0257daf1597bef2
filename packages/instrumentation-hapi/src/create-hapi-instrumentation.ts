/** The hapi patches, declared: two files that hapi loads for itself. No span is made. */
import type { InstrumentationConfig } from '@opentelemetry/instrumentation';
import {
  type SecurityInstrumentation,
  createSecurityInstrumentation,
  patch,
} from '@spanguard/instrumentation';
import { PACKAGE } from './generated/package-name.ts';
import { observeExecute, observeFailAction } from './observe-hapi.ts';

/**
 * Gives server spans the right `http.route` (prefixes of plugins, and also for what an authentication scheme
 * answers before the handler), and the request's record its parsed payload, its answer, what validation
 * refused, the user, and hapi's own verdict on authentication. hapi 21, `require` and `import`.
 *
 * @example
 * const instrumentations = [createHttpInstrumentation(), createHapiInstrumentation()];
 */
export function createHapiInstrumentation(
  config: InstrumentationConfig = {},
): SecurityInstrumentation {
  const patches = [
    patch('@hapi/hapi', '>=21 <22')
      .file('lib/request.js', (file) => file.method('prototype._execute', observeExecute))
      .file('lib/toolkit.js', (file) =>
        file.method('Manager.prototype.failAction', observeFailAction),
      ),
  ];
  return createSecurityInstrumentation({ ...PACKAGE, patches }, config);
}
