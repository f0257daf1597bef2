/** The method of a request as everybody counts it. */

const METHODS = new Set('GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH QUERY'.split(' '));

/**
 * The method in upper case; `_OTHER` for what OpenTelemetry does not know: what a client invents must not become
 * a dimension.
 */
export function methodName(method: string): string {
  const name = method.toUpperCase();
  return METHODS.has(name) ? name : '_OTHER';
}
