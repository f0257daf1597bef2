/** Applications where a credential comes with every request. */
import { type Application, type Asked, RIGHT_PASSWORD } from './application.ts';

/** Every request is a login attempt, and none that succeeds is told. */
export function basicApplication(): Application {
  const basic = (name: string, password: string): Record<string, string> => ({
    authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
  });
  const files = { path: '/files/1' };
  const ask = (name: string, password: string) => (): Asked => ({
    ...files,
    headers: basic(name, password),
  });
  const failed = (user: string) => ({ event: 'authn_login_fail', user });
  return {
    file: 'basic-by-hand.cjs',
    title: 'Node’s own server, Basic by hand, timingSafeEqual',
    user: 'alice',
    login: (name, password) => ({ ...files, headers: basic(name, password) }),
    steps: [
      { name: 'health check', ask: () => ({ path: '/health' }), truth: { event: '-' } },
      { name: 'success', ask: ask('alice', RIGHT_PASSWORD), truth: { event: '-', user: 'alice' } },
      {
        name: 'forbidden',
        ask: () => ({ path: '/admin', headers: basic('alice', RIGHT_PASSWORD) }),
        truth: { event: 'authz_fail', user: 'alice' },
      },
      { name: 'wrong password', ask: ask('alice', 'battery staple'), truth: failed('alice') },
      { name: 'unknown user', ask: ask('nobody', 'battery staple'), truth: failed('nobody') },
      { name: 'locked', ask: ask('mallory', RIGHT_PASSWORD), truth: failed('mallory') },
      { name: 'missing token', ask: () => files, truth: { event: '-' } },
    ],
  };
}

/** Nobody logs in: a key comes with every request. */
export function keyApplication(): Application {
  const key = (value: string): Asked => ({
    path: '/v2/prices/XAU',
    headers: { 'x-api-key': value },
  });
  const route = '/v2/prices/:symbol';
  return {
    file: 'api-keys.mjs',
    title: 'Express 5, API keys, 403 for one that is none',
    user: 'alice',
    login: undefined,
    steps: [
      {
        name: 'health check',
        ask: () => ({ path: '/livez' }),
        truth: { event: '-', route: '/livez' },
      },
      { name: 'ordinary', ask: () => key('sk_live_alice'), truth: { event: '-', route } },
      {
        name: 'forbidden',
        ask: () => ({ ...key('sk_live_alice'), method: 'DELETE' }),
        truth: { event: 'authz_fail', route },
      },
      { name: 'missing token', ask: () => ({ path: '/v2/prices/XAU' }), truth: { event: '-' } },
      {
        name: 'tampered token',
        ask: () => key('sk_live_bob'),
        truth: { event: 'authn_token_invalid' },
      },
    ],
  };
}
