// A strategy of its own, opaque bearer tokens, and 401 also for what a role is missing for.
import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import express from 'express';
import passport from 'passport';
import { Strategy as CustomStrategy } from 'passport-custom';
import { Strategy as BearerStrategy } from 'passport-http-bearer';

const salt = randomBytes(16);
const hash = (password) => scryptSync(password, salt, 32, { N: 1024 });
const staff = new Map([
  ['alice', { id: 'alice', hash: hash('correct horse'), roles: ['clerk'] }],
  ['mallory', { id: 'mallory', hash: hash('correct horse'), roles: [], disabled: true }],
]);
const sessions = new Map();

passport.use(
  'badge',
  new CustomStrategy((req, done) => {
    const member = staff.get(req.body.login);
    if (!member || !timingSafeEqual(hash(String(req.body.password)), member.hash))
      return done(null, false);
    if (member.disabled) return done(null, false);
    done(null, member);
  }),
);
passport.use(new BearerStrategy((token, done) => done(null, sessions.get(token) ?? false)));

const app = express();
app.use(express.json());
app.get('/health', (req, res) => res.end());
app.post(
  '/staff/login',
  (req, res, next) =>
    req.body.login && req.body.password ? next() : res.status(400).json({ error: 'missing' }),
  passport.authenticate('badge', { session: false }),
  (req, res) => {
    const token = randomBytes(24).toString('hex');
    sessions.set(token, req.user);
    res.json({ token });
  },
);
const bearer = passport.authenticate('bearer', { session: false });
const role = (name) => (req, res, next) =>
  req.user.roles.includes(name) ? next() : res.status(401).json({ error: `role ${name} required` });
app.get('/shelves/:id', bearer, role('clerk'), (req, res) => res.json({ shelf: req.params.id }));
app.get('/payroll', bearer, role('manager'), (req, res) => res.json({}));
app.listen(process.env.PORT);
