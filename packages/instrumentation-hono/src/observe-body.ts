/** Sees the body of a request as the application reads it. The stream is the application's alone. */
import {
  type LibraryMethod,
  currentRequestSecurity,
  guard,
  holdBody,
} from '@spanguard/instrumentation';

/** Wraps a method of a request that gives its parsed body. */
export function observeBody(original: LibraryMethod): LibraryMethod {
  return function readBody(this: unknown, ...args) {
    const result: unknown = Reflect.apply(original, this, args);
    return keepBody(this, result) ?? result;
  };
}

const keepBody = guard('hono.body', (request: unknown, result: unknown) => {
  if (!(result instanceof Promise)) return undefined;
  const record = currentRequestSecurity();
  const handle = record?.handle;
  if (record === undefined || handle === undefined || Reflect.get(handle, 'req') !== request) {
    return undefined;
  }
  // In the application's own chain: a second one would hide a rejection that nobody handles.
  return result.then((body: unknown) => {
    holdBody(record, body);
    return body;
  });
});
