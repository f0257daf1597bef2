// Server-rendered, sessions by hand-written code, nested form fields as Rails people like them.
const express = require('express');
const session = require('express-session');
const bcrypt = require('bcrypt');

const members = {
  'alice@example.com': { id: 1, digest: bcrypt.hashSync('correct horse', 4) },
  'mallory@example.com': {
    id: 2,
    digest: bcrypt.hashSync('correct horse', 4),
    lockedAt: Date.now(),
  },
};
const app = express();
app.use(express.urlencoded({ extended: true }));
app.use(session({ name: 'member.sid', secret: 'x', resave: false, saveUninitialized: false }));

app.get('/heartbeat', (req, res) => res.send('<3'));
app.get('/members/sign_in', (req, res) => res.send('<form><input type="password"></form>'));
app.post('/members/sign_in', async (req, res) => {
  const { email, password } = req.body.member || {};
  if (!email || !password) return res.status(422).send('<p>Fill in both</p>');
  const member = members[email];
  if (!member || !(await bcrypt.compare(password, member.digest))) {
    req.session.flash = 'Invalid email or password';
    return res.redirect('/members/sign_in');
  }
  if (member.lockedAt) return res.redirect('/members/sign_in?error=locked');
  req.session.regenerate(() => {
    req.session.userId = member.id;
    res.redirect('/dashboard');
  });
});
app.use((req, res, next) => (req.session.userId ? next() : res.redirect('/members/sign_in')));
app.get('/dashboard', (req, res) => res.send('<h1>Dashboard</h1>'));
app.get('/staff', (req, res) => res.status(403).send('<h1>Forbidden</h1>'));
app.listen(process.env.PORT);
