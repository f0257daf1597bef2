import Koa from 'koa';
import Router from '@koa/router';
import bodyParser from 'koa-bodyparser';
import koaJwt from 'koa-jwt';
import jwt from 'jsonwebtoken';
import bcrypt from 'bcrypt';

const secret = 'koa-secret';
const users = {
  alice: { id: 1, hash: bcrypt.hashSync('correct horse', 4) },
  mallory: { id: 2, hash: bcrypt.hashSync('correct horse', 4), locked: true },
};
const app = new Koa();
app.silent = true;
app.use(bodyParser());
const router = new Router();
router.get('/health', (ctx) => {
  ctx.body = 'ok';
});
router.post('/login', async (ctx) => {
  const { username, password } = ctx.request.body;
  if (!username || !password) ctx.throw(400, 'username and password required');
  const user = users[username];
  if (!user || !(await bcrypt.compare(password, user.hash)))
    ctx.throw(401, 'Wrong username or password');
  if (user.locked) ctx.throw(403, 'Account locked');
  ctx.body = { token: jwt.sign({ sub: user.id }, secret, { expiresIn: '1h' }) };
});
router.get('/public', koaJwt({ secret, passthrough: true }), (ctx) => {
  ctx.body = { user: ctx.state.user?.sub ?? null };
});
const api = new Router({ prefix: '/api' });
api.use(koaJwt({ secret }));
api.get('/books/:id', (ctx) => {
  ctx.body = { id: ctx.params.id };
});
api.delete('/books/:id', (ctx) => ctx.throw(403, 'Forbidden'));
app.use(router.routes()).use(api.routes());
app.listen(process.env.PORT);
