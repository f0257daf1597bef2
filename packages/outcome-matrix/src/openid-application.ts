/** An OpenID provider: a login is a page in the middle of redirects, and is given a session only behind it. */
import { type Application, type Asked, RIGHT_PASSWORD, type Truth } from './application.ts';

const CLIENT = `Basic ${Buffer.from('shop:shop-secret-shop-secret-shop-secret').toString('base64')}`;
const AUTHORISE = `/oidc/auth?${new URLSearchParams({
  client_id: 'shop',
  response_type: 'code',
  redirect_uri: 'https://shop.example/callback',
  scope: 'openid',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
}).toString()}`;
const ROUTE = '/interaction/:uid/login';

/** Begins as a browser does, and fills in the page it is led to. */
async function login(name: string, password: string, url: string): Promise<Asked> {
  const response = await fetch(`${url}${AUTHORISE}`, { redirect: 'manual' });
  await response.arrayBuffer();
  const cookies = response.headers.getSetCookie().map((line) => line.split(';', 1)[0] ?? '');
  return {
    method: 'POST',
    path: `${response.headers.get('location') ?? ''}/login`,
    headers: { cookie: cookies.join('; ') },
    form: { login: name, password },
  };
}

function grant(authorization: string): Asked {
  const form = { grant_type: 'client_credentials' };
  return { method: 'POST', path: '/oidc/token', headers: { authorization }, form };
}

const failed = (user: string): Truth => ({ event: 'authn_login_fail', user, route: ROUTE });
const asked = (request: Asked) => (): Asked => request;

export const openidApplication: Application = {
  file: 'oidc-provider.mjs',
  title: 'oidc-provider in Express 5, login page of its own, client credentials',
  user: 'alice',
  login,
  steps: [
    {
      name: 'health check',
      ask: asked({ path: '/health' }),
      truth: { event: '-', route: '/health' },
    },
    {
      name: 'authorisation begins',
      ask: asked({ path: AUTHORISE }),
      truth: { event: '-', route: '/oidc' },
    },
    {
      name: 'success',
      ask: (_, url) => login('alice', RIGHT_PASSWORD, url),
      truth: { event: 'authn_login_success', user: 'alice', route: ROUTE },
    },
    {
      name: 'wrong password',
      ask: (_, url) => login('alice', 'guess', url),
      truth: failed('alice'),
    },
    {
      name: 'unknown user',
      ask: (_, url) => login('nobody', 'guess', url),
      truth: failed('nobody'),
    },
    {
      name: 'locked',
      ask: (_, url) => login('mallory', RIGHT_PASSWORD, url),
      truth: failed('mallory'),
    },
    {
      name: 'missing field',
      ask: (_, url) => login('alice', '', url),
      truth: { event: 'input_validation_fail', route: ROUTE },
    },
    {
      name: 'client credentials',
      ask: asked(grant(CLIENT)),
      truth: { event: '-', route: '/oidc' },
    },
    {
      name: 'tampered token',
      ask: asked({ path: '/oidc/me', headers: { authorization: 'Bearer none' } }),
      truth: { event: 'authn_token_invalid', route: '/oidc' },
    },
  ],
};
