/** Passwords checked with Node's own functions, and everything else these functions compare. */
import { currentRequestSecurity } from '@spanguard/instrumentation';
import { createExpressInstrumentation } from '@spanguard/instrumentation-express';
import { expect } from 'chai';
import type express from 'express';
import { promisify } from 'node:util';
import { LOADINGS, underTracing } from '../../instrumentation/test/traced-application.ts';
import { createPasswordInstrumentation } from '../src/index.ts';

type Crypto = typeof import('node:crypto');
type Check = (crypto: Crypto, password: string) => boolean | Promise<boolean>;

const SALT = 'salt';
const derive = (crypto: Crypto, password: string): Buffer => crypto.scryptSync(password, SALT, 64);
const slow = (crypto: Crypto, password: string): Buffer =>
  crypto.pbkdf2Sync(password, SALT, 10, 32, 'sha256');

const CHECKS: Readonly<Record<string, [method: string, check: Check]>> = {
  scryptSync: [
    'scrypt',
    (crypto, password) => crypto.timingSafeEqual(derive(crypto, password), STORED.scrypt),
  ],
  'scrypt as a promise': [
    'scrypt',
    async (crypto, password) => {
      const scrypt = promisify<string, string, number, Buffer>(crypto.scrypt);
      return crypto.timingSafeEqual(await scrypt(password, SALT, 64), STORED.scrypt);
    },
  ],
  'scrypt in hexadecimal': [
    'scrypt',
    (crypto, password) => {
      const hex = derive(crypto, password).toString('hex');
      return crypto.timingSafeEqual(Buffer.from(hex), Buffer.from(STORED.scrypt.toString('hex')));
    },
  ],
  'scrypt, hashed once more': [
    'scrypt',
    (crypto, password) => {
      const hashOf = (key: Buffer): Buffer => crypto.createHash('sha256').update(key).digest();
      return crypto.timingSafeEqual(hashOf(derive(crypto, password)), hashOf(STORED.scrypt));
    },
  ],
  pbkdf2Sync: [
    'pbkdf2',
    (crypto, password) => crypto.timingSafeEqual(slow(crypto, password), STORED.pbkdf2),
  ],
  'pbkdf2 with a callback': [
    'pbkdf2',
    (crypto, password) =>
      new Promise((resolve, reject) => {
        crypto.pbkdf2(password, SALT, 10, 32, 'sha256', (error, key) => {
          if (error !== null) reject(error);
          else resolve(crypto.timingSafeEqual(key, STORED.pbkdf2));
        });
      }),
  ],
};

const crypto = process.getBuiltinModule('node:crypto');
const STORED = { scrypt: derive(crypto, 'right'), pbkdf2: slow(crypto, 'right') };

for (const loading of LOADINGS) {
  describe(`passwords derived by node:crypto, by ${loading}`, () => {
    const application = underTracing({
      from: import.meta.url,
      loading,
      instrumentations: () => [createExpressInstrumentation(), createPasswordInstrumentation()],
    });
    let load: typeof express;
    let loaded: Crypto;

    before(async () => {
      load = await application.loadDefault<typeof express>('express');
      loaded = await application.load<Crypto>('node:crypto');
    });

    function answering(check: (password: string) => unknown): express.Express {
      const app = load();
      app.use(load.json());
      const login = async (request: express.Request, response: express.Response): Promise<void> => {
        const { password } = request.body as { password: string };
        const isRight = await check(password);
        const { signals = [] } = currentRequestSecurity() ?? {};
        response.json({ isRight, signals });
      };
      app.post('/login', (request, response, next) => {
        login(request, response).catch(next);
      });
      return app;
    }

    async function signalsOf(app: express.Express, password: string): Promise<unknown> {
      const body = { username: 'bob', password };
      const { answer } = await application.see(app, '/login', { body });
      return (JSON.parse(answer.text) as { signals: unknown }).signals;
    }

    it('tell how the comparison ended', async () => {
      for (const [title, [method, check]] of Object.entries(CHECKS)) {
        const app = answering((password) => check(loaded, password));
        const signal = { source: 'check', scheme: 'login', method };
        expect(await signalsOf(app, 'right'), title).to.deep.equal([
          { ...signal, outcome: 'success' },
        ]);
        expect(await signalsOf(app, 'wrong'), title).to.deep.equal([
          { ...signal, outcome: 'failure', reason: 'invalid_credentials' },
        ]);
      }
    });

    it('tell nothing where nothing was compared, or nothing derived', async () => {
      const cases: ((password: string) => unknown)[] = [
        (password) => derive(loaded, password).equals(STORED.scrypt),
        (password) => loaded.timingSafeEqual(Buffer.from(password), Buffer.from('right')),
        // What is compared afterwards is too short to be the key: the token of a form.
        (password) => {
          derive(loaded, password);
          return loaded.timingSafeEqual(Buffer.from('csrf-1'), Buffer.from('csrf-2'));
        },
        (password) => {
          loaded.timingSafeEqual(Buffer.from('csrf'), Buffer.from('csrf'));
          return derive(loaded, password).length;
        },
      ];
      for (const each of cases) {
        expect(await signalsOf(answering(each), 'right'), String(each)).to.deep.equal([]);
      }
    });

    it('are one check each: what is compared next is another matter', async () => {
      const app = answering((password) => {
        loaded.timingSafeEqual(derive(loaded, password), STORED.scrypt);
        return loaded.timingSafeEqual(Buffer.alloc(64), Buffer.alloc(64, 1));
      });
      expect(await signalsOf(app, 'right')).to.have.length(1);
    });

    it('throw what Node throws', async () => {
      const app = answering((password) => {
        derive(loaded, password);
        try {
          return loaded.timingSafeEqual(Buffer.alloc(64), Buffer.alloc(65));
        } catch (error) {
          return (error as RangeError).name;
        }
      });
      const body = { username: 'bob', password: 'x' };
      const { answer } = await application.see(app, '/login', { body });
      expect(JSON.parse(answer.text)).to.deep.equal({ isRight: 'RangeError', signals: [] });
    });
  });
}
