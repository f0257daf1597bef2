/** The Passport patch, declared: every strategy an application registers is observed. */
import type { InstrumentationConfig } from '@opentelemetry/instrumentation';
import {
  createSecurityInstrumentation,
  patch,
  type SecurityInstrumentation,
} from '@spanguard/instrumentation';
import { PACKAGE } from './generated/package-name.ts';
import { observeAuthenticate, observeUse } from './observe-strategy.ts';

/**
 * Tells the request's record how authentication ended, whichever strategy decided it. Passport 0.6 and 0.7,
 * `require` and `import`.
 *
 * @example
 * const instrumentations = [createHttpInstrumentation(), createPassportInstrumentation()];
 */
export function createPassportInstrumentation(
  config: InstrumentationConfig = {},
): SecurityInstrumentation {
  const patches = [
    patch('passport', '>=0.6 <1')
      .method('Authenticator.prototype.use', observeUse)
      .method('Authenticator.prototype.authenticate', observeAuthenticate),
  ];
  return createSecurityInstrumentation({ ...PACKAGE, patches }, config);
}
