/** Reads from an error of Fastify what was wrong with the request: a schema refused it, or nobody could parse it. */
import { type RefusedInput, refusedInput } from '@spanguard/instrumentation';
import { isObject } from '@spanguard/verdict';

const UNREADABLE: ReadonlyMap<unknown, string> = new Map([
  ['FST_ERR_CTP_INVALID_JSON_BODY', 'malformed'],
  ['FST_ERR_CTP_EMPTY_JSON_BODY', 'empty'],
  ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', 'length'],
]);

/** `undefined` where the error is about something else. */
export function refusalIn(error: unknown): RefusedInput | undefined {
  if (!isObject(error)) return undefined;
  const refused = refusedInput(Reflect.get(error, 'validationContext'), error);
  if (refused !== undefined) return refused;
  const rule =
    UNREADABLE.get(Reflect.get(error, 'code')) ??
    // Fastify 4 gives the parser's own error.
    (error instanceof SyntaxError && Reflect.get(error, 'statusCode') === 400
      ? 'malformed'
      : undefined);
  return rule === undefined ? undefined : { part: 'body', rule };
}
