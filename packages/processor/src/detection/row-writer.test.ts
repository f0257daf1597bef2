import { encodeRequest } from '@spanguard/testkit';
import { expect } from 'chai';
import {
  pseudonymOf,
  securityEvent,
  TestDetector,
  type TestRow,
  type TestSpan,
} from '../../test/detector.ts';

type Attributes = TestSpan['attributes'];

const CARD = '4111 1111 1111 1111';
const REFUSED = {
  'http.request.method': 'POST',
  'http.route': '/login',
  'http.response.status_code': 401,
};

/** The row of a refused login that another SDK tells. */
function rowOfSpan(attributes: Attributes): TestRow {
  const [row] = new TestDetector().spans({ attributes: { ...REFUSED, ...attributes } });
  if (row === undefined) throw new Error('no event');
  return row;
}

/** The row of an event that says where its client's address comes from, as ours do. */
function rowOfEvent(attributes: Attributes): TestRow {
  const [row] = new TestDetector().logs(securityEvent(attributes));
  if (row === undefined) throw new Error('no event');
  return row;
}

const ofSpan = (attributes: Attributes) => rowOfSpan(attributes).attributes;
const ofEvent = (attributes: Attributes) => rowOfEvent(attributes).attributes;
/** What a network is counted by. */
const networkKey = (prefix: string) =>
  rowOfEvent({ 'client.prefix': prefix }).keys['client.prefix'];
/** What a user is counted by. */
const userKey = (user: string) => rowOfEvent({ 'user.id': user }).keys['user.id'];

describe('the client of a row', () => {
  const spelled: readonly [text: string, shown: string | undefined, prefix: string | undefined][] =
    [
      ['203.0.113.9', '203.0.113.9', '203.0.113.9/32'],
      ['::ffff:203.0.113.9', '203.0.113.9', '203.0.113.9/32'],
      ['::FFFF:cb00:7109', '::FFFF:cb00:7109', '203.0.113.9/32'],
      ['203.0.113.9:4711', '203.0.113.9', '203.0.113.9/32'],
      ['[::ffff:203.0.113.9]:80', '203.0.113.9', '203.0.113.9/32'],
      ['2001:DB8:1:2::9', '2001:DB8:1:2::9', '2001:db8:1:2::/64'],
      ['[2001:db8:1:2::9]:443', '2001:db8:1:2::9', '2001:db8:1:2::/64'],
      ['[2001:DB8:1:2:0::9]:443', '2001:DB8:1:2:0::9', '2001:db8:1:2::/64'],
      ['fe80::1%eth0', 'fe80::1', 'fe80::/64'],
      ['evil<b>', undefined, undefined],
      ['203.0.113.9, 10.0.0.1', undefined, undefined],
      ['010.1.2.3', undefined, undefined],
      ['localhost', undefined, undefined],
    ];
  for (const [text, shown, prefix] of spelled) {
    it(`is ${shown ?? 'nobody'} of ${prefix ?? 'nowhere'} where it is written ${text}`, () => {
      const networks = prefix === undefined ? '' : networkKey(prefix);
      for (const row of [
        rowOfSpan({ 'client.address': text }),
        rowOfSpan({ 'http.client_ip': text }),
        rowOfEvent({ 'client.address': text, 'security.client.address.source': 'socket' }),
      ]) {
        expect(row.attributes['client.address']).to.equal(shown);
        expect(row.attributes['client.prefix']).to.equal(shown);
        expect(row.keys['client.prefix']).to.equal(networks);
      }
      expect(rowOfSpan({ 'net.peer.ip': text }).keys['client.prefix']).to.equal(networks);
      expect(ofSpan({ 'network.peer.address': text })['network.peer.address']).to.equal(shown);
    });
  }

  const believed: readonly [string, Attributes, string, string | undefined][] = [
    [
      'nobody but the peer is told',
      { 'network.peer.address': '203.0.113.9' },
      '203.0.113.9/32',
      'socket',
    ],
    [
      'the peer says it is itself',
      { 'client.address': '203.0.113.9', 'net.peer.ip': '203.0.113.9' },
      '203.0.113.9/32',
      'socket',
    ],
    [
      'a peer on the internet claims to be another',
      { 'client.address': '198.51.100.1', 'network.peer.address': '203.0.113.9' },
      '203.0.113.9/32',
      'socket',
    ],
    [
      'a proxy of our own says so',
      { 'client.address': '198.51.100.1', 'network.peer.address': '10.0.0.2' },
      '198.51.100.1/32',
      'claimed',
    ],
    [
      'a proxy on this machine says so',
      { 'http.client_ip': '198.51.100.1', 'net.sock.peer.addr': '::1' },
      '198.51.100.1/32',
      'claimed',
    ],
    ['nobody tells the peer', { 'client.address': '198.51.100.1' }, '198.51.100.1/32', undefined],
  ];
  for (const [when, attributes, prefix, source] of believed) {
    it(`is ${prefix} of another SDK where ${when}`, () => {
      const { attributes: observed, keys } = rowOfSpan(attributes);
      expect(keys['client.prefix']).to.equal(networkKey(prefix));
      expect(observed['client.address']).to.equal(prefix.replace(/\/\d+$/, ''));
      expect(observed['security.client.address.source']).to.equal(source);
    });
  }

  it('is the peer, however often it changes the header by which it claims to be others', () => {
    const spans = Array.from({ length: 20 }, (_, n) => ({
      attributes: {
        ...REFUSED,
        'client.address': `198.51.100.${n}`,
        'network.peer.address': '203.0.113.9',
      },
    }));
    const prefixes = new TestDetector().spans(...spans).map(({ keys }) => keys['client.prefix']);
    expect(new Set(prefixes)).to.deep.equal(new Set([networkKey('203.0.113.9/32')]));
    expect(prefixes).to.have.length(20);
  });

  it('is who our own instrumentation says, whatever the peer', () => {
    const own = {
      ...{ 'client.address': '198.51.100.1', 'client.prefix': '198.51.100.1/32' },
      ...{
        'network.peer.address': '203.0.113.9',
        'security.client.address.source': 'x-forwarded-for',
      },
    };
    expect(ofEvent(own)).to.deep.include({ ...own, 'client.prefix': '198.51.100.1' });
  });

  it('is its pseudonym where the policy of the application hides it', () => {
    const hidden = '[ip:k1f0.AbCdEfGhIjKlMnOp]';
    const observed = ofEvent({
      'client.address': hidden,
      'security.client.address.source': 'socket',
    });
    expect(observed).to.include({ 'client.address': hidden, 'client.prefix': hidden });
  });
});

describe('the user of a row', () => {
  const named: readonly [string, Attributes, string | undefined][] = [
    ['a name', { 'user.id': 'alice' }, 'alice'],
    ['another spelling', { 'user.id': ' Alice ' }, 'Alice'],
    ['an older name', { 'enduser.id': 'Alice' }, 'Alice'],
    ['an address', { 'user.id': 'alice@shop.example' }, pseudonymOf('alice@shop.example')],
    ['the same address', { 'user.id': 'Alice@Shop.example' }, pseudonymOf('alice@shop.example')],
    ['a number', { 'user.id': 4711 }, '4711'],
    ['an id of 64 bits', { 'user.id': 1234567890123456789n }, '1234567890123456789'],
    ['a list', { 'user.id': ['alice'] }, 'alice'],
    ['bytes', { 'user.id': Buffer.from('alice') }, 'alice'],
    ['a hash', { 'user.hash': 'h:9D0b71' }, 'h:9D0b71'],
    [
      'a pseudonym',
      { 'user.id': '[email:k1f0.AbCdEfGhIjKlMnOp]' },
      '[email:k1f0.AbCdEfGhIjKlMnOp]',
    ],
    ['what stands for anybody', { 'user.id': '[email]' }, undefined],
    ['the stars of a Collector', { 'user.id': '****' }, undefined],
    ['nothing', { 'user.id': '' }, undefined],
  ];
  for (const [what, attributes, user] of named) {
    it(`is ${user ?? 'nobody'} where it is ${what}`, () => {
      expect(ofEvent(attributes)['user.id']).to.equal(user);
    });
  }

  it('is one however it is spelled, and wherever it was hidden', () => {
    for (const spelling of [' Alice ', 'ALICE', 'alice\t']) {
      expect(userKey(spelling)).to.equal(userKey('alice'));
    }
    expect(userKey('Alice@Shop.example')).to.equal(userKey('alice@shop.example'));
    expect(userKey(pseudonymOf('alice@shop.example'))).to.equal(userKey('alice@shop.example'));
    expect(userKey('bob')).not.to.equal(userKey('alice'));
    expect(userKey('alice')).to.match(/^[\w-]{16}$/);
  });

  it('is hidden in a hash that is none', () => {
    const observed = ofEvent({ 'user.hash': 'alice@shop.example' });
    expect(JSON.stringify(observed)).not.to.include('alice');
    expect(observed['user.id']).to.equal(pseudonymOf('alice@shop.example'));
  });
});

describe('a row', () => {
  const fields = [
    ...['http.route', 'service.name', 'user.id', 'user.hash', 'security.authn.reason'],
    ...['security.authn.method', 'security.api_key.id', 'session.id', 'http.request.method'],
    ...['security.indicator.parameter', 'client.address', 'network.peer.address', 'client.prefix'],
  ];
  for (const field of fields) {
    it(`holds no half of a card, wherever a value is cut: ${field}`, () => {
      for (const edge of [64, 1024, 8192, 65_536]) {
        for (let before = edge - CARD.length - 1; before < edge; before += 3) {
          const observed = ofEvent({ [field]: `${'x '.repeat(before / 2)} ${CARD} end` });
          expect(JSON.stringify(observed)).not.to.match(/4111 ?1/);
        }
      }
    });
  }

  it('names the service, or that nobody did', () => {
    expect(ofSpan({})['service.name']).to.equal('shop');
    const bytes = encodeRequest('logs', {
      resourceLogs: [{ scopeLogs: [{ logRecords: [securityEvent({})] }] }],
    });
    const [observed] = new TestDetector().observe('logs', bytes);
    expect(observed?.attributes['service.name']).to.equal('unknown_service');
  });

  it('holds the beginning of what is too long, cut at 1024 characters', () => {
    const reason = 'not allowed '.repeat(200);
    expect(ofEvent({ 'security.authn.reason': reason })['security.authn.reason']).to.equal(
      reason.slice(0, 1024),
    );
  });

  it('holds no card in the name of a parameter, blanks or escapes in it or not', () => {
    for (const name of ['4111%201111%201111%201111', '4111+1111+1111+1111', '4111111111111111']) {
      for (const before of ['', 'x'.repeat(50), 'x'.repeat(58)]) {
        const target = `/s?${before}[${name}=${encodeURIComponent("1' OR '1'='1'--")}`;
        const [sign] = new TestDetector().spans({ attributes: { 'url.original': target } });
        expect(sign?.event).to.equal('security.malicious_sqli');
        expect(JSON.stringify(sign?.attributes)).not.to.match(/4111\D{0,3}1/);
        expect(String(sign?.attributes['security.indicator.parameter']).length).to.be.at.most(64);
      }
    }
  });

  it('has no line break of an attacker in the name of a parameter', () => {
    const target = `/s?a\nb\u001b=${encodeURIComponent("1' OR '1'='1'--")}`;
    const [sign] = new TestDetector().spans({ attributes: { 'url.original': target } });
    expect(sign?.attributes['security.indicator.parameter']).to.equal(String.raw`a\u000ab\u001b`);
  });

  for (const [name, isEvent] of [
    ['security.authn_login_fail', true],
    ['security.malicious_excess_404', true],
    ['security.of_our_own', true],
    ['security.card_4111111111111111', false],
    ['security.card_4111_1111_1111_1111', false],
    ['security.Alice', false],
    [`security.${'x'.repeat(64)}`, true],
    [`security.${'x'.repeat(65)}`, false],
    ['other.authn_login_fail', false],
  ] as const) {
    it(`is ${isEvent ? '' : 'not '}made of an event called ${name.slice(0, 40)}`, () => {
      const observed = new TestDetector().logs(securityEvent({}, { eventName: name }));
      expect(observed.map(({ event }) => event)).to.deep.equal(isEvent ? [name] : []);
    });
  }
});
