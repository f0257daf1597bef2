/** The patches that see payload where no framework parses it, declared. */
import {
  createSecurityInstrumentation,
  patch,
  type SecurityInstrumentation,
} from '@spanguard/instrumentation';
import { PACKAGE } from './generated/package-name.ts';
import { observeEnd, observePush } from './observe-payload.ts';

/**
 * Gives the record of a request that no framework handles its parsed body, JSON or a form, and the text of its
 * answer. Beside a framework it does nothing. Use it with {@link createHttpInstrumentation}.
 *
 * @example
 * const instrumentations = [createHttpInstrumentation(), createPayloadInstrumentation()];
 */
export function createPayloadInstrumentation(): SecurityInstrumentation {
  const patches = [
    patch('http', '*')
      .method('IncomingMessage.prototype.push', observePush)
      .method('ServerResponse.prototype.end', observeEnd),
  ];
  return createSecurityInstrumentation({ ...PACKAGE, patches });
}
