/** Applications on Express and on Node's own server. */
import { createHash, createHmac } from 'node:crypto';
import {
  type Application,
  applicationOf,
  type Asked,
  RIGHT_PASSWORD,
  type Step,
} from './application.ts';

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const post = (path: string, json: unknown): Asked => ({ method: 'POST', path, json });
const postForm = (path: string, form: Readonly<Record<string, string>>): Asked => ({
  method: 'POST',
  path,
  form,
});

/** A token of HS256 that ended long ago. */
export function expiredToken(secret: string, claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ ...claims, iat: 1, exp: 2 })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const EXAMPLE = '@example.com';

export const expressApplications: readonly Application[] = [
  applicationOf({
    file: 'express-bcrypt-401.mjs',
    title: 'Express 5, bcrypt and jsonwebtoken by hand, 401',
    health: '/health',
    login: (email, password) => post('/api/auth/login', { email, password }),
    loginRoute: '/api/auth/login',
    domain: EXAMPLE,
    missing: post('/api/auth/login', { email: 'alice@example.com' }),
    withToken: bearer,
    ordinary: { path: '/api/orders/42', route: '/api/orders/:id' },
    forbidden: { method: 'DELETE', path: '/api/users/u2', route: '/api/users/:id' },
    knownAs: 'u1',
    expired: expiredToken('keyboard cat keyboard cat keyboard cat', { sub: 'u1' }),
    more: beyondLogins(),
  }),
  applicationOf({
    file: 'express-bcryptjs-400.cjs',
    title: 'Express 5, bcryptjs, 400 for all that is wrong',
    health: '/healthz',
    login: (username, password) => post('/login', { username, password }),
    loginRoute: '/login',
    missing: post('/login', { username: 'alice', password: '' }),
    withToken: bearer,
    ordinary: { path: '/todos/7', route: '/todos/:id' },
    forbidden: { method: 'DELETE', path: '/todos/7', route: '/todos/:id' },
    deniedRoute: '/todos',
    knownAs: 'u1',
    expired: expiredToken('shhhhh', { id: 'u1' }),
  }),
  applicationOf({
    file: 'express-opaque-404.mjs',
    title: 'Express 5, argon2, 404 for nobody there, opaque token in its own header',
    health: '/status',
    login: (email, password) => post('/v1/session', { email, password }),
    loginRoute: '/v1/session',
    domain: EXAMPLE,
    missing: post('/v1/session', { password: 'x' }),
    withToken: (token) => ({ 'x-access-token': token }),
    ordinary: { path: '/v1/notes/3', route: '/v1/notes/:id' },
    forbidden: { path: '/v1/admin', route: '/v1/admin' },
    knownAs: 'alice@example.com',
  }),
  applicationOf({
    file: 'express-200-error.cjs',
    title: 'Express 5, PUT, 200 with an error',
    health: '/ping',
    login: (name, password) => ({
      method: 'PUT',
      path: '/player/signin',
      json: { name, password },
    }),
    loginRoute: '/player/signin',
    missing: { method: 'PUT', path: '/player/signin', json: { name: 'alice' } },
    withToken: bearer,
    ordinary: { path: '/player/7/score', route: '/player/:id/score' },
    forbidden: { path: '/player/8/score', route: '/player/:id/score' },
    knownAs: '7',
    expired: expiredToken('mobile-secret', { sub: 7 }),
  }),
  applicationOf({
    file: 'passport-form-session.cjs',
    title: 'Express 5, passport-local, HTML form that leads back to itself, session',
    health: '/up',
    login: (username, password) => postForm('/login', { username, password }),
    loginRoute: '/login',
    missing: postForm('/login', { username: 'alice', password: '' }),
    withToken: (cookie) => ({ cookie }),
    ordinary: { path: '/', route: '/' },
    forbidden: { path: '/admin', route: '/admin' },
    knownAs: 'u1',
    hasTokens: false,
    // It is led back like a wrong password, and no application says more than that.
    truths: { 'missing field': { event: '-' } },
  }),
  applicationOf({
    file: 'passport-local-jwt.mjs',
    title: 'Express 5, passport-local and passport-jwt',
    health: '/healthz',
    login: (email, password) => post('/auth/login', { email, password }),
    loginRoute: '/auth/login',
    domain: EXAMPLE,
    missing: post('/auth/login', { email: 'alice@example.com' }),
    withToken: bearer,
    ordinary: { path: '/me', route: '/me' },
    forbidden: { path: '/reports/2026', route: '/reports/:year' },
    knownAs: 'alice',
    expired: expiredToken('top secret', { sub: 'alice' }),
  }),
  applicationOf({
    file: 'passport-custom-roles-401.mjs',
    title: 'Express 5, passport-custom with scrypt, opaque bearer tokens, roles answered 401',
    health: '/health',
    login: (login, password) => post('/staff/login', { login, password }),
    loginRoute: '/staff/login',
    missing: post('/staff/login', { login: 'alice' }),
    withToken: bearer,
    ordinary: { path: '/shelves/9', route: '/shelves/:id' },
    forbidden: { path: '/payroll', route: '/payroll' },
    knownAs: 'alice',
  }),
  applicationOf({
    file: 'express-jwt-zod.mjs',
    title: 'Express 5, argon2, zod, express-jwt',
    health: '/health',
    login: (email, password) => post('/api/login', { email, password }),
    loginRoute: '/api/login',
    domain: EXAMPLE,
    missing: post('/api/login', { email: 'alice@example.com' }),
    malformed: post('/api/login', { email: 'not an address', password: 'x' }),
    withToken: bearer,
    ordinary: { path: '/api/private/profile', route: '/api/private/profile' },
    forbidden: { path: '/api/private/audit', route: '/api/private/audit' },
    deniedRoute: '/api/private',
    knownAs: 'id-alice',
    expired: expiredToken('express-jwt-secret', { sub: 'id-alice' }),
  }),
  applicationOf({
    file: 'form-session-by-hand.cjs',
    title: 'Express 5, nested HTML form that leads back to itself, session by hand',
    health: '/heartbeat',
    login: (name, password) =>
      postForm('/members/sign_in', { 'member[email]': name, 'member[password]': password }),
    loginRoute: '/members/sign_in',
    domain: EXAMPLE,
    missing: postForm('/members/sign_in', {
      'member[email]': 'alice@example.com',
      'member[password]': '',
    }),
    withToken: (cookie) => ({ cookie }),
    ordinary: { path: '/dashboard', route: '/dashboard' },
    forbidden: { path: '/staff', route: '/staff' },
    deniedRoute: null,
    knownAs: '1',
    hasTokens: false,
  }),
  applicationOf({
    file: 'query-login.cjs',
    title: 'Express 5, GET with everything in the query, passwords compared as text',
    health: '/health',
    login: (user, password) => ({
      path: `/login.cgi?${new URLSearchParams({ user, password }).toString()}`,
    }),
    loginRoute: '/login.cgi',
    missing: { path: '/login.cgi?user=alice' },
    withToken: (cookie) => ({ cookie }),
    ordinary: { path: '/reading', route: '/reading' },
    knownAs: 'alice',
    hasTokens: false,
  }),
  applicationOf({
    file: 'oauth-password.mjs',
    title: 'Express 5, OAuth password grant with client authentication',
    health: '/health',
    login: (username, password) => grant({ grant_type: 'password', username, password }),
    loginRoute: '/oauth/token',
    missing: grant({ grant_type: 'password', username: 'alice' }),
    malformed: grant({ grant_type: 'magic', username: 'alice', password: 'x' }),
    withToken: bearer,
    ordinary: { path: '/userinfo', route: '/userinfo' },
    knownAs: 'alice',
    expired: expiredToken('oauth', { sub: 'alice' }),
  }),
  applicationOf({
    file: 'apollo-express.mjs',
    title: 'Apollo Server on Express 5, login mutation, UNAUTHENTICATED',
    health: '/health',
    login: (email, password) =>
      post('/graphql', {
        query:
          'mutation Login($email: String!, $password: String!) { login(email: $email, password: $password) { token } }',
        variables: { email, password },
      }),
    loginRoute: '/graphql',
    domain: EXAMPLE,
    missing: post('/graphql', {
      query:
        'mutation Login($email: String!, $password: String!) { login(email: $email, password: $password) { token } }',
      variables: { email: 'alice@example.com' },
    }),
    withToken: bearer,
    ordinary: { ...post('/graphql', { query: '{ me }' }), route: '/graphql' },
    forbidden: { ...post('/graphql', { query: '{ invoices }' }), route: '/graphql' },
    knownAs: 'alice',
    expired: expiredToken('apollo-secret', { sub: 'alice' }),
  }),
  applicationOf({
    file: 'graphql-yoga.mjs',
    title: 'GraphQL Yoga on Node’s server, union of result and error, jose',
    health: '/live',
    login: (username, password) =>
      post('/graphql', {
        query: `mutation { signIn(input: { username: "${username}", password: "${password}" }) { __typename ... on Session { token } ... on LoginError { message } } }`,
      }),
    loginRoute: undefined,
    missing: post('/graphql', {
      query: 'mutation { signIn(input: { username: "alice" }) { __typename } }',
    }),
    withToken: bearer,
    ordinary: { ...post('/graphql', { query: '{ hello }' }), route: undefined },
    forbidden: { ...post('/graphql', { query: '{ secrets }' }), route: undefined },
    knownAs: 'alice',
    expired: expiredToken('yoga-secret-yoga-secret-yoga-secret', { sub: 'alice' }),
    truths: { 'health check': { route: undefined } },
  }),
  applicationOf({
    file: 'better-auth.mjs',
    title: 'Express 5 and better-auth',
    health: '/health',
    login: (email, password) => fromPhotos({ email, password }),
    loginRoute: '/api/auth/*any',
    domain: EXAMPLE,
    missing: fromPhotos({ email: 'alice@example.com' }),
    malformed: fromPhotos({ email: 'not an address', password: 'x' }),
    withToken: (cookie) => ({ cookie }),
    ordinary: { path: '/photos/1', route: '/photos/:id' },
    forbidden: { path: '/billing', route: '/billing' },
    knownAs: '*',
    hasTokens: false,
    hasLocked: false,
  }),
  applicationOf({
    file: 'authjs.mjs',
    title: 'Express 5 and Auth.js, credentials',
    health: '/health',
    login: (email, password) => authjsForm({ email, password }),
    loginRoute: '/^\\/auth\\/(.*)/',
    domain: EXAMPLE,
    missing: authjsForm({ email: 'alice@example.com', password: '' }),
    withToken: (cookie) => ({ cookie }),
    ordinary: { path: '/cart/1', route: '/cart/:id' },
    forbidden: { path: '/shop-admin', route: '/shop-admin' },
    knownAs: '*',
    hasTokens: false,
    truths: {
      // It is led back like a wrong password.
      'missing field': { event: '-' },
      // Its session is a token that is encrypted, and read as one.
      'tampered token': { event: 'authn_token_invalid' },
    },
  }),
];

/** It answers to browsers of its own sites only. */
function fromPhotos(json: object): Asked {
  return {
    ...post('/api/auth/sign-in/email', json),
    headers: { origin: 'https://photos.example' },
  };
}

/** Its guard against forged forms is a token and, in a cookie, the token with its hash. */
function authjsForm(form: Readonly<Record<string, string>>): Asked {
  const csrfToken = 'a'.repeat(64);
  const hash = createHash('sha256').update(`${csrfToken}authjs-secret-authjs-secret`).digest('hex');
  return {
    ...postForm('/auth/callback/credentials', { csrfToken, ...form }),
    headers: { cookie: `authjs.csrf-token=${encodeURIComponent(`${csrfToken}|${hash}`)}` },
  };
}

/** What is asked with passwords and tokens and is no login. */
function beyondLogins(): Step[] {
  const filled = { email: 'carol@example.com', password: 'battery staple' };
  const step = (name: string, asked: Asked, event: string, user?: string): Step => ({
    name,
    ask: (token) => ({ ...asked, headers: user === undefined ? {} : bearer(token) }),
    truth: { event, user, route: asked.path },
  });
  const put = { method: 'PUT', path: '/api/me/password' };
  return [
    step('sign-up', post('/api/auth/register', filled), '-'),
    step('sign-up again', post('/api/auth/register', filled), 'input_validation_fail'),
    step(
      'sign-up, no password',
      post('/api/auth/register', { email: 'd' }),
      'input_validation_fail',
    ),
    step(
      'password change, wrong',
      { ...put, json: { currentPassword: 'guess', newPassword: 'x' } },
      'authn_password_change_fail',
      'u1',
    ),
    step(
      'password change',
      { ...put, json: { currentPassword: RIGHT_PASSWORD, newPassword: 'x' } },
      '-',
      'u1',
    ),
    step('pin, right', post('/api/payments', { amount: 1, pin: RIGHT_PASSWORD }), '-', 'u1'),
    {
      name: 'refresh',
      ask: (token) => post('/api/auth/refresh', { refreshToken: token }),
      truth: { event: '-', route: '/api/auth/refresh' },
    },
    step(
      'refresh, no token',
      post('/api/auth/refresh', { refreshToken: 'x' }),
      'authn_token_invalid',
    ),
    step('logout', post('/api/auth/logout', undefined), '-', 'u1'),
  ];
}

function grant(form: Readonly<Record<string, string>>): Asked {
  const authorization = `Basic ${Buffer.from('shop:shop-secret').toString('base64')}`;
  return { ...postForm('/oauth/token', form), headers: { authorization } };
}
