/** Tells a request how the check of its token ended: by whom it was accepted as, or why it was not. */
import {
  type RequestSecurity,
  type SettledObserver,
  currentRequestSecurity,
} from '@spanguard/instrumentation';
import { claimsIn, isClientToken, rolesIn, subjectIn } from './claims.ts';
import { isOwnToken } from './own-token.ts';
import { refusalOf } from './refusal.ts';

const METHOD = 'jwt';

/** The observer of one check; `undefined` where the token is not what the request came with. */
export function checkOf(token: unknown): SettledObserver | undefined {
  if (typeof token !== 'string') return undefined;
  const record = currentRequestSecurity();
  if (record === undefined || !isOwnToken(token, record)) return undefined;
  return (settled) => {
    if (settled.isError) refused(record, settled.error);
    else accepted(record, settled.value);
  };
}

/** The same for a step that can refuse a token, and not accept it. */
export function failuresOf(observer: SettledObserver | undefined): SettledObserver | undefined {
  if (observer === undefined) return undefined;
  return (settled) => {
    if (settled.isError) observer(settled);
  };
}

function accepted(record: RequestSecurity, result: unknown): void {
  const claims = claimsIn(result);
  if (claims === undefined) return;
  const userId = isClientToken(claims) ? undefined : subjectIn(claims);
  if (wasTold(record, 'success', undefined)) return;
  record.addSignal({
    source: 'check',
    outcome: 'success',
    scheme: 'token',
    method: METHOD,
    ...(userId === undefined ? {} : { userId }),
  });
  // Who the application says it is, is who it is.
  if (userId !== undefined) record.user ??= { id: userId, roles: rolesIn(claims) };
}

function refused(record: RequestSecurity, error: unknown): void {
  const reason = refusalOf(error);
  // The keys could not be fetched, the options are wrong: of the token that says nothing.
  if (reason === undefined || wasTold(record, 'failure', reason)) return;
  record.addSignal({
    source: 'check',
    outcome: 'failure',
    scheme: 'token',
    method: METHOD,
    reason,
  });
}

// Middleware and handler may each verify: one token is told once.
function wasTold(
  { signals }: RequestSecurity,
  outcome: 'success' | 'failure',
  reason: string | undefined,
): boolean {
  return signals.some(
    (signal) =>
      signal.source === 'check' &&
      signal.scheme === 'token' &&
      signal.outcome === outcome &&
      signal.reason === reason,
  );
}
