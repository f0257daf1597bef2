// An OAuth token endpoint with the password grant: clients come with Basic, users in the body.
import express from 'express';
import bcrypt from 'bcryptjs';
import jwt from 'jsonwebtoken';

const clients = { shop: bcrypt.hashSync('shop-secret', 4) };
const users = {
  alice: { sub: 'alice', hash: bcrypt.hashSync('correct horse', 4) },
  mallory: { sub: 'mallory', hash: bcrypt.hashSync('correct horse', 4), locked: true },
};
const app = express();
app.use(express.urlencoded({ extended: false }));
app.get('/health', (req, res) => res.json({}));
app.post('/oauth/token', async (req, res) => {
  const basic = Buffer.from((req.headers.authorization ?? '').slice(6), 'base64').toString();
  const [id, secret] = basic.split(':');
  if (!clients[id] || !(await bcrypt.compare(secret, clients[id]))) {
    return res.status(401).json({ error: 'invalid_client' });
  }
  const { grant_type: grant, username, password } = req.body;
  if (grant === 'client_credentials') {
    return res.json({ access_token: jwt.sign({ sub: id }, 'oauth'), token_type: 'bearer' });
  }
  if (grant !== 'password') return res.status(400).json({ error: 'unsupported_grant_type' });
  if (!username || !password) return res.status(400).json({ error: 'invalid_request' });
  const user = users[username];
  if (!user || user.locked || !(await bcrypt.compare(password, user.hash))) {
    return res.status(400).json({ error: 'invalid_grant' });
  }
  res.json({
    access_token: jwt.sign({ sub: user.sub }, 'oauth', { expiresIn: 60 }),
    token_type: 'bearer',
  });
});
app.get('/userinfo', (req, res) => {
  const token = req.headers.authorization?.replace(/^Bearer /, '');
  if (!token) return res.set('WWW-Authenticate', 'Bearer').status(401).end();
  try {
    const claims = jwt.verify(token, 'oauth');
    res.json({ sub: claims.sub });
  } catch {
    res.set('WWW-Authenticate', 'Bearer error="invalid_token"').status(401).end();
  }
});
app.listen(process.env.PORT);
