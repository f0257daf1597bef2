/** Applications on Koa, hapi, Fastify, Nest and Hono. */
import { type Application, applicationOf, type Asked } from './application.ts';
import { expiredToken } from './express-applications.ts';

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const post = (path: string, json: unknown): Asked => ({ method: 'POST', path, json });
const EXAMPLE = '@example.com';
const NAMED = 'alice@example.com';

/** The same Nest application on both of its servers. */
function nest(server: 'express' | 'fastify'): Application {
  return applicationOf({
    file: `nest-${server}.mjs`,
    title: `Nest on ${server === 'express' ? 'Express' : 'Fastify'}, guards, class-validator`,
    health: '/api/health',
    login: (email, password) => post('/api/auth/login', { email, password }),
    loginRoute: '/api/auth/login',
    domain: EXAMPLE,
    missing: post('/api/auth/login', { email: NAMED }),
    malformed: post('/api/auth/login', { email: 'not an address', password: 'x' }),
    withToken: bearer,
    ordinary: { path: '/api/cats/3', route: '/api/cats/:id' },
    forbidden: { method: 'DELETE', path: '/api/cats/3', route: '/api/cats/:id' },
    knownAs: 'alice',
    expired: expiredToken('nest-secret', { sub: 'alice' }),
  });
}

export const frameworkApplications: readonly Application[] = [
  applicationOf({
    file: 'koa-bcrypt-jwt.mjs',
    title: 'Koa 3, bcrypt, koa-jwt',
    health: '/health',
    login: (username, password) => post('/login', { username, password }),
    loginRoute: '/login',
    missing: post('/login', { username: 'alice' }),
    withToken: bearer,
    ordinary: { path: '/api/books/5', route: '/api/books/:id' },
    forbidden: { method: 'DELETE', path: '/api/books/5', route: '/api/books/:id' },
    knownAs: '1',
    expired: expiredToken('koa-secret', { sub: 1 }),
    more: [
      {
        name: 'pass-through, nobody',
        ask: () => ({ path: '/public' }),
        truth: { event: '-', route: '/public' },
      },
      {
        name: 'pass-through, bad token',
        ask: (token) => ({ path: '/public', headers: bearer(`${token}x`) }),
        truth: { event: 'authn_token_invalid', route: '/public' },
      },
    ],
  }),
  applicationOf({
    file: 'hapi-joi.mjs',
    title: 'hapi, joi, @hapi/jwt, bcryptjs',
    health: '/health',
    login: (email, password) => post('/login', { email, password }),
    loginRoute: '/login',
    domain: EXAMPLE,
    missing: post('/login', { email: NAMED }),
    malformed: post('/login', { email: 'not an address', password: 'x' }),
    withToken: bearer,
    ordinary: { path: '/boards/2', route: '/boards/{id}' },
    forbidden: { path: '/settings', route: '/settings' },
    knownAs: 'alice',
    expired: expiredToken('hapi-secret', { sub: 'alice' }),
  }),
  applicationOf({
    file: 'fastify-jwt-ajv.mjs',
    title: 'Fastify 5, ajv, @fastify/jwt, bcrypt',
    health: '/health',
    login: (email, password) => post('/api/login', { email, password }),
    loginRoute: '/api/login',
    domain: EXAMPLE,
    missing: post('/api/login', { email: NAMED }),
    malformed: post('/api/login', { email: 'not an address', password: 'x' }),
    withToken: bearer,
    ordinary: { path: '/api/projects/4', route: '/api/projects/:id' },
    forbidden: { path: '/api/usage', route: '/api/usage' },
    knownAs: 'alice',
    expired: expiredToken('fastify-secret', { sub: 'alice' }),
  }),
  applicationOf({
    file: 'fastify-session.cjs',
    title: 'Fastify 5, @fastify/session, argon2, HTML form that leads back',
    health: '/health',
    login: (user, password) => ({ method: 'POST', path: '/login', form: { user, password } }),
    loginRoute: '/login',
    missing: { method: 'POST', path: '/login', form: { user: 'alice', password: '' } },
    withToken: (cookie) => ({ cookie }),
    ordinary: { path: '/', route: '/' },
    forbidden: { path: '/reports', route: '/reports' },
    knownAs: 'alice',
    hasTokens: false,
  }),
  nest('express'),
  nest('fastify'),
  applicationOf({
    file: 'hono-jwt.mjs',
    title: 'Hono on Node, hono/jwt, bcryptjs',
    health: '/health',
    login: (email, password) => post('/auth/login', { email, password }),
    loginRoute: '/auth/login',
    domain: EXAMPLE,
    missing: post('/auth/login', { email: NAMED }),
    withToken: bearer,
    ordinary: { path: '/api/files/1', route: '/api/files/:id' },
    forbidden: { path: '/api/quota', route: '/api/quota' },
    knownAs: 'alice',
    expired: expiredToken('hono-secret', { sub: 'alice' }),
  }),
];
