import { FakeClock } from '@spanguard/testkit';
import { expect } from 'chai';
import { type AddressBook, ownEndpoints } from './own-address.ts';

/** A machine of two addresses, and what names mean on it. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  localhost: ['127.0.0.1', '::1'],
  'collector.test': ['192.0.2.7', '2001:db8::7'],
  'backend.test': ['192.0.2.9'],
};
const MACHINE: AddressBook = {
  resolve: (host) => {
    const found = NAMES[host];
    return found === undefined ? Promise.reject(new Error('ENOTFOUND')) : Promise.resolve(found);
  },
  own: () => ['127.0.0.1', '::1', '192.0.2.7', '2001:db8::7', 'fe80::1%eth0'],
};

describe('an exporter', () => {
  const cases: readonly [endpoint: string, listening: string, isOurs: boolean][] = [
    ['http://127.0.0.1:4318', '127.0.0.1', true],
    ['http://localhost:4318/', '127.0.0.1', true],
    ['http://LOCALHOST:4318', '127.0.0.1', true],
    ['http://0.0.0.0:4318', '127.0.0.1', true],
    ['http://[::ffff:127.0.0.1]:4318', '127.0.0.1', true],
    ['http://2130706433:4318', '127.0.0.1', true],
    ['http://[::1]:4318', '::1', true],
    ['http://[0:0:0:0:0:0:0:1]:4318', '::1', true],
    ['http://[::]:4318', '::1', true],
    ['http://localhost:4318', 'localhost', true],
    ['https://localhost:4318/otlp', '127.0.0.1', true],
    ['http://collector.test:4318', '0.0.0.0', true],
    ['http://192.0.2.7:4318', '0.0.0.0', true],
    ['http://127.3.2.1:4318', '0.0.0.0', true],
    ['http://[2001:db8::7]:4318', '::', true],
    ['http://192.0.2.7:4318', '192.0.2.7', true],
    ['http://192.0.2.7:4318', '127.0.0.1', false],
    ['http://127.0.0.1:4318', '192.0.2.7', false],
    ['http://backend.test:4318', '0.0.0.0', false],
    ['http://unknown.test:4318', '0.0.0.0', false],
    ['http://127.0.0.1:4319', '127.0.0.1', false],
    ['http://localhost', '127.0.0.1', false],
  ];
  for (const [endpoint, host, isOurs] of cases) {
    it(`${isOurs ? 'is refused' : 'is fine'} at ${endpoint} where the receiver listens on ${host}`, async () => {
      const problems = await ownEndpoints(
        { 'otlp_http/x': { endpoint } },
        { host, port: 4318 },
        { addresses: MACHINE, clock: new FakeClock() },
      );
      expect(problems).to.have.length(isOurs ? 1 : 0);
      if (isOurs)
        expect(problems[0]).to.match(/^exporters\.otlp_http\/x\.endpoint: .*own receiver/);
    });
  }

  it('is not waited for where no name server answers', async () => {
    const clock = new FakeClock();
    const problems = ownEndpoints(
      { otlp_http: { endpoint: 'http://slow.test:4318' } },
      { host: '0.0.0.0', port: 4318 },
      { addresses: { ...MACHINE, resolve: () => new Promise(() => undefined) }, clock },
    );
    await clock.advanceAsync(2000);
    expect(await problems).to.deep.equal([]);
  });
});
