import Hapi from '@hapi/hapi';
import Boom from '@hapi/boom';
import HapiJwt from '@hapi/jwt';
import Joi from 'joi';
import bcrypt from 'bcryptjs';

const key = 'hapi-secret';
const users = new Map(
  ['alice', 'mallory'].map((name) => [
    `${name}@example.com`,
    { id: name, hash: bcrypt.hashSync('correct horse', 4), active: name === 'alice' },
  ]),
);
const server = Hapi.server({ port: process.env.PORT, host: '127.0.0.1' });
await server.register(HapiJwt);
server.auth.strategy('jwt', 'jwt', {
  keys: key,
  verify: { aud: false, iss: false, sub: false, exp: true },
  validate: (artifacts) => ({
    isValid: true,
    credentials: { user: { id: artifacts.decoded.payload.sub }, scope: ['user'] },
  }),
});
server.auth.default('jwt');
server.route([
  { method: 'GET', path: '/health', options: { auth: false }, handler: () => 'ok' },
  {
    method: 'POST',
    path: '/login',
    options: {
      auth: false,
      validate: {
        payload: Joi.object({
          email: Joi.string().email().required(),
          password: Joi.string().required(),
        }),
      },
    },
    handler: async (request) => {
      const { email, password } = request.payload;
      const user = users.get(email);
      if (!user || !(await bcrypt.compare(password, user.hash)))
        throw Boom.unauthorized('Invalid email or password');
      if (!user.active) throw Boom.forbidden('Account is not active');
      return { token: HapiJwt.token.generate({ sub: user.id }, key, { ttlSec: 3600 }) };
    },
  },
  { method: 'GET', path: '/boards/{id}', handler: (request) => ({ id: request.params.id }) },
  {
    method: 'GET',
    path: '/settings',
    options: { auth: { scope: ['admin'] } },
    handler: () => ({}),
  },
]);
await server.start();
