/** Says what a strategy proves by what it is. The name it is registered under is the application's and says nothing. */
import type { AuthnScheme } from '@spanguard/verdict';

/** What a strategy's success proves; `silent` ones decide nothing, of `unknown` ones the request tells. */
export type StrategyKind = AuthnScheme | 'silent' | 'unknown';

const ancestorsMax = 8;

// Marks that a library's constructor leaves on each of its strategies, subclasses included.
const BY_FIELD: readonly [field: string, kind: StrategyKind][] = [
  ['_jwtFromRequest', 'token'], // passport-jwt
  ['_usernameField', 'login'], // passport-local, -json, ...
  ['_oauth2', 'login'], // passport-oauth2 and all that extend it
  ['_oauth', 'login'], // passport-oauth1
  ['_saml', 'login'], // passport-saml
  ['_relyingParty', 'login'], // passport-openid
  ['apiKeyHeader', 'per_request'], // passport-headerapikey
];

// Names that libraries give their strategies and classes, in lower case.
const BY_NAME: ReadonlyMap<string, StrategyKind> = new Map<string, StrategyKind>([
  // They carry an earlier login on, or let pass who has none.
  ...names('silent', 'session', 'anonymous', 'remember-me', 'rememberme', 'dummy'),
  ...names(
    'token',
    'jwt',
    'bearer',
    'http-bearer',
    'oauth2-bearer',
    'azure-ad-bearer',
    'oauth-bearer',
  ),
  ...names('per_request', 'basic', 'digest', 'hawk', 'hmac', 'headerapikey', 'localapikey'),
  ...names('client', 'oauth2-client-password', 'clientpassword', 'oauth2-jwt-bearer'),
  ...names('client', 'oauth2-public-client', 'clientjwtbearer', 'publicclient', 'client-basic'),
  ...names('login', 'local', 'ldap', 'ldapauth', 'saml', 'openidconnect', 'webauthn', 'magiclink'),
]);

function names(kind: StrategyKind, ...all: string[]): [string, StrategyKind][] {
  return all.map((name) => [name, kind]);
}

/** Judges a strategy once, when an application registers it. */
export function kindOf(strategy: object): StrategyKind {
  for (const [field, kind] of BY_FIELD) {
    const value: unknown = Reflect.get(strategy, field);
    if (value === undefined || value === null) continue;
    // A form that asks for a client's id, whatever class reads it, is no user's.
    return field === '_usernameField' && value === 'client_id' ? 'client' : kind;
  }
  return kindByName(Reflect.get(strategy, 'name')) ?? kindByClass(strategy) ?? 'unknown';
}

// A subclass has a name of its own; what it extends says what it is.
function kindByClass(strategy: object): StrategyKind | undefined {
  let ancestor = Reflect.getPrototypeOf(strategy);
  for (let depth = 0; ancestor !== null && depth < ancestorsMax; depth++) {
    const maker: unknown = Reflect.get(ancestor, 'constructor');
    const kind = typeof maker === 'function' ? kindByName(maker.name) : undefined;
    if (kind !== undefined) return kind;
    ancestor = Reflect.getPrototypeOf(ancestor);
  }
  return undefined;
}

function kindByName(name: unknown): StrategyKind | undefined {
  if (typeof name !== 'string') return undefined;
  return BY_NAME.get(name.toLowerCase().replace(/strategy$/u, ''));
}
