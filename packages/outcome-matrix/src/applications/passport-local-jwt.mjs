import express from 'express';
import passport from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import { ExtractJwt, Strategy as JwtStrategy } from 'passport-jwt';
import jwt from 'jsonwebtoken';
import bcrypt from 'bcryptjs';

const secretOrKey = 'top secret';
const find = (email) => people.find((p) => p.email === email);
const people = ['alice', 'mallory'].map((name) => ({
  id: name,
  email: `${name}@example.com`,
  hash: bcrypt.hashSync('correct horse', 4),
  verified: name === 'alice',
}));

passport.use(
  new LocalStrategy({ usernameField: 'email', session: false }, (email, password, done) => {
    const person = find(email);
    if (!person || !bcrypt.compareSync(password, person.hash)) return done(null, false);
    return done(null, person);
  }),
);
passport.use(
  new JwtStrategy(
    { jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey },
    (payload, done) => done(null, people.find((p) => p.id === payload.sub) ?? false),
  ),
);

const app = express();
app.use(express.json(), passport.initialize());
app.get('/healthz', (_req, res) => res.sendStatus(204));
app.post('/auth/login', passport.authenticate('local', { session: false }), (req, res) => {
  if (!req.user.verified)
    return res.status(403).json({ message: 'Verify your e-mail address first' });
  res.json({ access_token: jwt.sign({ sub: req.user.id }, secretOrKey, { expiresIn: '15m' }) });
});
const bearer = passport.authenticate('jwt', { session: false });
app.get('/me', bearer, (req, res) => res.json({ id: req.user.id }));
app.get('/reports/:year', bearer, (_req, res) => res.status(403).json({ message: 'Forbidden' }));
app.listen(process.env.PORT);
