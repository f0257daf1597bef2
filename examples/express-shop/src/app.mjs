/** The shop's API. Knows nothing of Spanguard: the register hook does all of it. */
import express from 'express';
import passport from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';

/** An Express application over a database. */
export function createApp(database) {
  const app = express();
  app.set('trust proxy', 'loopback');
  app.disable('x-powered-by');
  app.use(express.json({ limit: '100kb' }));

  passport.use(
    new LocalStrategy({ usernameField: 'email', session: false }, (email, password, done) => {
      const user = database.authenticate(email, password);
      done(
        null,
        user ?? false,
        user === undefined ? { message: 'wrong e-mail or password' } : undefined,
      );
    }),
  );
  app.use(passport.initialize());

  app.post('/login', (request, response, next) => {
    passport.authenticate('local', { session: false }, (error, user, info) => {
      if (error) return next(error);
      if (!user) return response.status(401).json({ error: info?.message ?? 'not logged in' });
      return response.json({ token: database.openSession(user.id), user: { id: user.id } });
    })(request, response, next);
  });

  app.get('/products', (_request, response) => response.json(database.searchProducts('')));
  app.get('/search', (request, response) => {
    const { q } = request.query;
    response.json(database.searchProducts(typeof q === 'string' ? q.slice(0, 100) : ''));
  });

  app.get('/orders/:id', session(database), (request, response) => {
    const order = database.order(Number(request.params.id));
    if (order === undefined) return response.status(404).json({ error: 'no such order' });
    if (order.user_id !== request.user.id)
      return response.status(403).json({ error: 'not your order' });
    return response.json(order);
  });

  const admin = express.Router();
  admin.use(session(database), (request, response, next) => {
    if (request.user.role === 'admin') return next();
    return response.status(403).json({ error: 'administrators only' });
  });
  admin.get('/users', (_request, response) => response.json(database.users()));
  app.use('/admin', admin);
  return app;
}

/** Lets requests pass that carry the token of a session. */
function session(database) {
  return (request, response, next) => {
    const token = /^Bearer (.+)$/.exec(request.get('authorization') ?? '')?.[1];
    request.user = token === undefined ? undefined : database.userOfSession(token);
    if (request.user !== undefined) return next();
    return response.status(401).set('www-authenticate', 'Bearer').json({ error: 'log in first' });
  };
}
