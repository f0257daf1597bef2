import express, { Router } from 'express';
import bcrypt from 'bcrypt';
import jwt from 'jsonwebtoken';

const SECRET = process.env.JWT_SECRET ?? 'keyboard cat keyboard cat keyboard cat';
const users = [
  { id: 'u1', email: 'alice@example.com', hash: bcrypt.hashSync('correct horse', 4), role: 'user' },
  {
    id: 'u2',
    email: 'mallory@example.com',
    hash: bcrypt.hashSync('correct horse', 4),
    role: 'user',
    locked: true,
  },
];

const app = express();
app.use(express.json());

function auth(req, res, next) {
  const token = req.headers.authorization?.split(' ')[1];
  if (!token) return res.status(401).json({ error: 'No token' });
  try {
    req.user = jwt.verify(token, SECRET);
    next();
  } catch {
    res.status(401).json({ error: 'Invalid token' });
  }
}

app.get('/health', (req, res) => res.json({ status: 'ok' }));

const api = Router();
api.post('/auth/login', async (req, res) => {
  const { email, password } = req.body;
  if (!email || !password)
    return res.status(400).json({ error: 'email and password are required' });
  const user = users.find((u) => u.email === email);
  if (!user || !(await bcrypt.compare(password, user.hash))) {
    return res.status(401).json({ error: 'Invalid credentials' });
  }
  if (user.locked) return res.status(423).json({ error: 'Account locked' });
  res.json({ token: jwt.sign({ sub: user.id, role: user.role }, SECRET, { expiresIn: '1h' }) });
});
api.get('/orders/:id', auth, (req, res) => res.json({ id: req.params.id }));
api.delete('/users/:id', auth, (req, res) => {
  if (req.user.role !== 'admin') return res.status(403).json({ error: 'Forbidden' });
  res.status(204).end();
});
api.post('/auth/register', async (req, res) => {
  const { email, password } = req.body;
  if (!email || !password)
    return res.status(400).json({ error: 'email and password are required' });
  if (users.some((u) => u.email === email))
    return res.status(409).json({ error: 'Email already in use' });
  users.push({
    id: `u${users.length + 1}`,
    email,
    hash: await bcrypt.hash(password, 4),
    role: 'user',
  });
  res
    .status(201)
    .json({ token: jwt.sign({ sub: users.at(-1).id, role: 'user' }, SECRET, { expiresIn: '1h' }) });
});
api.put('/me/password', auth, async (req, res) => {
  const user = users.find((u) => u.id === req.user.sub);
  if (!(await bcrypt.compare(req.body.currentPassword, user.hash))) {
    return res.status(401).json({ error: 'Current password is wrong' });
  }
  res.status(204).end();
});
api.post('/payments', auth, async (req, res) => {
  const user = users.find((u) => u.id === req.user.sub);
  if (!(await bcrypt.compare(req.body.pin, user.hash)))
    return res.status(403).json({ error: 'Wrong PIN' });
  res.status(201).json({ id: 1 });
});
api.post('/auth/refresh', (req, res) => {
  try {
    const { sub, role } = jwt.verify(req.body.refreshToken, SECRET);
    res.json({ token: jwt.sign({ sub, role }, SECRET) });
  } catch {
    res.status(401).json({ error: 'Invalid refresh token' });
  }
});
api.post('/auth/logout', auth, (req, res) => res.status(204).end());
app.use('/api', api);

app.listen(process.env.PORT ?? 3000);
