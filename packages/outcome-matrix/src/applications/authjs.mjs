import express from 'express';
import { ExpressAuth, getSession } from '@auth/express';
import Credentials from '@auth/express/providers/credentials';
import bcrypt from 'bcryptjs';

const users = ['alice', 'mallory'].map((name) => ({
  id: name,
  email: `${name}@example.com`,
  hash: bcrypt.hashSync('correct horse', 4),
  suspended: name === 'mallory',
}));
const config = {
  secret: 'authjs-secret-authjs-secret',
  trustHost: true,
  logger: { error() {}, warn() {}, debug() {} },
  providers: [
    Credentials({
      credentials: { email: {}, password: { type: 'password' } },
      authorize: async ({ email, password }) => {
        const user = users.find((u) => u.email === email);
        if (!user || user.suspended || !(await bcrypt.compare(password, user.hash))) return null;
        return { id: user.id, email: user.email };
      },
    }),
  ],
  callbacks: {
    session: ({ session, token }) => ({ ...session, user: { ...session.user, id: token.sub } }),
  },
};
const app = express();
app.get('/health', (req, res) => res.send('ok'));
app.use(/^\/auth\/(.*)/, ExpressAuth(config));
const signedIn = async (req, res, next) => {
  const session = await getSession(req, config);
  if (!session?.user) return res.status(401).json({ message: 'Not authenticated' });
  req.user = session.user;
  next();
};
app.get('/cart/:id', signedIn, (req, res) => res.json({ id: req.params.id }));
app.get('/shop-admin', signedIn, (req, res) => res.status(403).json({ message: 'Forbidden' }));
app.listen(process.env.PORT);
