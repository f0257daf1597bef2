// Everything is a 200, as its mobile client likes it.
const express = require('express');
const bcrypt = require('bcryptjs');
const jwt = require('jsonwebtoken');

const KEY = 'mobile-secret';
const players = [
  { id: 7, name: 'alice', pw: bcrypt.hashSync('correct horse', 4) },
  { id: 8, name: 'mallory', pw: bcrypt.hashSync('correct horse', 4), banned: true },
];
const app = express();
app.use(express.json());

app.get('/ping', (req, res) => res.json({ ok: true }));
app.put('/player/signin', async (req, res) => {
  const { name, password } = req.body;
  if (name === undefined || password === undefined)
    return res.status(400).json({ ok: false, error: 'bad request' });
  const player = players.find((p) => p.name === name);
  if (!player) return res.json({ ok: false, error: 'no such player' });
  if (!(await bcrypt.compare(password, player.pw)))
    return res.json({ ok: false, error: 'wrong password' });
  if (player.banned) return res.json({ ok: false, error: 'banned' });
  res.json({ ok: true, jwt: jwt.sign({ sub: player.id }, KEY) });
});
app.get('/player/:id/score', (req, res) => {
  const [, token] = (req.headers.authorization || '').split(' ');
  if (!token) return res.status(401).json({ ok: false });
  let claims;
  try {
    claims = jwt.verify(token, KEY);
  } catch (e) {
    return res.status(401).json({ ok: false, error: e.message });
  }
  if (String(claims.sub) !== req.params.id) return res.status(403).json({ ok: false });
  res.json({ ok: true, score: 12 });
});
app.listen(process.env.PORT);
