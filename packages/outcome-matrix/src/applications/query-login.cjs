// An old device API: GET with everything in the query.
const express = require('express');

const devices = { alice: 'correct horse', mallory: 'correct horse' };
const blocked = ['mallory'];
const open = new Map();
const app = express();
app.get('/health', (req, res) => res.send('OK'));
app.get('/login.cgi', (req, res) => {
  const { user, password } = req.query;
  if (!user || !password) return res.status(400).send('missing parameter');
  if (devices[user] !== password) return res.send('FAIL invalid login');
  if (blocked.includes(user)) return res.status(403).send('FAIL blocked');
  const id = Math.random().toString(36).slice(2);
  open.set(id, user);
  res.cookie('sessionid', id).send('OK');
});
app.get('/reading', (req, res) => {
  const id = /sessionid=(\w+)/.exec(req.headers.cookie || '')?.[1];
  if (!id || !open.has(id)) return res.status(401).send('login first');
  res.send('17.4');
});
app.listen(process.env.PORT);
