/** The suite for every library that checks passwords, oldest and newest, by `require` and by `import`. */
import { promisify } from 'node:util';
import { LOADINGS, type TracedApplication } from '../../instrumentation/test/traced-application.ts';
import { type Check, PASSWORD, testPasswordLibrary } from './password.suite.ts';

interface Bcrypt {
  compare(password: string, hash: string): Promise<boolean>;
  compareSync(password: string, hash: string): boolean;
  hashSync(password: string, rounds: number): string;
}

type Ways = Promise<{ hash: string; ways: Readonly<Record<string, Check>> }>;

function waysOf(name: string): (application: TracedApplication) => Ways {
  return async (application) => {
    const bcrypt = await application.loadDefault<Bcrypt>(name);
    const named = await application.load<Bcrypt>(name);
    const byCallback = promisify<string, string, boolean>(bcrypt.compare.bind(bcrypt));
    const ways: Record<string, Check> = {
      promise: (password, hash) => bcrypt.compare(password, hash),
      callback: (password, hash) => byCallback(password, hash),
      sync: (password, hash) => bcrypt.compareSync(password, hash),
    };
    // UMD gives its names to `require` alone.
    if ('compare' in named) ways['named'] = (password, hash) => named.compare(password, hash);
    return { hash: bcrypt.hashSync(PASSWORD, 4), ways };
  };
}

interface NodeRs {
  compare: Check;
  compareSync: Check;
  verify: Check;
  verifySync: Check;
}

const stood = (name: string): { libraries: Record<string, URL> } => ({
  libraries: {
    [name]: new URL(`./stand-ins/${name.slice(1).replace('/', '-')}/`, import.meta.url),
  },
});

for (const loading of LOADINGS) {
  const bcrypt = { method: 'bcrypt', loading };
  testPasswordLibrary({ ...bcrypt, title: 'bcrypt 6', ways: waysOf('bcrypt') });
  testPasswordLibrary({ ...bcrypt, title: 'bcryptjs 3', ways: waysOf('bcryptjs') });
  testPasswordLibrary({
    ...bcrypt,
    title: 'bcryptjs 2',
    libraries: { bcryptjs: 'bcryptjs-v2' },
    ways: waysOf('bcryptjs'),
  });
  testPasswordLibrary({
    ...bcrypt,
    title: '@node-rs/bcrypt in its shape',
    ...stood('@node-rs/bcrypt'),
    ways: async (application) => {
      const { compare, compareSync, verify, verifySync } =
        await application.load<NodeRs>('@node-rs/bcrypt');
      return { hash: `hash of ${PASSWORD}`, ways: { compare, compareSync, verify, verifySync } };
    },
  });
  testPasswordLibrary({
    method: 'argon2',
    loading,
    title: '@node-rs/argon2 in its shape',
    ...stood('@node-rs/argon2'),
    ways: async (application) => {
      const { verify, verifySync } = await application.load<NodeRs>('@node-rs/argon2');
      return {
        hash: `hash of ${PASSWORD}`,
        ways: {
          promise: (password, hash) => verify(hash, password),
          sync: (password, hash) => verifySync(hash, password),
        },
      };
    },
  });
  testPasswordLibrary({
    method: 'argon2',
    loading,
    title: 'argon2 0.45',
    ways: async (application) => {
      const argon2 = await application.loadDefault<typeof import('argon2')>('argon2');
      const cheap = { memoryCost: 1024, timeCost: 2, parallelism: 1 };
      return {
        hash: await argon2.hash(PASSWORD, cheap),
        ways: { promise: (password, hash) => argon2.verify(hash, password) },
      };
    },
  });
}
