/** Who the client is, under honest and hostile headers. */
import { isIP } from 'node:net';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { type ClientAddress, ClientAddressResolver } from './client-address-resolver.ts';
import { headerCharsMax, hopsMax } from './forwarding-headers.ts';
import { compileTrustedProxies } from './trusted-proxies.ts';

const PRESETS = ['loopback', 'linklocal', 'uniquelocal'];

interface Request {
  peer?: string;
  xff?: string | string[];
  forwarded?: string;
  realIp?: string;
  trusted?: readonly string[] | number;
}

function resolve({ peer, xff, forwarded, realIp, trusted = PRESETS }: Request): ClientAddress {
  const resolver = new ClientAddressResolver({ trusted: compileTrustedProxies(trusted) });
  const headers = { 'x-forwarded-for': xff, forwarded, 'x-real-ip': realIp };
  const first = resolver.resolve(peer, headers);
  expect(resolver.resolve(peer, headers)).to.deep.equal(first);
  return first;
}

function client(request: Request, address: string | undefined, source = 'x-forwarded-for'): void {
  const found = resolve(request);
  expect([found.address, found.source]).to.deep.equal([address, source]);
}

function suspects(request: Request, expected = true): void {
  expect(resolve(request).spoofSuspected).to.equal(expected);
}

describe('ClientAddressResolver', () => {
  it('believes the socket when nothing is forwarded', () => {
    client({ peer: '203.0.113.9' }, '203.0.113.9', 'socket');
    client({ peer: '::ffff:203.0.113.9' }, '203.0.113.9', 'socket');
    client({ peer: '2001:DB8:0:0::1' }, '2001:db8::1', 'socket');
    client({}, undefined, 'socket');
  });

  it('ignores every header of an untrusted peer', () => {
    client({ peer: '203.0.113.9', xff: '198.51.100.1' }, '203.0.113.9', 'socket');
    client({ peer: '203.0.113.9', forwarded: 'for=198.51.100.1' }, '203.0.113.9', 'socket');
    client({ peer: '203.0.113.9', realIp: '198.51.100.1' }, '203.0.113.9', 'socket');
  });

  it('walks right to left through trusted hops only', () => {
    const peer = '10.0.0.1';
    client({ peer, xff: '203.0.113.9' }, '203.0.113.9');
    client({ peer, xff: '198.51.100.1, 203.0.113.9' }, '203.0.113.9');
    client({ peer, xff: '198.51.100.1, 203.0.113.9, 10.0.0.7' }, '203.0.113.9');
    client({ peer, xff: '10.0.0.9, 10.0.0.7' }, '10.0.0.9');
    client({ peer, xff: ['198.51.100.1', '203.0.113.9'] }, '203.0.113.9');
  });

  it('counts hops where the setting is a number', () => {
    const peer = '198.18.0.1';
    client({ peer, xff: '1.1.1.1, 2.2.2.2, 3.3.3.3', trusted: 0 }, peer, 'socket');
    client({ peer, xff: '1.1.1.1, 2.2.2.2, 3.3.3.3', trusted: 1 }, '3.3.3.3');
    client({ peer, xff: '1.1.1.1, 2.2.2.2, 3.3.3.3', trusted: 2 }, '2.2.2.2');
    client({ peer, xff: '3.3.3.3', trusted: 2 }, '3.3.3.3');
    suspects({ peer, xff: '2.2.2.2, 3.3.3.3', trusted: 1 });
    suspects({ peer, xff: '3.3.3.3', trusted: 1 }, false);
  });

  it('reads Forwarded as RFC 7239 writes it', () => {
    const peer = '127.0.0.1';
    client({ peer, forwarded: 'for=203.0.113.9' }, '203.0.113.9', 'forwarded');
    client({ peer, forwarded: 'For="[2001:db8::1]:4711"' }, '2001:db8::1', 'forwarded');
    client(
      { peer, forwarded: 'for=1.1.1.1;proto=http, by=10.0.0.3;for=203.0.113.9' },
      '203.0.113.9',
      'forwarded',
    );
    client({ peer, forwarded: 'host="a,b;for=6.6.6.6";for=2.2.2.2' }, '2.2.2.2', 'forwarded');
    client({ peer, forwarded: 'for=unknown' }, peer, 'socket');
    client({ peer, forwarded: 'for=_hidden, for=10.0.0.2' }, '10.0.0.2', 'forwarded');
    client({ peer, forwarded: 'proto=https' }, peer, 'socket');
  });

  it('takes X-Real-IP only from a trusted peer that sent nothing better', () => {
    client({ peer: '127.0.0.1', realIp: '203.0.113.9' }, '203.0.113.9', 'x-real-ip');
    client({ peer: '127.0.0.1', realIp: '6.6.6.6', xff: '203.0.113.9' }, '203.0.113.9');
    client({ peer: '127.0.0.1', realIp: '6.6.6.6, 7.7.7.7' }, '127.0.0.1', 'socket');
  });

  it('treats the peer of a Unix socket as local', () => {
    client({ xff: '203.0.113.9' }, '203.0.113.9');
    client({ xff: '203.0.113.9', trusted: ['10.0.0.0/8'] }, undefined, 'socket');
  });

  it('believes a peer nobody knows nothing, whatever it says', () => {
    for (const peer of ['', 'local', 'unknown', '\n', '/var/run/app.sock']) {
      client({ peer, xff: '203.0.113.9' }, undefined, 'socket');
      client({ peer, realIp: '203.0.113.9' }, undefined, 'socket');
      client({ peer }, undefined, 'socket');
    }
  });

  it('names no client after text that is no address', () => {
    for (const xff of ['evil<b>', 'localhost', '203.0.113.9 OR 1=1', '203.0.113.256']) {
      client({ xff }, undefined, 'socket');
      client({ realIp: xff }, undefined, 'socket');
      client({ forwarded: `for="${xff}"` }, undefined, 'socket');
      suspects({ xff });
    }
  });

  it('refuses the spellings that mean another address to another parser', () => {
    for (const bad of [
      '2130706433',
      '0x7f.0.0.1',
      '0177.0.0.1',
      '1.2.3',
      '1.2.3.4.5',
      '1.2.3.4:',
    ]) {
      client({ peer: '10.0.0.1', xff: bad }, '10.0.0.1', 'socket');
      suspects({ peer: '10.0.0.1', xff: bad });
    }
  });

  it('reads ports, brackets, zones and mapped addresses', () => {
    const peer = '10.0.0.1';
    client({ peer, xff: '203.0.113.9:4711' }, '203.0.113.9');
    client({ peer, xff: '[2001:db8::2]' }, '2001:db8::2');
    client({ peer, xff: '[2001:db8::2]:443' }, '2001:db8::2');
    client({ peer, xff: '2001:0DB8:0:0:0:0:0:2%eth0' }, '2001:db8::2');
    client({ peer, xff: '::ffff:cb00:7109' }, '203.0.113.9');
  });

  it('counts IPv4 by address and IPv6 by its /64', () => {
    expect(resolve({ peer: '203.0.113.9' }).prefix).to.equal('203.0.113.9/32');
    expect(resolve({ peer: '2001:db8:1:2:3:4:5:6' }).prefix).to.equal('2001:db8:1:2::/64');
    expect(resolve({ peer: '2001:db8::6' }).prefix).to.equal('2001:db8::/64');
    expect(resolve({ peer: '::1' }).prefix).to.equal('::/64');
  });

  it('suspects private, duplicate and garbage hops, and only untrusted ones', () => {
    const peer = '10.0.0.1';
    suspects({ peer, xff: '127.0.0.1, 203.0.113.9' });
    suspects({ peer, xff: '10.1.1.1, 203.0.113.9' });
    suspects({ peer, xff: '203.0.113.9, 203.0.113.9' });
    suspects({ peer, xff: "'; DROP TABLE x;--, 203.0.113.9" });
    suspects({ peer, xff: 'localhost' });
    suspects({ peer: '203.0.113.9', xff: '127.0.0.1' });
    suspects({ peer, xff: '198.51.100.1, 203.0.113.9' }, false);
    suspects({ peer, xff: '203.0.113.9, 10.0.0.7' }, false);
    suspects({ peer, xff: 'unknown' }, false);
    suspects({ peer: '203.0.113.9', xff: '198.51.100.7' }, false);
  });

  it('suspects a Forwarded that contradicts X-Forwarded-For', () => {
    const peer = '10.0.0.1';
    suspects({ peer, xff: '203.0.113.9', forwarded: 'for=6.6.6.6' });
    suspects({ peer, xff: '203.0.113.9', forwarded: 'for=203.0.113.9' }, false);
    client({ peer, xff: '203.0.113.9', forwarded: 'for=6.6.6.6' }, '203.0.113.9');
  });

  it('suspects an X-Real-IP that contradicts the chain', () => {
    const peer = '10.0.0.1';
    suspects({ peer, xff: '203.0.113.9', realIp: '6.6.6.6' });
    suspects({ peer, forwarded: 'for=203.0.113.9', realIp: '6.6.6.6' });
    suspects({ peer, xff: '203.0.113.9', realIp: 'evil<b>' });
    suspects({ peer, xff: '203.0.113.9', realIp: '203.0.113.9' }, false);
    suspects({ peer, xff: '203.0.113.9, 10.0.0.7', realIp: '10.0.0.7' }, false);
    suspects({ peer, xff: '203.0.113.9', realIp: '10.0.0.1' }, false);
    suspects({ peer, xff: '203.0.113.9', realIp: 'unknown' }, false);
  });

  it('suspects an X-Real-IP on its own unless the proxies are named', () => {
    const realIp = '203.0.113.9';
    suspects({ peer: '10.0.0.1', realIp });
    suspects({ realIp });
    suspects({ peer: '10.0.0.1', realIp, trusted: ['10.0.0.1'] }, false);
    suspects({ peer: '10.0.0.1', realIp, trusted: ['loopback', '10.0.0.0/8'] }, false);
    suspects({ peer: '10.0.0.1', realIp, trusted: 1 }, false);
    suspects({ peer: '198.51.100.7', realIp }, false);
  });

  it('reads the right end of an overlong header and says so', () => {
    const peer = '10.0.0.1';
    const padding = '198.51.100.1, '.repeat(200);
    expect(padding.length).to.be.above(headerCharsMax);
    client({ peer, xff: `${padding}203.0.113.9` }, '203.0.113.9');
    suspects({ peer, xff: `${padding}203.0.113.9` });
    const hops = Array.from({ length: hopsMax }, (_, i) => `198.51.100.${i + 1}`);
    suspects({ peer, xff: hops.join(',') }, false);
    suspects({ peer, xff: ['198.51.100.99', ...hops].join(',') });
  });

  it('names the framework where its own setting decided', () => {
    const resolver = new ClientAddressResolver({
      trusted: { trusts: (_address, hop) => hop < 1, hops: undefined, areNamed: true },
      framework: true,
    });
    const headers = { 'x-forwarded-for': '6.6.6.6, 203.0.113.9', forwarded: 'for=7.7.7.7' };
    expect(resolver.resolve('198.18.0.1', headers)).to.include({
      address: '203.0.113.9',
      source: 'framework',
    });
  });

  it('is total, and names only what the trusted chain can vouch for', () => {
    const hop = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom('unknown', '_x', '"', '[', ']', '::', '[::1', '1.2.3.4:99999', '%', 'for='),
    );
    const header = fc.option(
      fc.array(hop, { maxLength: 40 }).map((hops) => hops.join(', ')),
      { nil: undefined },
    );
    fc.assert(
      fc.property(header, header, hop, fc.ipV4(), (xff, forwarded, realIp, peer) => {
        const resolver = new ClientAddressResolver({ trusted: compileTrustedProxies(PRESETS) });
        const headers = { 'x-forwarded-for': xff, forwarded, 'x-real-ip': realIp };
        const { address, prefix, source } = resolver.resolve(peer, headers);
        expect(isIP(address ?? '')).to.be.above(0);
        expect(prefix).to.match(/\/(?:32|64)$/u);
        if (source === 'socket') expect(address).to.equal(peer);
      }),
    );
  });

  it('is not moved by what a client puts on the left', () => {
    const noise = fc.array(fc.string({ maxLength: 40 }), { maxLength: 10 });
    fc.assert(
      fc.property(noise, (claims) => {
        const xff = [...claims.map((claim) => claim.replaceAll(',', '')), '203.0.113.9'].join(',');
        client({ peer: '10.0.0.1', xff }, '203.0.113.9');
      }),
    );
  });
});

describe('compileTrustedProxies', () => {
  it('names the entry it cannot read', () => {
    const bad = ['10.0.0.0/33', '::/129', '10.0.0', 'private', '', '10.0.0.0/', '1.2.3.4/x'];
    for (const entry of bad) {
      expect(() => compileTrustedProxies([entry])).to.throw(RangeError, JSON.stringify(entry));
    }
    expect(() => compileTrustedProxies(-1)).to.throw(RangeError, 'trustedProxies is -1');
    expect(() => compileTrustedProxies(1.5)).to.throw(RangeError);
    expect(() => compileTrustedProxies(33)).to.throw(RangeError);
    expect(compileTrustedProxies(32).hops).to.equal(32);
  });

  it('takes addresses, CIDRs of both families and presets', () => {
    const { trusts } = compileTrustedProxies(['192.0.2.1', '2001:db8::/32', 'loopback']);
    expect(trusts('192.0.2.1', 0)).to.equal(true);
    expect(trusts('192.0.2.2', 0)).to.equal(false);
    expect(trusts('2001:db8:ffff::1', 0)).to.equal(true);
    expect(trusts('2001:db9::1', 0)).to.equal(false);
    expect(trusts('127.9.9.9', 0)).to.equal(true);
  });
});
