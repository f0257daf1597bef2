// An HTML form that leads back to itself, sessions, Passport.
const express = require('express');
const session = require('express-session');
const passport = require('passport');
const { Strategy: LocalStrategy } = require('passport-local');
const bcrypt = require('bcrypt');

const users = [
  { id: 'u1', username: 'alice', hash: bcrypt.hashSync('correct horse', 4), admin: false },
  { id: 'u2', username: 'mallory', hash: bcrypt.hashSync('correct horse', 4), locked: true },
];
passport.use(
  new LocalStrategy(async (username, password, done) => {
    const user = users.find((u) => u.username === username);
    if (!user) return done(null, false, { message: 'Unknown user' });
    if (!(await bcrypt.compare(password, user.hash)))
      return done(null, false, { message: 'Wrong password' });
    if (user.locked) return done(null, false, { message: 'Locked' });
    done(null, user);
  }),
);
passport.serializeUser((user, done) => done(null, user.id));
passport.deserializeUser((id, done) => done(null, users.find((u) => u.id === id) || false));

const app = express();
app.use(express.urlencoded({ extended: false }));
app.use(session({ secret: 'cats', resave: false, saveUninitialized: true }));
app.use(passport.initialize());
app.use(passport.session());

app.get('/up', (req, res) => res.send('up'));
app.get('/login', (req, res) =>
  res.send(
    '<form method="post"><input name="username"><input type="password" name="password"></form>',
  ),
);
app.post(
  '/login',
  passport.authenticate('local', { successRedirect: '/', failureRedirect: '/login' }),
);
const signedIn = (req, res, next) =>
  req.isAuthenticated() ? next() : res.status(401).send('Please log in');
app.get('/', signedIn, (req, res) => res.send(`Hello ${req.user.username}`));
app.get('/admin', signedIn, (req, res) =>
  req.user.admin ? res.send('admin') : res.status(403).send('Forbidden'),
);
app.listen(process.env.PORT);
