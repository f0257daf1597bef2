/**
 * What a span of another SDK cannot tell of a request, and what that costs of the verdict. Everything that is
 * not in this table is equal.
 */
import { FOREIGN_SENDERS, LIVE_SENDER, type Sender } from './foreign-spans.ts';
import type { MatrixRequest } from './requests.ts';

/** One thing that is not known. */
export interface UnknownFact {
  readonly fact: string;
  /** Who does not tell it; all others where it is absent. */
  readonly senders?: readonly Sender[];
  /** In which requests it matters. */
  readonly matters: (request: MatrixRequest) => boolean;
  /** Events that only one of the two tells, and fields that differ. */
  readonly costs: readonly string[];
}

const PYTHON: readonly Sender[] = [
  'WSGI, older names',
  'WSGI, current names',
  'ASGI, older names',
  'ASGI, current names',
];
const NODE: readonly Sender[] = ['Node, older names', LIVE_SENDER];
const CLIENT = ['client.address', 'client.prefix'] as const;

/** The senders of the matrix. */
export const SENDERS: readonly Sender[] = [
  LIVE_SENDER,
  ...(Object.keys(FOREIGN_SENDERS) as (keyof typeof FOREIGN_SENDERS)[]),
];

/** See the head of this file. */
export const UNKNOWN_TO_SPANS: readonly UnknownFact[] = [
  {
    fact: 'the body: whom a login names, unless the application tells the span',
    matters: ({ ending }) => isLogin(ending) && ending.answer.user === undefined,
    costs: ['user.id'],
  },
  {
    fact: 'the body: that a field of the login form is missing, so that it was no login',
    matters: ({ ending }) => isLogin(ending) && !has(ending.body, 'password'),
    costs: ['security.authn_login_fail', 'security.input_validation_fail'],
  },
  {
    fact: 'the body: that a token endpoint was asked to renew a token, not to log somebody in',
    matters: ({ ending }) => has(ending.body, 'refresh_token'),
    costs: ['security.authn_login_fail', 'security.authn_token_invalid'],
  },
  {
    fact: 'the body: signs of attack in it',
    matters: ({ ending }) => has(ending.body, 'note'),
    costs: ['security.malicious_sqli'],
  },
  {
    fact: 'the headers of the request: signs of attack in them, where an SDK was not told to capture them',
    senders: [...NODE, 'WSGI, older names', 'ASGI, older names', 'ASGI, current names'],
    matters: ({ ending }) => has(ending.headers, 'cookie') || has(ending.headers, 'referer'),
    costs: ['security.malicious_sqli', 'security.malicious_xss'],
  },
  {
    fact: 'the headers of the request: that a credential was sent, and whose',
    matters: ({ ending }) => ending.headers?.['authorization'] !== undefined,
    costs: ['security.authn_login_fail', 'security.authn_token_invalid', 'user.id'],
  },
  {
    fact: 'the headers and the body of the answer: that a login was led back, or was given a session or a token',
    matters: ({ ending }) =>
      isLogin(ending) && ending.answer.status < 400 && ending.answer.user === undefined,
    costs: ['security.authn_login_fail', 'security.authn_login_success'],
  },
  {
    fact: 'hops behind the left-most, which anybody may have made up, and X-Real-IP',
    senders: NODE,
    matters: ({ caller }) =>
      isProxied(caller) &&
      (has(caller.headers, 'x-real-ip') ||
        caller.headers?.['x-forwarded-for']?.includes(',') === true),
    costs: CLIENT,
  },
  {
    fact: 'the header Forwarded',
    senders: ['Node, older names'],
    matters: ({ caller }) => has(caller.headers, 'forwarded'),
    costs: CLIENT,
  },
  {
    fact: 'any header of a proxy: it is the proxy who calls',
    senders: PYTHON,
    matters: ({ caller }) => isProxied(caller),
    costs: CLIENT,
  },
  {
    fact: 'the peer of the socket beside the client',
    senders: ['WSGI, current names', 'ASGI, current names'],
    matters: ({ caller }) => caller.peer !== undefined,
    costs: ['network.peer.address'],
  },
  {
    fact: 'the path as it was sent: a parser of URLs took its dots out, and another rule sees what is left',
    senders: NODE,
    matters: ({ target }) => /^[^?]*\/\.\.\//.test(target),
    costs: ['security.indicator.rule'],
  },
  {
    fact: 'the route of a target that is a whole URL',
    senders: [LIVE_SENDER],
    matters: ({ target }) => target.startsWith('http://'),
    costs: ['http.route'],
  },
  {
    // The other way round: the application's telemetry knows less, since it was masked before it left.
    fact: 'nothing: a secret in the name of a user is gone from what the hook sends, and tells nobody apart',
    matters: ({ ending }) => ending.answer.user?.startsWith('password=') === true,
    costs: ['user.id'],
  },
];

function isLogin({ method, route }: MatrixRequest['ending']): boolean {
  return method === 'POST' && route === '/login';
}

function isProxied({ peer = '', headers }: MatrixRequest['caller']): boolean {
  return headers !== undefined && /^(?:(?:::ffff:)?(?:10|127)\.|fd)/.test(peer);
}

function has(object: object | undefined, name: string): boolean {
  return object !== undefined && Object.hasOwn(object, name);
}
