/** The suite for every library that verifies tokens, oldest and newest, by `require` and by `import`. */
import { promisify } from 'node:util';
import { LOADINGS } from '../../instrumentation/test/traced-application.ts';
import { KEY, type Verify, testTokenLibrary } from './token.suite.ts';

type Callback = (error: Error | null, payload?: unknown) => void;

interface JsonWebToken {
  verify(token: string, key: unknown, options: object, callback?: Callback): unknown;
}

type Jose = Pick<typeof import('jose'), 'jwtVerify'>;

interface FastJwt {
  readonly createVerifier: (options: object) => (token: string) => unknown;
  readonly createDecoder: (options: object) => (token: string) => unknown;
}

interface HapiToken {
  token: {
    decode(token: string): object;
    verify(artifacts: object, key: object, options: object): void;
  };
}

const OPTIONS = { audience: 'shop', issuer: 'us', algorithms: ['HS256'] };
const FAST = { key: KEY, allowedAud: 'shop', allowedIss: 'us', algorithms: ['HS256'] };

for (const loading of LOADINGS) {
  testTokenLibrary({
    title: 'jsonwebtoken 9',
    loading,
    ways: async (application) => {
      const jwt = await application.loadDefault<JsonWebToken>('jsonwebtoken');
      const byCallback = promisify<string, unknown, object, unknown>(jwt.verify.bind(jwt));
      const keyOf = (_header: unknown, done: (error: null, key: string) => void): void => {
        done(null, KEY);
      };
      return {
        sync: (token) => jwt.verify(token, KEY, OPTIONS),
        callback: (token) => byCallback(token, KEY, OPTIONS),
        'callback with a key to fetch': (token) => byCallback(token, keyOf, OPTIONS),
      } satisfies Record<string, Verify>;
    },
  });
  for (const [title, libraries] of [
    ['jose 6', {}],
    ['jose 5', { jose: 'jose-v5' }],
  ] as const) {
    testTokenLibrary({
      title,
      loading,
      libraries,
      ways: async (application) => {
        const jose = await application.load<Jose>('jose');
        const key = new TextEncoder().encode(KEY);
        return { promise: (token) => jose.jwtVerify(token, key, OPTIONS) };
      },
    });
  }
  testTokenLibrary({
    title: 'fast-jwt 6',
    loading,
    ways: async (application) => {
      const { createVerifier, createDecoder } = await application.loadDefault<FastJwt>('fast-jwt');
      const keyed = createVerifier({ ...FAST, key: () => Promise.resolve(KEY) });
      const complete = createVerifier({ ...FAST, complete: true });
      const [decode, verify] = [createDecoder({ complete: true }), createVerifier(FAST)];
      const decodedFirst: Verify = (token) => {
        decode(token);
        return verify(token);
      };
      return { sync: verify, promise: keyed, complete, decodedFirst };
    },
  });
  testTokenLibrary({
    title: '@hapi/jwt 3',
    loading,
    // A copy of its own: the files inside a CommonJS package load once.
    libraries: { '@hapi/jwt': '@hapi/jwt' },
    ways: async (application) => {
      const { token: hapi } = await application.loadDefault<HapiToken>('@hapi/jwt');
      return {
        sync: (token) => {
          const artifacts = hapi.decode(token);
          hapi.verify(
            artifacts,
            { key: KEY, algorithms: ['HS256'] },
            { aud: 'shop', iss: 'us', sub: false },
          );
          return artifacts;
        },
      };
    },
  });
}
