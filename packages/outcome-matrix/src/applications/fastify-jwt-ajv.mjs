import Fastify from 'fastify';
import fastifyJwt from '@fastify/jwt';
import bcrypt from 'bcrypt';

const users = ['alice', 'mallory'].map((name) => ({
  id: name,
  email: `${name}@example.com`,
  hash: bcrypt.hashSync('correct horse', 4),
  locked: name === 'mallory',
}));
const app = Fastify();
await app.register(fastifyJwt, { secret: 'fastify-secret' });
app.get('/health', async () => ({ ok: true }));
await app.register(
  async (api) => {
    api.post(
      '/login',
      {
        schema: {
          body: {
            type: 'object',
            required: ['email', 'password'],
            properties: {
              email: { type: 'string', format: 'email' },
              password: { type: 'string' },
            },
          },
        },
      },
      async (request, reply) => {
        const user = users.find((u) => u.email === request.body.email);
        if (!user || !(await bcrypt.compare(request.body.password, user.hash))) {
          return reply.code(401).send({ message: 'Wrong email or password' });
        }
        if (user.locked) return reply.code(403).send({ message: 'Locked' });
        return { token: app.jwt.sign({ sub: user.id }) };
      },
    );
    api.register(async (secured) => {
      secured.addHook('onRequest', (request) => request.jwtVerify());
      secured.get('/projects/:id', async (request) => ({ id: request.params.id }));
      secured.get('/usage', async (request, reply) =>
        reply.code(403).send({ message: 'Forbidden' }),
      );
    });
  },
  { prefix: '/api' },
);
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
