import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { GraphQLError } from 'graphql';
import bcrypt from 'bcrypt';
import { jwtVerify, SignJWT } from 'jose';

const key = new TextEncoder().encode('yoga-secret-yoga-secret-yoga-secret');
const people = new Map(
  ['alice', 'mallory'].map((name) => [
    name,
    { name, hash: bcrypt.hashSync('correct horse', 4), locked: name === 'mallory' },
  ]),
);

const schema = createSchema({
  typeDefs: `
    type Session { token: String! }
    type LoginError { message: String! }
    union LoginResult = Session | LoginError
    input Credentials { username: String!, password: String! }
    type Query { hello: String!, secrets: String! }
    type Mutation { signIn(input: Credentials!): LoginResult! }
  `,
  resolvers: {
    LoginResult: { __resolveType: (value) => (value.token ? 'Session' : 'LoginError') },
    Query: {
      hello: (_, __, { user }) => {
        if (!user)
          throw new GraphQLError('Unauthenticated', { extensions: { code: 'UNAUTHENTICATED' } });
        return `hello ${user}`;
      },
      secrets: () => {
        throw new GraphQLError('Forbidden', { extensions: { code: 'FORBIDDEN' } });
      },
    },
    Mutation: {
      signIn: async (_, { input }) => {
        const person = people.get(input.username);
        if (!person || !(await bcrypt.compare(input.password, person.hash)))
          return { message: 'Wrong name or password' };
        if (person.locked) return { message: 'This account is locked' };
        const token = await new SignJWT({})
          .setSubject(person.name)
          .setProtectedHeader({ alg: 'HS256' })
          .sign(key);
        return { token };
      },
    },
  },
});
const yoga = createYoga({
  schema,
  logging: false,
  healthCheckEndpoint: '/live',
  context: async ({ request }) => {
    const token = request.headers.get('authorization')?.slice(7);
    if (!token) return {};
    try {
      return { user: (await jwtVerify(token, key)).payload.sub };
    } catch {
      throw new GraphQLError('Invalid token', {
        extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } },
      });
    }
  },
});
createServer(yoga).listen(process.env.PORT);
