/** Reads hapi's verdict on authentication from `request.auth`. */
import { type RequestSecurity, guard } from '@spanguard/instrumentation';
import {
  type AuthnScheme,
  type AuthnSignal,
  credentialIn,
  isObject,
  ownValue,
  userIdOf,
} from '@spanguard/verdict';

/** `undefined` where the route asks for no authentication, or was not that far yet. */
export function authVerdict(auth: object, record: RequestSecurity): AuthnSignal | undefined {
  // Set when a route that asks for authentication begins to.
  if (typeof Reflect.get(auth, 'mode') !== 'string') return undefined;
  const scheme = schemeOf(record);
  const strategy: unknown = Reflect.get(auth, 'strategy');
  const method = typeof strategy === 'string' ? strategy : undefined;
  if (Reflect.get(auth, 'isAuthenticated') === true) {
    const userId = userOf(auth);
    return { source: 'library', outcome: 'success', scheme, method, userId };
  }
  const error: unknown = Reflect.get(auth, 'error');
  // Only a strategy that was given a credential leaves its name with its error.
  if (!isObject(error) || method === undefined || Reflect.get(error, 'isMissing') === true) {
    const reason = 'missing_credentials';
    return { source: 'library', outcome: 'challenge', scheme, method, reason };
  }
  const reason = scheme === 'token' ? 'invalid_token' : 'invalid_credentials';
  return { source: 'library', outcome: 'failure', scheme, method, reason };
}

// A strategy has the name that the application gave it; what the request brought says what it was asked.
function schemeOf({ start }: RequestSecurity): AuthnScheme {
  const credential = credentialIn(start.headers);
  return credential === 'basic' || credential === 'digest' ? 'per_request' : 'token';
}

// It runs getters of the application's model.
const userOf = guard('hapi.user', (auth: object): string | undefined => {
  const credentials = ownValue(auth, 'credentials');
  return userIdOf(ownValue(credentials, 'user') ?? credentials);
});
