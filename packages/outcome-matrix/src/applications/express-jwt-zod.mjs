import express from 'express';
import { expressjwt } from 'express-jwt';
import jwt from 'jsonwebtoken';
import argon2 from 'argon2';
import { z } from 'zod';

const secret = 'express-jwt-secret';
const rows = await Promise.all(
  ['alice', 'mallory'].map(async (name) => ({
    id: `id-${name}`,
    email: `${name}@example.com`,
    password: await argon2.hash('correct horse', { timeCost: 2, memoryCost: 1024, parallelism: 1 }),
    status: name === 'alice' ? 'active' : 'locked',
  })),
);
const Login = z.object({ email: z.email(), password: z.string().min(1) });

const app = express();
app.use(express.json());
app.get('/health', (req, res) => res.json({ ok: true }));
app.post('/api/login', async (req, res) => {
  const parsed = Login.safeParse(req.body);
  if (!parsed.success) return res.status(400).json({ errors: parsed.error.issues });
  const row = rows.find((r) => r.email === parsed.data.email);
  const ok = row && (await argon2.verify(row.password, parsed.data.password));
  if (!ok) return res.status(401).json({ errors: [{ message: 'Email or password is wrong' }] });
  if (row.status === 'locked')
    return res.status(401).json({ errors: [{ message: 'Account locked' }] });
  res.json({
    data: { login: { token: jwt.sign({ sub: row.id }, secret, { algorithm: 'HS256' }) } },
  });
});
app.use('/api/private', expressjwt({ secret, algorithms: ['HS256'] }));
app.get('/api/private/profile', (req, res) => res.json({ id: req.auth.sub }));
app.get('/api/private/audit', (req, res) =>
  res.status(403).json({ errors: [{ message: 'Forbidden' }] }),
);
app.use((err, req, res, _next) => {
  res.status(err.status ?? 500).json({ errors: [{ message: err.message }] });
});
app.listen(process.env.PORT);
