/** The patches of everything that checks passwords, declared. */
import type { InstrumentationConfig } from '@opentelemetry/instrumentation';
import {
  type MethodWrapper,
  type SecurityInstrumentation,
  createSecurityInstrumentation,
  observeCall,
  patch,
} from '@spanguard/instrumentation';
import { PACKAGE } from './generated/package-name.ts';
import { observeDerivation, observeEqual } from './derived-password.ts';
import { checkOf } from './password-check.ts';

/**
 * Tells the request a password check ran in how it ended, by whichever library: bcrypt, bcryptjs, argon2,
 * their `@node-rs` twins, and Node's own `scrypt` and `pbkdf2` followed by `timingSafeEqual`.
 *
 * @example
 * const instrumentations = [createHttpInstrumentation(), createPasswordInstrumentation()];
 */
export function createPasswordInstrumentation(
  config: InstrumentationConfig = {},
): SecurityInstrumentation {
  const bcrypt = checks('bcrypt');
  const argon2 = checks('argon2');
  const patches = [
    patch('bcrypt', '>=3 <7').method('compare', bcrypt).method('compareSync', bcrypt),
    patch('bcryptjs', '>=2 <4').method('compare', bcrypt).method('compareSync', bcrypt),
    patch('argon2', '>=0.19 <1').method('verify', argon2),
    patch('@node-rs/bcrypt', '>=1 <2')
      .method('compare', bcrypt)
      .method('compareSync', bcrypt)
      .method('verify', bcrypt)
      .method('verifySync', bcrypt),
    patch('@node-rs/argon2', '>=1 <3').method('verify', argon2).method('verifySync', argon2),
    patch('crypto', '*')
      .method('scrypt', observeDerivation('scrypt', 2))
      .method('scryptSync', observeDerivation('scrypt', 2))
      .method('pbkdf2', observeDerivation('pbkdf2', 3))
      .method('pbkdf2Sync', observeDerivation('pbkdf2', 3))
      .method('timingSafeEqual', observeEqual),
  ];
  return createSecurityInstrumentation({ ...PACKAGE, patches }, config);
}

function checks(method: string): MethodWrapper {
  // Both arguments come first, whichever of them is the password.
  const callbackFrom = 2;
  return observeCall({ where: `password.${method}`, callbackFrom, begin: () => checkOf(method) });
}
