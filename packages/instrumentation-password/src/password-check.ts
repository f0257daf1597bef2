/** Tells a request how a password check ended, and nothing of what was compared. */
import {
  type RequestSecurity,
  type SettledObserver,
  currentRequestSecurity,
} from '@spanguard/instrumentation';

/**
 * The observer of one check; `undefined` outside a request. A check that ended in an error compared nothing,
 * and one that answered neither yes nor no is none we know.
 */
export function checkOf(method: string): SettledObserver | undefined {
  const record = currentRequestSecurity();
  if (record === undefined) return undefined;
  return (settled) => {
    if (!settled.isError && typeof settled.value === 'boolean') {
      tellCheck(record, method, settled.value);
    }
  };
}

/** Whether it was a login is decided from the request as a whole, by others. */
export function tellCheck(record: RequestSecurity, method: string, isRight: boolean): void {
  const outcome = isRight ? 'success' : 'failure';
  record.addSignal({
    source: 'check',
    outcome,
    scheme: 'login',
    method,
    ...(isRight ? {} : { reason: 'invalid_credentials' }),
  });
}
