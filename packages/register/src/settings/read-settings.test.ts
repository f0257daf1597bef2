/** Options from names and texts, each limit from both sides, and the README's table of them. */
import { readFileSync } from 'node:fs';
import { HASH_KEY_BYTES_MIN } from '@spanguard/sdk';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  OPTION_NAMES,
  readSettings,
  type WrittenOptions,
  writtenInEnvironment,
} from './read-settings.ts';

const settingsOf = (written: WrittenOptions): ReturnType<typeof readSettings> =>
  readSettings(written, { env: {}, redaction: undefined });
const read = (name: string, text: string): ReturnType<typeof readSettings> =>
  settingsOf(writtenInEnvironment({ [name]: text }));

function expectUsed(name: string, text: string, part: object): void {
  const { options, complaints } = read(name, text);
  expect(complaints, 'complaints').to.deep.equal([]);
  expect(options.settings, name).to.deep.include(part);
}

function expectComplaint(name: string, text: string): void {
  const { complaints, ...rest } = read(name, text);
  const { complaints: _none, ...untouched } = settingsOf(new Map());
  expect(complaints, 'complaints').to.have.length(1);
  expect(complaints[0]).to.contain(name);
  expect(rest, 'settings').to.deep.equal(untouched);
}

describe('readSettings', () => {
  it('has nothing to complain of where nothing is set', () => {
    const { complaints, shutdownMs } = settingsOf(writtenInEnvironment({ PATH: '/bin' }));
    expect({ complaints, shutdownMs }).to.deep.equal({ complaints: [], shutdownMs: 2000 });
  });

  it('reads a number of proxies', () =>
    expectUsed('SPANGUARD_TRUSTED_PROXIES', '2', { trustedProxies: 2 }));
  it('reads a list of proxies', () =>
    expectUsed('SPANGUARD_TRUSTED_PROXIES', ' loopback , 10.0.0.0/8', {
      trustedProxies: ['loopback', '10.0.0.0/8'],
    }));
  it('takes 32 proxies', () =>
    expectUsed('SPANGUARD_TRUSTED_PROXIES', '32', { trustedProxies: 32 }));
  it('complains of 33 proxies', () => expectComplaint('SPANGUARD_TRUSTED_PROXIES', '33'));
  it('complains of a proxy that is no network', () =>
    expectComplaint('SPANGUARD_TRUSTED_PROXIES', 'loopback, 10.0.0.0/33'));
  it('reads how users are named', () =>
    expectUsed('SPANGUARD_USER_ID', 'HASH', { userId: 'hash' }));
  it('reads that users are named in plain', () =>
    expectUsed('SPANGUARD_USER_ID', 'plain', { userId: 'plain' }));
  it('names users as the policy allows unless told otherwise', () =>
    expectUsed('SPANGUARD_USER_ID', ' ', { userId: 'masked' }));
  it('reads where people log in', () =>
    expectUsed('SPANGUARD_AUTH_ROUTES', '/enter,/v2/enter', {
      authRoutes: ['/enter', '/v2/enter'],
    }));
  it('complains of another way to name users', () => expectComplaint('SPANGUARD_USER_ID', 'no'));
  it('complains of another payload', () => expectComplaint('SPANGUARD_PAYLOAD', 'sometimes'));
  it('complains of a fraction', () => expectComplaint('SPANGUARD_SHUTDOWN_MS', '1.5'));
  it('complains of a name that is none', () => expectComplaint('SPANGUARD_PAYLAOD', 'never'));

  it('takes a shutdown of 30000 ms', () =>
    expect(read('SPANGUARD_SHUTDOWN_MS', '30000').shutdownMs).to.equal(30_000));
  it('complains of a shutdown of 30001 ms', () =>
    expectComplaint('SPANGUARD_SHUTDOWN_MS', '30001'));
  it('takes a queue of 512', () =>
    expect(read('SPANGUARD_EVENT_QUEUE', '512').options.queue).to.deep.equal({ eventsMax: 512 }));
  it('complains of a queue of 511', () => expectComplaint('SPANGUARD_EVENT_QUEUE', '511'));
  it('takes a payload of 65536 bytes', () =>
    expect(
      read('SPANGUARD_PAYLOAD_REQUEST_BYTES', '65536').options.settings?.payload?.requestBytesMax,
    ).to.equal(65_536));
  it('complains of a payload of 65537 bytes', () =>
    expectComplaint('SPANGUARD_PAYLOAD_REQUEST_BYTES', '65537'));

  it('takes the shortest key', () =>
    expect(
      read('SPANGUARD_HASH_KEY', 'k'.repeat(HASH_KEY_BYTES_MIN)).options.hashKey,
    ).to.have.length(HASH_KEY_BYTES_MIN));
  it('complains of a shorter key without repeating it', () => {
    const key = 'k'.repeat(HASH_KEY_BYTES_MIN - 1);
    expectComplaint('SPANGUARD_HASH_KEY', key);
    expect(read('SPANGUARD_HASH_KEY', key).complaints[0]).to.not.contain(key);
  });

  it('takes any text for any option without throwing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...OPTION_NAMES), fc.string(), (name, text) => {
        settingsOf(new Map([[name, text]]));
      }),
    );
  });

  it('knows the options of the README and no others', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const listed = [...readme.matchAll(/^\| `SPANGUARD_(\w+)`/gm)].map(([, name]) => name);
    expect(listed.toSorted()).to.deep.equal(
      OPTION_NAMES.map((name) => name.toUpperCase()).toSorted(),
    );
  });
});
