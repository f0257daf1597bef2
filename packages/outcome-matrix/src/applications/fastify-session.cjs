const fastify = require('fastify');
const argon2 = require('argon2');

const options = { timeCost: 2, memoryCost: 1024, parallelism: 1 };
const app = fastify();
app.register(require('@fastify/formbody'));
app.register(require('@fastify/cookie'));
app.register(require('@fastify/session'), {
  secret: 'a secret with minimum length of 32 characters',
  cookie: { secure: false },
  saveUninitialized: false,
});
const accounts = {};
app.addHook('onReady', async () => {
  for (const name of ['alice', 'mallory'])
    accounts[name] = await argon2.hash('correct horse', options);
});
app.get('/health', async () => 'ok');
app.get('/login', async (request, reply) =>
  reply.type('text/html').send('<input type="password">'),
);
app.post('/login', async (request, reply) => {
  const { user, password } = request.body;
  if (!user || !password) return reply.code(400).send('missing');
  if (!accounts[user] || !(await argon2.verify(accounts[user], password)))
    return reply.redirect('/login?error=1');
  if (user === 'mallory') return reply.redirect('/login?error=locked');
  await request.session.regenerate();
  request.session.user = { id: user };
  return reply.redirect('/');
});
app.register(async (inside) => {
  inside.addHook('preHandler', async (request, reply) => {
    if (!request.session.user) return reply.code(401).send('log in');
  });
  inside.get('/', async (request) => `hello ${request.session.user.id}`);
  inside.get('/reports', async (request, reply) => reply.code(403).send('no'));
});
app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
