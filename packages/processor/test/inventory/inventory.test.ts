import {
  PYTHON_CONVENTIONS,
  PYTHON_FRAMEWORKS,
  RECORDED_LANGUAGES,
  recordedExport,
  recordedExpressShop,
  recordedPython,
  SeededRandom,
} from '@spanguard/testkit';
import { expect } from 'chai';
import { nanoseconds, NOW_MS, securityEvent, type TestSpan } from '../detector.ts';
import type { FactFields } from './facts-of.ts';
import { InventoryScene, withoutRoutes } from './inventory-scene.ts';

const SHOP = ['GET /admin/users', 'GET /orders/{}', 'GET /products', 'GET /search', 'POST /login'];
const SMALL_SHOP = ['GET /admin', 'GET /search', 'POST /login'];

type Attributes = TestSpan['attributes'] & FactFields;

/** Names of parameters are the affair of who learned or wrote them. */
const shapes = (names: readonly string[]): string[] =>
  [...new Set(names.map((name) => name.replaceAll(/\{\w+\}|:\w+/g, '{}')))].toSorted();

const get = (path: string, more: Attributes = {}): Attributes => ({
  'http.request.method': 'GET',
  'url.path': path,
  'http.response.status_code': 200,
  ...more,
});

describe('the inventory', () => {
  let scene: InventoryScene;
  beforeEach(() => {
    scene = new InventoryScene();
  });
  afterEach(() => scene.close());

  describe('of recorded applications', () => {
    it('is the routes of the Express shop', () => {
      scene.take('traces', recordedExpressShop());
      expect(shapes(scene.names())).to.deep.equal(SHOP);
    });

    it('is the same without the routes in its telemetry', () => {
      scene.take('traces', withoutRoutes(recordedExpressShop()));
      expect(shapes(scene.names())).to.deep.equal(SHOP);
    });

    for (const framework of PYTHON_FRAMEWORKS) {
      for (const conventions of PYTHON_CONVENTIONS) {
        it(`is the routes of ${framework} by the names of ${conventions}, told or not`, () => {
          const recorded = recordedPython(framework, conventions);
          scene.take('traces', recorded);
          expect(shapes(scene.names()), 'told').to.deep.equal(SMALL_SHOP);
          const other = new InventoryScene();
          other.take('traces', withoutRoutes(recorded));
          expect(shapes(other.names()), 'learned').to.deep.equal(SMALL_SHOP);
          other.close();
        });
      }
    }

    for (const language of RECORDED_LANGUAGES) {
      it(`is the routes of the shop of ${language}, told or not`, () => {
        const recorded = recordedExport(language, 'traces');
        scene.take('traces', recorded);
        expect(shapes(scene.names()), 'told').to.deep.equal(SMALL_SHOP);
        const other = new InventoryScene();
        other.take('traces', withoutRoutes(recorded));
        expect(shapes(other.names()), 'learned').to.deep.equal(SMALL_SHOP);
        other.close();
      });
    }
  });

  it('tells of an endpoint what its requests have shown', () => {
    const answered = {
      ...{
        'http.route': '/v2/orders/:id',
        'server.address': 'shop.example',
        'url.scheme': 'https',
      },
      ...{
        'http.request.body.size': 100,
        'http.response.body.size': 900,
        'url.query': 'page=2&sort=up',
      },
      'user.id': 'alice',
      'client.address': '203.0.113.7',
    };
    scene.requests(
      get('/v2/orders/1', answered),
      get('/v2/orders/2', { ...answered, 'user.id': 'bob' }),
      get('/v2/orders/3', { ...answered, 'http.response.status_code': 500 }),
    );
    const [{ endpoint } = { endpoint: undefined }] = scene.saved();
    expect(endpoint?.key).to.deep.equal({
      ...{ service: 'shop', method: 'GET', path: '/v2/orders/:id', origin: 'route' },
    });
    expect(endpoint?.requests).to.equal(3);
    expect(endpoint?.statuses.entries()).to.deep.equal([
      ['200', 2],
      ['500', 1],
    ]);
    expect([endpoint?.bytesIn, endpoint?.bytesOut]).to.deep.equal([300, 2700]);
    expect(endpoint?.hosts.entries()).to.deep.equal([['shop.example', 2]]);
    expect(endpoint?.protocols.entries()).to.deep.equal([['https', 3]]);
    expect(endpoint?.parameters.names()).to.have.members(['page', 'sort']);
    expect(endpoint?.authentication.entries()).to.deep.equal([['credentials', 3]]);
    expect([endpoint?.users.estimate(), endpoint?.clients.estimate()]).to.deep.equal([2, 1]);
    expect(endpoint?.latency.quantile(0.5)).to.be.closeTo(1000, 10);
    expect([endpoint?.firstMs, endpoint?.lastMs]).to.deep.equal([NOW_MS - 1000, NOW_MS - 1000]);
  });

  it('counts what sampling left out', () => {
    scene.spans({ attributes: get('/a'), also: { traceState: 'ot=th:c' } });
    expect(scene.saved().map(({ endpoint }) => endpoint.requests)).to.deep.equal([4]);
  });

  it('counts events for the endpoint they happened at, and makes none of them', () => {
    scene.requests(get('/login', { 'http.route': '/login', 'http.request.method': 'POST' }));
    scene.logs(
      ...['/login', '/nowhere'].map((route) =>
        securityEvent({ 'http.route': route, 'http.request.method': 'POST' }),
      ),
    );
    const [{ endpoint } = { endpoint: undefined }, ...others] = scene.saved();
    expect(others).to.deep.equal([]);
    expect(endpoint?.events.entries()).to.deep.equal([['security.authn_login_fail', 1]]);
    expect(endpoint?.signs.count('login_failed')).to.equal(1);
  });

  it('is not changed by a crawler with 100,000 random paths and hosts', () => {
    scene.take('traces', recordedExpressShop());
    const before = scene.saved().map(({ endpoint }) => endpoint.encode());
    const unplaced = scene.counts.of('inventory.unplaced');
    const random = new SeededRandom(7);
    const word = (): string => random.uint32().toString(36).replaceAll(/\d/g, 'x');
    for (let batch = 0; batch < 100; batch += 1) {
      const rows = Array.from({ length: 1000 }, () =>
        get(`/${Array.from({ length: random.int(1, 6) }, word).join('/')}`, {
          'server.address': `${word()}.example`,
          'http.response.status_code': random.pick([404, 404, 401, 403, 400]),
        }),
      );
      scene.facts(...rows);
    }
    expect(scene.saved().map(({ endpoint }) => endpoint.encode())).to.deep.equal(before);
    expect(scene.counts.of('inventory.unplaced') - unplaced).to.equal(100_000);
  });

  it('merges what turns out to be one endpoint, and loses no request', () => {
    const paths = Array.from({ length: 30 }, (_, at) => `/articles/how-to-number-${at}`);
    scene.requests(...paths.slice(0, 5).map((path) => get(path)));
    expect(scene.saved()).to.have.length(5);
    scene.requests(...paths.slice(5).map((path) => get(path)));
    expect(
      scene.saved().map(({ endpoint: { key, requests } }) => [key.path, requests]),
    ).to.deep.equal([['/articles/{name}', 30]]);
    expect(scene.counts.of('inventory.learned')).to.be.at.least(5);
  });

  it('goes on after a restart where it was', () => {
    scene.take('traces', withoutRoutes(recordedExpressShop())).save();
    const before = scene.saved().map(({ endpoint }) => endpoint.encode());
    scene.restart();
    expect(scene.saved().map(({ endpoint }) => endpoint.encode())).to.deep.equal(before);
    scene.take('traces', withoutRoutes(recordedExpressShop()));
    expect(shapes(scene.names())).to.deep.equal(SHOP);
  });

  it('keeps no more endpoints than it may, and counts what comes beyond', () => {
    const bounded = new InventoryScene({ endpointsMax: 10 });
    bounded.requests(
      ...Array.from({ length: 15 }, (_, at) => get('/x', { 'http.route': `/route-${at}` })),
      ...Array.from({ length: 5 }, (_, at) => get(`/path${'abcde'[at]}`)),
    );
    expect(bounded.saved()).to.have.length(10);
    expect(bounded.counts.of('inventory.refused')).to.equal(10);
    bounded.close();
  });

  it('lets what is not asked for leave memory, and knows it again', () => {
    const bounded = new InventoryScene({ memoryBytesMax: 20_000 });
    const routes = Array.from({ length: 50 }, (_, at) =>
      get('/x', { 'http.route': `/route-${at}` }),
    );
    bounded.requests(...routes).save();
    expect(bounded.counts.of('inventory.evicted')).to.be.at.least(30);
    bounded.requests(...routes);
    const requests = bounded.saved().map(({ endpoint }) => endpoint.requests);
    expect(requests).to.deep.equal(Array.from({ length: 50 }, () => 2));
    bounded.close();
  });

  it('forgets what was not asked for for long', () => {
    scene.requests(get('/old', { 'http.route': '/old' })).save();
    scene.detector.clock.advance(91 * 86_400_000);
    const endTimeUnixNano = nanoseconds(scene.detector.clock.now());
    scene.spans({ attributes: get('/new', { 'http.route': '/new' }), also: { endTimeUnixNano } });
    expect(scene.names()).to.deep.equal(['GET /new']);
    expect(scene.counts.of('inventory.expired')).to.equal(1);
    expect(scene.names()).to.deep.equal(['GET /new']);
  });

  it('has room for so many names of a kind, and counts what comes beyond', () => {
    scene.requests(
      ...Array.from({ length: 20 }, (_, at) =>
        get('/a', { 'server.address': `host${at}.example` }),
      ),
    );
    const [{ endpoint } = { endpoint: undefined }] = scene.saved();
    expect([endpoint?.hosts.size, endpoint?.requests]).to.deep.equal([16, 20]);
    expect(scene.counts.of('inventory.clipped')).to.equal(4);
  });

  it('keeps hostile names as text', () => {
    const hostile = [
      "/x'); DROP TABLE endpoint;--",
      '/<script>alert(1)</script>',
      '/\u001b[2J\u0000',
      '/\ud800',
    ];
    scene.requests(
      ...hostile.map((route) => get('/', { 'http.route': route, 'server.address': '__proto__' })),
    );
    const first = scene.names();
    expect(first).to.have.length(4);
    scene.restart();
    expect(scene.names()).to.deep.equal(first);
    expect(scene.saved().flatMap(({ endpoint }) => endpoint.hosts.names())).to.deep.equal(
      Array.from({ length: 4 }, () => '__proto__'),
    );
  });
});
