import express from 'express';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node';

const auth = betterAuth({
  baseURL: `http://127.0.0.1:${process.env.PORT}`,
  secret: 'better-auth-secret-better-auth-secret',
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  emailAndPassword: { enabled: true },
  trustedOrigins: ['https://photos.example'],
  telemetry: { enabled: false },
  rateLimit: { enabled: false },
  logger: { disabled: true },
});
await auth.api.signUpEmail({
  body: { email: 'alice@example.com', name: 'Alice', password: 'correct horse' },
});

const app = express();
app.all('/api/auth/*any', toNodeHandler(auth));
app.use(express.json());
app.get('/health', (req, res) => res.json({}));
const session = async (req, res, next) => {
  const found = await auth.api.getSession({ headers: fromNodeHeaders(req.headers) });
  if (!found) return res.status(401).json({ message: 'Unauthorized' });
  req.user = found.user;
  next();
};
app.get('/photos/:id', session, (req, res) => res.json({ id: req.params.id }));
app.get('/billing', session, (req, res) => res.status(403).json({ message: 'Owners only' }));
app.listen(process.env.PORT);
