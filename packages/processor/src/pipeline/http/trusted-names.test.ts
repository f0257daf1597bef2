import { expect } from 'chai';
import { trustCheck } from './trusted-names.ts';

describe('trustCheck', () => {
  const onLoopback = { host: '127.0.0.1', allowedHosts: [], allowedOrigins: [] };
  const distrustOf = (
    headers: { readonly host?: string; readonly origin?: string },
    names: Partial<Parameters<typeof trustCheck>[0]> = {},
  ) => trustCheck({ ...onLoopback, ...names })(headers) ?? 'trusted';

  for (const [host, expected] of [
    ['127.0.0.1:4318', 'trusted'],
    ['127.0.0.1', 'trusted'],
    ['127.9.9.9:4318', 'trusted'],
    ['localhost:4318', 'trusted'],
    ['LOCALHOST.:4318', 'trusted'],
    ['app.localhost', 'trusted'],
    ['[::1]:4318', 'trusted'],
    ['host.docker.internal:4318', 'trusted'],
    ['evil.example:4318', 'host'],
    ['localhost.evil.example', 'host'],
    ['127.0.0.1.evil.example', 'host'],
    ['127.evil.example', 'host'],
    ['10.0.0.5:4318', 'host'],
    ['[::2]:4318', 'host'],
    ['', 'host'],
    ['localhost:4318@evil.example', 'host'],
    ['localhost evil.example', 'host'],
  ] as const) {
    it(`finds "${host}" on loopback ${expected}`, () => {
      expect(distrustOf({ host })).to.equal(expected);
    });
  }

  it('takes requests without Host, which HTTP/1.0 probes send', () => {
    expect(distrustOf({})).to.equal('trusted');
  });

  it('knows listed hosts, and the bound one', () => {
    const names = { allowedHosts: ['Spanguard.Internal'] };
    expect(distrustOf({ host: 'spanguard.internal:4318' }, names)).to.equal('trusted');
    expect(distrustOf({ host: 'evil.example' }, names)).to.equal('host');
    expect(distrustOf({ host: 'evil.example' }, { allowedHosts: ['*'] })).to.equal('trusted');
    expect(distrustOf({ host: '[::1]:1' }, { host: '::1' })).to.equal('trusted');
  });

  it('lets other addresses be called by any name, unless hosts are listed', () => {
    expect(distrustOf({ host: 'spanguard' }, { host: '0.0.0.0' })).to.equal('trusted');
    const listed = { host: '0.0.0.0', allowedHosts: ['spanguard'] };
    expect(distrustOf({ host: 'spanguard:4318' }, listed)).to.equal('trusted');
    expect(distrustOf({ host: 'evil.example' }, listed)).to.equal('host');
  });

  it('takes an Origin only where it is listed, on any address', () => {
    const host = '127.0.0.1:4318';
    expect(distrustOf({ host, origin: 'http://localhost:4318' })).to.equal('origin');
    expect(distrustOf({ host, origin: 'null' })).to.equal('origin');
    expect(distrustOf({ host, origin: 'https://a.example' }, { host: '0.0.0.0' })).to.equal(
      'origin',
    );
    const allowedOrigins = ['https://a.example'];
    expect(distrustOf({ host, origin: 'https://A.example' }, { allowedOrigins })).to.equal(
      'trusted',
    );
    expect(distrustOf({ host, origin: 'http://a.example' }, { allowedOrigins })).to.equal('origin');
  });
});
