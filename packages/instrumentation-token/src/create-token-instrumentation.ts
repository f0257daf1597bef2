/** The patches of everything that verifies JSON Web Tokens, declared. */
import type { InstrumentationConfig } from '@opentelemetry/instrumentation';
import {
  type LibraryMethod,
  type MethodWrapper,
  type SecurityInstrumentation,
  createSecurityInstrumentation,
  likeOriginal,
  observeCall,
  patch,
} from '@spanguard/instrumentation';
import { PACKAGE } from './generated/package-name.ts';
import { observeDecode, observePayload, observeSignature, observeSigned } from './hapi-steps.ts';
import { checkOf, failuresOf } from './token-check.ts';

/**
 * Tells a request how the check of its own token ended, by whichever library: jsonwebtoken, jose, fast-jwt,
 * `@hapi/jwt`, and what is built on them.
 *
 * @example
 * const instrumentations = [createHttpInstrumentation(), createTokenInstrumentation()];
 */
export function createTokenInstrumentation(
  config: InstrumentationConfig = {},
): SecurityInstrumentation {
  const jsonwebtoken = observeCall({
    where: 'token.jsonwebtoken',
    callbackFrom: 2,
    begin: ([token]) => checkOf(token),
  });
  const jose = observeCall({ where: 'token.jose', begin: ([token]) => checkOf(token) });
  const patches = [
    patch('jsonwebtoken', '>=8 <10').method('verify', jsonwebtoken),
    patch('jose', '>=4 <7')
      .method('jwtVerify', jose)
      .method('jwtDecrypt', jose)
      .method('compactVerify', jose),
    patch('fast-jwt', '>=2 <7')
      .method('createVerifier', madeBy(observeVerifier))
      .method('createDecoder', madeBy(observeDecoder)),
    // The plugin of hapi takes them from these files, and so do the module's own exports.
    patch('@hapi/jwt', '>=2 <4')
      .file('lib/token.js', (file) =>
        file
          .method('decode', observeDecode)
          .method('verifySignature', observeSignature)
          .method('verifyPayload', observePayload),
      )
      .file('lib/crypto.js', (file) => file.method('verify', observeSigned)),
  ];
  return createSecurityInstrumentation({ ...PACKAGE, patches }, config);
}

/** Wraps a function of fast-jwt's that makes the function which is then called with tokens. */
function madeBy(observe: MethodWrapper): MethodWrapper {
  return (original) =>
    function create(this: unknown, ...args) {
      const made = Reflect.apply(original, this, args);
      return typeof made === 'function' ? likeOriginal(observe(made as LibraryMethod), made) : made;
    };
}

const observeVerifier = observeCall({
  where: 'token.fast_jwt',
  callbackFrom: 1,
  begin: ([token]) => checkOf(token),
});

// @fastify/jwt takes a token apart before it verifies it: what is no token ends there.
const observeDecoder = observeCall({
  where: 'token.fast_jwt',
  begin: ([token]) => failuresOf(checkOf(token)),
});
