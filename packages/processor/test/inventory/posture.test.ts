import { expect } from 'chai';
import { stateOf } from '#processor/model/finding.ts';
import { FINDING_KINDS } from '#processor/posture/finding-kinds.ts';
import { CLOSE_AFTER_MS, InventoryScene } from './inventory-scene.ts';
import { FACTS_MS, type FactFields } from './facts-of.ts';

const IDENTIFIED = { 'security.credentials.seen': true };
const TLS = { 'tls.established': true, 'server.address': 'shop.example' };

const request = (route: string, more: FactFields = {}): FactFields => ({
  ...{ 'http.request.method': 'GET', 'http.route': route, 'http.response.status_code': 200 },
  ...TLS,
  ...more,
});
const refused = (route: string, status: number, more: FactFields = {}): FactFields =>
  request(route, { 'http.response.status_code': status, ...more });
const post = (route: string, more: FactFields = {}): FactFields =>
  request(route, { 'http.request.method': 'POST', ...more });
const times = (count: number, row: FactFields): FactFields[] =>
  Array.from({ length: count }, () => row);

/** What brings each kind about, at one endpoint; and how the same looks where all is well. */
const PLANTED: Readonly<
  Record<keyof typeof FINDING_KINDS, { wrong: readonly FactFields[]; well: readonly FactFields[] }>
> = {
  sensitive_without_authentication: {
    wrong: [request('/x', { 'security.data.response': ['pan'] })],
    well: [
      request('/x', { 'security.data.response': ['pan'], ...IDENTIFIED }),
      request('/y', { 'security.data.response': ['email'] }),
    ],
  },
  authentication_not_always: {
    wrong: [request('/x', IDENTIFIED), request('/x'), refused('/x', 401)],
    well: [request('/x', IDENTIFIED), refused('/x', 401), request('/y')],
  },
  debug_endpoint: {
    wrong: [request('/actuator/env')],
    well: [refused('/actuator/env', 404), request('/actuator/health')],
  },
  secret_in_url: {
    wrong: [request('/x', { 'url.query': 'page=1&api_key=[secret]' })],
    well: [request('/x', { 'url.query': 'page=1&key=name' })],
  },
  plain_http: {
    wrong: [request('/x', { 'tls.established': false })],
    well: [request('/x', { 'tls.established': false, 'server.address': '10.0.0.7' })],
  },
  old_tls: {
    wrong: [request('/x', { 'tls.protocol.version': '1.1' })],
    well: [request('/x', { 'tls.protocol.version': '1.3' })],
  },
  basic_authentication: {
    wrong: [request('/x', { ...IDENTIFIED, 'security.authn.method': 'basic' })],
    well: [request('/x', { ...IDENTIFIED, 'security.authn.method': 'bearer' })],
  },
  no_rate_limit_on_login: {
    wrong: [
      refused('/login', 401),
      ...times(50, { ...post('/login'), event: 'security.authn_login_fail' }),
      post('/login'),
    ],
    well: [
      post('/login'),
      post('/login', { 'http.response.status_code': 429 }),
      ...times(50, { ...post('/login'), event: 'security.authn_login_fail' }),
    ],
  },
  cors_any_identified: {
    wrong: [request('/x', { ...IDENTIFIED, 'security.response.cors_any': true })],
    well: [request('/x', { ...IDENTIFIED, 'security.response.cors_any': false })],
  },
  cors_any: {
    wrong: [request('/x', { 'security.response.cors_any': true })],
    well: [request('/x', { 'security.response.cors_any': false })],
  },
  hsts_off: {
    wrong: [request('/x', { 'security.response.hsts': false })],
    well: [request('/x', { 'security.response.hsts': true })],
  },
  stack_trace: {
    wrong: [refused('/x', 500, { 'security.posture': ['hsts', 'stack_trace'] })],
    well: [refused('/x', 500, { 'security.posture': ['hsts'] })],
  },
  database_error: {
    wrong: [refused('/x', 500, { 'security.posture': ['hsts', 'database_error'] })],
    well: [refused('/x', 500, { 'security.posture': ['hsts'] })],
  },
  cookie_insecure: {
    wrong: [request('/x', { 'security.posture': ['hsts', 'cookie_insecure'] })],
    well: [request('/x', { 'security.posture': ['hsts', 'csp'] })],
  },
  cookie_scriptable: {
    wrong: [request('/x', { 'security.posture': ['hsts', 'cookie_scriptable'] })],
    well: [request('/x', { 'security.posture': ['hsts', 'csp'] })],
  },
  cookie_cross_site: {
    wrong: [request('/x', { 'security.posture': ['hsts', 'cookie_cross_site'] })],
    well: [request('/x', { 'security.posture': ['hsts', 'csp'] })],
  },
  hsts_missing: {
    wrong: [request('/x', { 'security.posture': ['nosniff'] })],
    well: [
      request('/x', { 'security.posture': ['hsts', 'nosniff'] }),
      request('/y', { 'security.posture': ['nosniff'], 'server.address': '10.0.0.7' }),
    ],
  },
  deprecated_version: {
    wrong: [request('/v1/x'), request('/v2/x')],
    well: [request('/v2/x'), request('/v1/y')],
  },
  no_validation_seen: {
    wrong: times(200, post('/x')),
    well: [...times(200, post('/x')), post('/x', { 'http.response.status_code': 422 })],
  },
};

describe('posture', () => {
  let scene: InventoryScene;
  beforeEach(() => {
    scene = new InventoryScene();
    // Its telemetry tells who has credentials.
    scene.facts(request('/account', IDENTIFIED));
  });
  afterEach(() => scene.close());

  const kinds = (): readonly string[] =>
    scene.store.findings
      .list()
      .filter(({ closedMs }) => closedMs === undefined)
      .map(({ kind }) => kind)
      .toSorted();

  for (const [kind, { wrong, well }] of Object.entries(PLANTED)) {
    it(`finds ${kind}, and nothing else`, () => {
      scene.facts(...wrong).save();
      expect(kinds()).to.deep.equal([kind]);
    });

    it(`finds nothing where there is no ${kind}`, () => {
      scene.facts(...well).save();
      expect(kinds()).to.deep.equal([]);
    });
  }

  it('says nothing of who has no credentials where a service never tells who has', () => {
    const silent = { 'service.name': 'silent' };
    scene.facts(request('/x', { ...silent, 'security.data.response': ['pan'] })).save();
    expect(kinds()).to.deep.equal([]);
  });

  it('reads of spans what their sender tells of its answers, and takes no word at all as untold', () => {
    const span = {
      ...{ 'http.request.method': 'GET', 'http.response.status_code': 200 },
      ...{ 'url.scheme': 'https', 'server.address': 'shop.example' },
    };
    scene.requests(
      { ...span, 'http.route': '/untold', 'security.posture': [] },
      { ...span, 'http.route': '/x', 'security.posture': ['hsts', 'cookie_insecure'] },
      { ...span, 'http.route': '/y', 'security.posture': ['nosniff'] },
    );
    scene.save();
    expect(kinds()).to.deep.equal(['cookie_insecure', 'hsts_missing']);
  });

  it('has a title, a fix and tags of each standard it maps to, for every kind', () => {
    for (const { title, fix, tags } of Object.values(FINDING_KINDS)) {
      expect(title).to.match(/^[A-Z].*[^.]$/);
      expect(fix).to.match(/\.$/);
      expect(tags.join(' ')).to.match(/^owasp_api\.api\d+_2023 .*cwe\.\d+/);
    }
  });

  describe('a finding', () => {
    const plain = { 'tls.established': false };
    const at = (days: number): FactFields => ({ timestamp: FACTS_MS + days * 86_400_000 });

    it('has the traces that show it, and says how often', () => {
      scene.spans(
        ...[1, 2].map((number) => ({
          attributes: {
            ...{ 'http.request.method': 'GET', 'http.route': '/x', 'url.scheme': 'http' },
            ...{ 'http.response.status_code': 200, 'server.address': 'shop.example' },
          },
          also: { traceId: Buffer.alloc(16, number), spanId: Buffer.alloc(8, 9) },
        })),
      );
      scene.save();
      const [finding] = scene.store.findings.list();
      expect(finding?.count).to.equal(2);
      expect(finding?.evidence.map(({ traceId }) => traceId)).to.deep.equal([
        '01'.repeat(16),
        '02'.repeat(16),
      ]);
    });

    it('closes once requests go on without its cause, and opens again with it', () => {
      scene.facts(request('/x', plain)).save();
      scene.facts(request('/x', at(3))).save();
      expect(kinds()).to.deep.equal(['plain_http']);
      scene.facts(request('/x', at(8))).save();
      const [closed] = scene.store.findings.list();
      expect(closed?.closedMs).to.equal(FACTS_MS + 8 * 86_400_000);
      scene.facts(request('/x', { ...plain, ...at(9) })).save();
      const [again] = scene.store.findings.list();
      expect([again?.closedMs, again?.openings, again?.id]).to.deep.equal([
        undefined,
        2,
        closed?.id,
      ]);
      expect(again?.openedMs).to.equal(FACTS_MS + 9 * 86_400_000);
    });

    it('is open after a restart, and closes then', () => {
      scene.facts(request('/x', plain)).save().restart();
      scene.facts(request('/x', at(8))).save();
      expect(kinds()).to.deep.equal([]);
      expect(CLOSE_AFTER_MS).to.be.below(8 * 86_400_000);
    });

    it('is written again where the saving before failed', () => {
      scene.store.setCursor('other', 1);
      scene.facts(request('/x', plain));
      const { endpoints } = scene.store;
      const write = endpoints.write.bind(endpoints);
      endpoints.write = (endpoint) => {
        write(endpoint);
        if (endpoint.key.path === '/x') return write(endpoint);
        throw new RangeError('full');
      };
      scene.facts(request('/y'));
      expect(() => scene.save()).to.throw(RangeError);
      expect(kinds()).to.deep.equal([]);
      endpoints.write = write;
      scene.save();
      expect(kinds()).to.deep.equal(['plain_http']);
    });

    it('is ignored with a reason, until a time', () => {
      scene.facts(request('/x', plain)).save();
      const { findings } = scene.store;
      const [{ id } = { id: '' }] = findings.list();
      expect(findings.ignore(id, { reason: 'inside', sinceMs: 1, untilMs: 100 })).to.equal(true);
      expect(findings.ignore('nothing-1', { reason: '', sinceMs: 1, untilMs: 1 })).to.equal(false);
      const finding = findings.read(id);
      if (finding === undefined) throw new Error('it is gone');
      expect([stateOf(finding, 99), stateOf(finding, 100)]).to.deep.equal(['ignored', 'open']);
      scene.facts(request('/x', { ...plain, ...at(1) })).save();
      expect(findings.read(id)?.ignored?.reason).to.equal('inside');
    });

    it('goes with its endpoint', () => {
      scene.facts(request('/x', plain)).save();
      scene.detector.clock.advance(100 * 86_400_000);
      scene.save();
      expect(scene.store.findings.list()).to.deep.equal([]);
    });
  });
});
