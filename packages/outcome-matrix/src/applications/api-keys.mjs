import { createHash } from 'node:crypto';
import express from 'express';

const digest = (key) => createHash('sha256').update(key).digest('hex');
const keys = new Map([[digest('sk_live_alice'), { id: 'alice', scopes: ['read'] }]]);

const app = express();
app.get('/livez', (req, res) => res.send('ok'));
app.use((req, res, next) => {
  const key = req.get('x-api-key') ?? req.query.api_key;
  if (!key) return res.status(401).json({ error: { message: 'API key required' } });
  const client = keys.get(digest(key));
  if (!client) return res.status(403).json({ error: { message: 'Invalid API key' } });
  req.client = client;
  next();
});
app.get('/v2/prices/:symbol', (req, res) => res.json({ symbol: req.params.symbol, price: 1 }));
app.delete('/v2/prices/:symbol', (req, res) => {
  if (!req.client.scopes.includes('write'))
    return res.status(403).json({ error: { message: 'Missing scope: write' } });
  res.status(204).end();
});
app.listen(process.env.PORT);
