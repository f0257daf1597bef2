// Opaque tokens in a header of their own; whoever is not there is not found.
import { randomUUID } from 'node:crypto';
import express from 'express';
import argon2 from 'argon2';

const options = { timeCost: 2, memoryCost: 1024, parallelism: 1 };
const accounts = new Map();
for (const [email, extra] of [
  ['alice@example.com', {}],
  ['mallory@example.com', { suspended: true }],
]) {
  accounts.set(email, { email, hash: await argon2.hash('correct horse', options), ...extra });
}
const tokens = new Map();

const app = express();
app.use(express.json());
app.get('/status', (req, res) => res.json({ up: true }));

app.post('/v1/session', async (req, res) => {
  const { email, password } = req.body ?? {};
  if (!email || !password) return res.status(400).json({ code: 'missing_field' });
  const account = accounts.get(email);
  if (!account) return res.status(404).json({ code: 'user_not_found' });
  if (!(await argon2.verify(account.hash, password)))
    return res.status(401).json({ code: 'wrong_password' });
  if (account.suspended) return res.status(403).json({ code: 'suspended' });
  const token = randomUUID();
  tokens.set(token, account);
  res.status(201).json({ data: { sessionToken: token } });
});

const requireToken = (req, res, next) => {
  const token = req.get('x-access-token');
  if (!token) return res.status(401).json({ code: 'token_missing' });
  req.user = tokens.get(token);
  if (!req.user) return res.status(403).json({ code: 'token_invalid' });
  next();
};
app.get('/v1/notes/:id', requireToken, (req, res) => res.json({ id: req.params.id }));
app.get('/v1/admin', requireToken, (req, res) => res.status(403).json({ code: 'forbidden' }));

app.listen(process.env.PORT);
