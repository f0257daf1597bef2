import { FakeClock } from '@spanguard/testkit';
import { expect } from 'chai';
import { formatProblem } from '../config/problem.ts';
import { type AddressBook, type Ends, ownEndpoints } from './own-address.ts';

const NONE = { path: [], problem: '' };

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

/** Receivers and exporters as a configuration has them. */
function ends(
  receivers: Readonly<Record<string, { host: string; port: number; isEnabled?: boolean }>>,
  exporters: Readonly<Record<string, string>>,
): Ends {
  return {
    receivers: new Map(
      Object.entries(receivers).map(([name, { isEnabled = true, ...endpoint }]) => [
        name,
        { isEnabled, about: { endpoint } },
      ]),
    ),
    exporters: new Map(
      Object.entries(exporters).map(([name, url]) => {
        const target = { kind: 'url', option: 'endpoint', url } as const;
        const about = { target, signals: [], concurrency: 1, batchBytesMax: 1 };
        return [name, { isEnabled: true, about }];
      }),
    ),
  };
}

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
        ends({ otlp_http: { host, port: 4318 } }, { 'otlp_http/x': endpoint }),
        { addresses: MACHINE, clock: new FakeClock() },
      );
      expect(problems).to.have.length(isOurs ? 1 : 0);
      if (isOurs)
        expect(formatProblem(problems[0] ?? NONE)).to.match(
          /^exporters\.otlp_http\/x\.endpoint: .*own receiver/,
        );
    });
  }

  it('is held against every receiver that is on, of whatever type and name', async () => {
    const problems = await ownEndpoints(
      ends(
        {
          otlp_http: { host: '127.0.0.1', port: 4318 },
          otlp_grpc: { host: '127.0.0.1', port: 4317 },
          'otlp_http/public': { host: '0.0.0.0', port: 5318 },
          'otlp_http/off': { host: '127.0.0.1', port: 6318, isEnabled: false },
        },
        {
          'otlp_http/a': 'http://localhost:4317',
          'otlp_http/b': 'http://192.0.2.7:5318',
          'otlp_http/c': 'http://127.0.0.1:6318',
        },
      ),
      { addresses: MACHINE, clock: new FakeClock() },
    );
    expect(problems.map((problem) => formatProblem(problem, () => 'f.yaml:7:3'))).to.deep.equal([
      "f.yaml:7:3: exporters.otlp_http/a.endpoint: http://localhost:4317 is this processor's own receiver, so " +
        'that everything would come back for ever; name the backend, or give receivers.otlp_grpc.endpoint another port',
      "f.yaml:7:3: exporters.otlp_http/b.endpoint: http://192.0.2.7:5318 is this processor's own receiver, so " +
        'that everything would come back for ever; name the backend, or give receivers.otlp_http/public.endpoint another port',
    ]);
  });

  it('is not waited for where no name server answers', async () => {
    const clock = new FakeClock();
    const problems = ownEndpoints(
      ends({ otlp_http: { host: '0.0.0.0', port: 4318 } }, { otlp_http: 'http://slow.test:4318' }),
      { addresses: { ...MACHINE, resolve: () => new Promise(() => undefined) }, clock },
    );
    await clock.advanceAsync(2000);
    expect(await problems).to.deep.equal([]);
  });
});
