import express from 'express';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import { GraphQLError } from 'graphql';
import bcrypt from 'bcryptjs';
import jwt from 'jsonwebtoken';

const SECRET = 'apollo-secret';
const users = ['alice', 'mallory'].map((name) => ({
  id: name,
  email: `${name}@example.com`,
  hash: bcrypt.hashSync('correct horse', 4),
  banned: name === 'mallory',
}));
const unauthenticated = (message) =>
  new GraphQLError(message, { extensions: { code: 'UNAUTHENTICATED' } });

const server = new ApolloServer({
  typeDefs: `
    type AuthPayload { token: String! }
    type Query { me: ID, invoices: [ID!]! }
    type Mutation { login(email: String!, password: String!): AuthPayload! }
  `,
  resolvers: {
    Query: {
      me: (_, __, { user }) => {
        if (!user) throw unauthenticated('You must be logged in');
        return user.sub;
      },
      invoices: (_, __, { user }) => {
        if (!user) throw unauthenticated('You must be logged in');
        throw new GraphQLError('Not allowed', { extensions: { code: 'FORBIDDEN' } });
      },
    },
    Mutation: {
      login: async (_, { email, password }) => {
        const user = users.find((u) => u.email === email);
        if (!user || !(await bcrypt.compare(password, user.hash)))
          throw unauthenticated('Invalid credentials');
        if (user.banned)
          throw new GraphQLError('Account banned', { extensions: { code: 'FORBIDDEN' } });
        return { token: jwt.sign({ sub: user.id }, SECRET) };
      },
    },
  },
});
await server.start();

const app = express();
app.get('/health', (req, res) => res.send('ok'));
app.use(
  '/graphql',
  express.json(),
  expressMiddleware(server, {
    context: async ({ req }) => {
      const token = req.headers.authorization?.slice(7);
      if (!token) return {};
      try {
        return { user: jwt.verify(token, SECRET) };
      } catch {
        throw unauthenticated('Invalid token');
      }
    },
  }),
);
app.listen(process.env.PORT);
