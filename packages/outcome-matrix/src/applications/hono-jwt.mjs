import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { jwt, sign } from 'hono/jwt';
import bcrypt from 'bcryptjs';

const secret = 'hono-secret';
const users = new Map(
  ['alice', 'mallory'].map((name) => [
    `${name}@example.com`,
    { id: name, hash: bcrypt.hashSync('correct horse', 4) },
  ]),
);
const app = new Hono();
app.get('/health', (c) => c.text('ok'));
app.post('/auth/login', async (c) => {
  const { email, password } = await c.req.json();
  if (!email || !password) return c.json({ error: 'missing field' }, 400);
  const user = users.get(email);
  if (!user || !(await bcrypt.compare(password, user.hash)))
    return c.json({ error: 'invalid credentials' }, 401);
  if (user.id === 'mallory') return c.json({ error: 'account locked' }, 423);
  return c.json({ token: await sign({ sub: user.id }, secret, 'HS256') });
});
const api = new Hono();
api.use(jwt({ secret, alg: 'HS256' }));
api.get('/files/:id', (c) => c.json({ id: c.req.param('id') }));
api.get('/quota', (c) => c.json({ error: 'forbidden' }, 403));
app.route('/api', api);
serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
