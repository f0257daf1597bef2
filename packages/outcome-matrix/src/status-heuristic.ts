/** What method, path and status alone suggest: what a team writes that has nothing but its access log. */

/** The event without `security.`, or `-`. */
export function statusHeuristic({
  method,
  path,
  statusCode,
}: {
  method: string;
  path: string;
  statusCode: number;
}): string {
  const isLogin = method === 'POST' && /log-?in|sign-?_?in|auth|session|token/iu.test(path);
  if (isLogin && statusCode < 400) return 'authn_login_success';
  if (isLogin && statusCode < 500 && statusCode !== 429) return 'authn_login_fail';
  if (statusCode === 401) return 'authn_token_invalid';
  if (statusCode === 403) return 'authz_fail';
  return statusCode === 400 || statusCode === 422 ? 'input_validation_fail' : '-';
}
