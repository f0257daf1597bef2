// An OpenID provider with a login page of its own.
import express from 'express';
import Provider from 'oidc-provider';
import bcrypt from 'bcryptjs';

const issuer = `http://127.0.0.1:${process.env.PORT}`;
const accounts = {
  alice: { hash: bcrypt.hashSync('correct horse', 4) },
  mallory: { hash: bcrypt.hashSync('correct horse', 4), locked: true },
};
const oidc = new Provider(issuer, {
  clients: [
    {
      client_id: 'shop',
      client_secret: 'shop-secret-shop-secret-shop-secret',
      grant_types: ['authorization_code', 'client_credentials'],
      redirect_uris: ['https://shop.example/callback'],
    },
  ],
  cookies: { keys: ['cookie key'] },
  features: { devInteractions: { enabled: false }, clientCredentials: { enabled: true } },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
});

const app = express();
app.get('/health', (req, res) => res.send('ok'));
app.get('/interaction/:uid', (req, res) =>
  res.send('<form method="post"><input type="password"></form>'),
);
app.post(
  '/interaction/:uid/login',
  express.urlencoded({ extended: false }),
  async (req, res, next) => {
    try {
      await oidc.interactionDetails(req, res);
      const { login, password } = req.body;
      if (!login || !password) return res.status(400).send('Please fill in both fields');
      const account = accounts[login];
      if (!account || account.locked || !(await bcrypt.compare(password, account.hash))) {
        return res.redirect(`/interaction/${req.params.uid}?error=login`);
      }
      await oidc.interactionFinished(req, res, { login: { accountId: login } });
    } catch (error) {
      next(error);
    }
  },
);
app.use('/oidc', oidc.callback());
app.listen(process.env.PORT);
