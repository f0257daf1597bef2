import { encodeRequest } from '@spanguard/testkit';
import { expect } from 'chai';
import {
  nanoseconds,
  NOW_MS,
  pseudonymOf,
  securityEvent,
  TestDetector,
  type TestRow,
  type TestSpan,
  tracesOf,
} from '../../test/detector.ts';

type Attributes = TestSpan['attributes'];

/** What the row of a request says. */
function fieldsOf(attributes: Attributes, also: TestSpan['also'] = {}): TestRow['attributes'] {
  const [row] = new TestDetector().requests({ attributes, also });
  return row?.attributes ?? {};
}

const CURRENT: Attributes = {
  ...{
    'http.request.method': 'GET',
    'http.response.status_code': 200,
    'http.route': '/orders/:id',
  },
  ...{ 'url.scheme': 'https', 'url.path': '/orders/42', 'url.query': 'page=2' },
  ...{ 'server.address': 'shop.example', 'user_agent.original': 'curl/8.5.0' },
  ...{ 'http.request.body.size': 12, 'http.response.body.size': 3400 },
  ...{ 'network.peer.address': '203.0.113.9', 'user.id': 'u-42' },
};
const OLDER: Attributes = {
  ...{ 'http.method': 'GET', 'http.status_code': 200, 'http.route': '/orders/:id' },
  ...{ 'http.scheme': 'https', 'http.target': '/orders/42?page=2' },
  ...{ 'http.host': 'Shop.example:443', 'http.user_agent': 'curl/8.5.0' },
  ...{ 'http.request_content_length': 12, 'http.response_content_length': 3400 },
  ...{ 'net.peer.ip': '203.0.113.9', 'enduser.id': 'u-42' },
};

describe('the row of a request', () => {
  for (const [names, attributes] of [
    ['current', CURRENT],
    ['older', OLDER],
  ] as const) {
    it(`says what the span says, by ${names} names`, () => {
      expect({ ...fieldsOf(attributes) }).to.deep.equal({
        ...{ 'service.name': 'shop', 'server.address': 'shop.example', 'url.scheme': 'https' },
        ...{ 'http.request.method': 'GET', 'http.route': '/orders/:id', 'url.path': '/orders/42' },
        ...{ 'url.query': 'page=2', 'user_agent.original': 'curl/8.5.0' },
        ...{ 'http.response.status_code': 200, duration_ms: 1000 },
        ...{ 'http.request.body.size': 12, 'http.response.body.size': 3400 },
        ...{ 'tls.established': true, 'security.credentials.seen': true },
        ...{ 'client.address': '203.0.113.9', 'client.prefix': '203.0.113.9' },
        ...{ 'network.peer.address': '203.0.113.9', 'security.client.address.source': 'socket' },
        ...{ 'user.id': 'u-42', 'security.object.id': '42' },
      });
    });
  }

  it('is written for server spans, ours too, and for others where they are asked for', () => {
    const spans: TestSpan[] = [
      { attributes: {} },
      { attributes: { 'security.client.address.source': 'socket' } },
      { attributes: {}, also: { kind: 3 } },
      { attributes: { 'db.system': 'mysql', 'db.operation': 'SELECT' }, also: { kind: 3 } },
      { attributes: { 'messaging.system': 'kafka' }, also: { kind: 4 } },
      { attributes: {}, also: { kind: 1 } },
    ];
    const eventsOf = (detector: TestDetector): string[] =>
      detector.rows('traces', tracesOf(...spans)).map(({ event }) => event);
    expect(eventsOf(new TestDetector())).to.deep.equal(['request', 'request']);
    const asked = ['client_request', 'database_query', 'message_publish'] as const;
    const all = new TestDetector({ rowKinds: new Set(asked) });
    expect(eventsOf(all)).to.deep.equal(['request', 'request', ...asked]);
    const one = new TestDetector({ rowKinds: new Set(['database_query']) });
    expect(eventsOf(one)).to.deep.equal(['request', 'request', 'database_query']);
  });

  it('tells the outcome of a login that was found in it', () => {
    const refused = { 'http.method': 'POST', 'http.target': '/login', 'http.status_code': 401 };
    expect(fieldsOf(refused)).to.include({
      'security.authn.outcome': 'failure',
      'security.authn.confidence': 'medium',
      'security.credentials.seen': true,
    });
  });

  it('weighs what its sampling tells, and lasts what it took', () => {
    const detector = new TestDetector();
    detector.requests({ attributes: {}, also: { traceState: 'ot=th:c' } });
    expect(detector.facts.weight[0]).to.equal(4);
    const startTimeUnixNano = `${NOW_MS - 1}500000`;
    const endTimeUnixNano = nanoseconds(NOW_MS);
    expect(fieldsOf({}, { startTimeUnixNano, endTimeUnixNano })['duration_ms']).to.equal(0.5);
    expect(fieldsOf({}, { startTimeUnixNano: '0' })['duration_ms']).to.equal(undefined);
  });

  it('holds several roles and objects as what they are, one alone as itself', () => {
    const several = {
      'user.roles': ['admin', 'auditor'],
      'http.route': '/users/:user/orders/:order',
      'url.path': '/users/7/orders/42',
    };
    expect(fieldsOf(several)).to.deep.include({
      'user.roles': ['admin', 'auditor'],
      'security.object.id': ['7', '42'],
    });
    expect(fieldsOf({ 'user.roles': ['admin'] })['user.roles']).to.equal('admin');
    expect(fieldsOf({ 'enduser.role': 'a, b' })['user.roles']).to.deep.equal(['a', 'b']);
  });

  it('counts an object together with where it is, however it is escaped', () => {
    const keyOf = (route: string, path: string): string | undefined =>
      new TestDetector().requests({ attributes: { 'http.route': route, 'url.path': path } })[0]
        ?.keys['security.object.id'];
    const order = keyOf('/orders/:id', '/orders/42');
    expect(keyOf('/orders/{id}/items', '/shop/orders/42/items')).to.equal(order);
    expect(keyOf('/orders/:id', '/orders/%34%32')).to.equal(order);
    expect(keyOf('/users/:id', '/users/42')).not.to.equal(order);
  });

  const flags: readonly [string, Attributes, string, boolean | undefined][] = [
    ['https', { 'url.scheme': 'HTTPS' }, 'tls.established', true],
    ['http', { 'http.scheme': 'http' }, 'tls.established', false],
    [
      'a version of TLS',
      { 'url.scheme': 'http', 'tls.protocol.version': '1.3' },
      'tls.established',
      true,
    ],
    ['a whole URL', { 'http.url': 'https://shop.example/' }, 'tls.established', true],
    ['no scheme', {}, 'tls.established', undefined],
    ['a scheme of another kind', { 'url.scheme': 'httpsx' }, 'tls.established', undefined],
    [
      'a header',
      { 'http.request.header.authorization': ['Bearer x'] },
      'security.credentials.seen',
      true,
    ],
    ['an outcome', { 'security.authn.outcome': 'failure' }, 'security.credentials.seen', true],
    [
      'a challenge',
      { 'security.authn.outcome': 'challenge' },
      'security.credentials.seen',
      undefined,
    ],
    ['nobody', {}, 'security.credentials.seen', undefined],
    [
      'HSTS',
      { 'http.response.header.strict-transport-security': ['max-age=63072000; preload'] },
      'security.response.hsts',
      true,
    ],
    [
      'HSTS that ends',
      { 'http.response.header.strict_transport_security': ['max-age=0'] },
      'security.response.hsts',
      false,
    ],
    ['no header', {}, 'security.response.hsts', undefined],
    [
      'any origin',
      { 'http.response.header.access-control-allow-origin': ['*'] },
      'security.response.cors_any',
      true,
    ],
    [
      'one origin',
      { 'http.response.header.access-control-allow-origin': ['https://a.example'] },
      'security.response.cors_any',
      false,
    ],
  ];
  for (const [what, attributes, field, flag] of flags) {
    it(`has ${field} ${flag ?? 'absent'} with ${what}`, () => {
      expect(fieldsOf(attributes)[field]).to.equal(flag);
    });
  }

  it('has the words of the posture that a sender of ours tells', () => {
    const words = { 'security.posture': ['hsts', 'cookie_insecure'] };
    expect(fieldsOf(words)['security.posture']).to.deep.equal(['hsts', 'cookie_insecure']);
  });

  it('names the kinds of data that redaction found, by side and record', () => {
    const detector = new TestDetector();
    const [first, second] = detector.requests(
      {
        attributes: {
          'url.query': 'mail=eve@shop.example',
          'http.response.body.content': '{"card":"4111 1111 1111 1111"}',
          note: 'token=abcdefghijkl',
        },
      },
      { attributes: { 'url.query': 'page=2' } },
    );
    expect(first?.attributes).to.deep.include({
      'security.data.request': 'email',
      'security.data.response': 'pan',
      'security.data.telemetry': 'token',
    });
    expect(Object.keys(second?.attributes ?? {}).join()).not.to.include('security.data');
    const [event] = detector.logs(
      securityEvent({ a: 'x' }, { body: { stringValue: 'eve@shop.example, token=abcdefghijkl' } }),
    );
    expect(event?.attributes['security.data.telemetry']).to.deep.equal(['email', 'token']);
  });

  it('shows a path and query as the exported span does', () => {
    const detector = new TestDetector();
    const target = '/reset/eve@shop.example?token=abcdefghijkl&page=2';
    const [row] = detector.requests({ attributes: { 'http.target': target } });
    expect(row?.attributes).to.include({
      'url.path': `/reset/${pseudonymOf('eve@shop.example')}`,
      'url.query': 'token=[token]&page=2',
    });
    for (const part of ['url.path', 'url.query']) {
      expect(detector.exported.includes(String(row?.attributes[part]))).to.equal(true);
    }
  });
});

describe('what is shown of an entity', () => {
  const shown: readonly [field: string, Attributes][] = [
    ['user.id', { 'user.id': 'Alice' }],
    ['user.id', { 'enduser.id': ' alice ' }],
    ['user.id', { 'user.id': 'Eve@Shop.example' }],
    ['session.id', { 'session.id': 's-0123456789abcdef' }],
    ['client.address', { 'client.address': '203.0.113.9' }],
    ['client.address', { 'net.peer.ip': '203.0.113.9:4711' }],
    ['client.prefix', { 'client.address': '::ffff:203.0.113.9' }],
    ['client.prefix', { 'client.address': '::FFFF:cb00:7109' }],
    ['client.prefix', { 'client.prefix': '2001:db8:1:2::/64' }],
    ['client.prefix', { 'client.address': '2001:DB8:1:2::9' }],
    ['client.prefix', { 'client.address': '[2001:DB8:1:2::9]:443' }],
    ['network.peer.address', { 'network.peer.address': 'fe80::1%eth0' }],
    ['security.object.id', { 'http.route': '/u/:id', 'url.path': '/u/eve@shop.example' }],
    ['security.tenant.id', { 'tenant.id': 'ACME' }],
  ];
  for (const [field, attributes] of shown) {
    it(`can be searched in what is exported: ${field} of ${JSON.stringify(attributes)}`, () => {
      const detector = new TestDetector();
      const [row] = detector.requests({ attributes });
      const text = row?.attributes[field];
      expect(text).to.be.a('string').and.not.equal('');
      expect(detector.exported.includes(String(text)), String(text)).to.equal(true);
    });
  }

  it('is a pseudonym where the exported text tells it from nobody', () => {
    const [row] = new TestDetector().logs(
      securityEvent({ 'session.id': 'password=hunter2hunter2' }),
    );
    expect(row?.attributes['session.id']).to.match(/^\[[a-z]+:[\w.-]+\]$/);
    expect(row?.keys['session.id']).to.match(/^[\w-]{16}$/);
  });

  it('is one entity for who is too long to be remembered', () => {
    const [long, other] = ['x'.repeat(3000), `y${'x'.repeat(3000)}`];
    const rows = [long, other, long].map((user) => securityEvent({ 'user.id': user }));
    const [first, second, third] = new TestDetector().logs(...rows);
    expect(first?.attributes['user.id']).to.equal('x'.repeat(256));
    expect(third?.keys['user.id']).to.equal(first?.keys['user.id']);
    expect(second?.keys['user.id']).not.to.equal(first?.keys['user.id']);
  });

  it('counts nothing alike that two keys made', () => {
    const keysOf = (key: number) =>
      new TestDetector({ key }).logs(securityEvent({ 'user.id': 'alice' }))[0]?.keys['user.id'];
    expect(keysOf(1)).to.equal(keysOf(1)).and.not.equal(keysOf(2));
  });
});

describe('a batch with too many rows', () => {
  const attack = { attributes: { 'url.query': 'q=<script>alert(1)</script>' } };
  const plain = { attributes: { 'url.path': '/' } };
  const kindsOf = (rowsMax: number, ...spans: TestSpan[]): string =>
    new TestDetector({ rowsMax })
      .rows('traces', tracesOf(...spans))
      .map(({ event }) => (event === 'request' ? 'r' : 'E'))
      .join('');

  it('keeps events before requests, and drops no more than it has to', () => {
    expect(kindsOf(6, plain, attack, plain, attack)).to.equal('rrErrE');
    expect(kindsOf(5, plain, attack, plain, attack))
      .to.have.length(5)
      .and.match(/E.*E/);
    expect(kindsOf(3, plain, attack, plain, attack))
      .to.have.length(3)
      .and.match(/E.*E/);
    expect(kindsOf(2, plain, attack, plain, attack)).to.equal('EE');
    expect(kindsOf(1, attack, attack, plain)).to.equal('E');
    expect(kindsOf(0, attack)).to.equal('');
  });

  it('keeps every row whole where one takes the place of another', () => {
    const detector = new TestDetector({ rowsMax: 2 });
    const traceId = new Uint8Array(16).fill(9);
    const also = { traceId, spanId: new Uint8Array(8).fill(8) };
    const rows = detector.rows('traces', tracesOf(plain, plain, { ...attack, also }));
    expect(rows.map(({ event }) => event)).to.deep.equal(['request', 'security.malicious_xss']);
    expect(rows[1]).to.include({ traceId: '09'.repeat(16), spanId: '08'.repeat(8) });
    expect(rows[0]?.attributes).not.to.have.property('security.indicator.kind');
  });

  it('of resources of two services tells them apart', () => {
    const of = (name: string) => ({
      resource: { attributes: [{ key: 'service.name', value: { stringValue: name } }] },
      scopeSpans: [{ spans: [{ kind: 2, endTimeUnixNano: nanoseconds(NOW_MS) }] }],
    });
    const bytes = encodeRequest('traces', { resourceSpans: [of('shop'), of('desk'), of('shop')] });
    const services = new TestDetector()
      .rows('traces', bytes)
      .map(({ attributes }) => attributes['service.name']);
    expect(services).to.deep.equal(['shop', 'desk', 'shop']);
  });
});
