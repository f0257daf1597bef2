import { recordedExpressShop } from '@spanguard/testkit';
import { expect } from 'chai';
import { readCatalogue } from '#processor/apis/catalogue.ts';
import { type Drift, findDrift } from '#processor/apis/drift.ts';
import { openApiOf } from '#processor/apis/openapi.ts';
import { parseOpenApi } from '#processor/apis/parse-openapi.ts';
import type { FactFields } from '../inventory/facts-of.ts';
import { InventoryScene, withoutRoutes } from '../inventory/inventory-scene.ts';

const request = (method: string, route: string, more: FactFields = {}): FactFields => ({
  ...{ 'http.request.method': method, 'http.route': route, 'http.response.status_code': 200 },
  ...more,
});

describe('drift', () => {
  let scene: InventoryScene;
  beforeEach(() => {
    scene = new InventoryScene();
  });
  afterEach(() => scene.close());

  const endpoints = () => {
    scene.save();
    return readCatalogue(scene.store, { service: undefined, nowMs: 0 }).endpoints;
  };

  /** Differences from a document, `kind METHOD path: detail`. */
  const driftFrom = (text: string): readonly string[] => {
    const parsed = parseOpenApi('api.yaml', text);
    if (!parsed.ok) throw new Error(parsed.problem);
    return findDrift(endpoints(), [parsed.document]).map(
      ({ kind, method, path, detail }: Drift) => `${kind} ${method} ${path}: ${detail}`,
    );
  };

  const ownDocument = (): string => JSON.stringify(openApiOf(endpoints(), { title: 'own' }));

  it('finds each kind, and nothing else', () => {
    scene.facts(
      request('GET', '/orders/:id', { 'url.query': 'expand=items&debug=1' }),
      request('GET', '/orders/:id', { 'http.response.status_code': 410 }),
      request('DELETE', '/orders/:id'),
      request('OPTIONS', '/orders/:id'),
      request('GET', '/internal/dump'),
      request('GET', '/old'),
      request('GET', '/items/special'),
      { ...request('GET', '/x'), 'http.request.method': 'BREW' },
    );
    const document = `
openapi: 3.0.3
servers: [{ url: "https://shop.example/" }]
paths:
  /orders/{orderId}:
    parameters: [{ $ref: '#/components/parameters/expand' }]
    get: { responses: { '200': {}, 4XX: {} } }
    post: { responses: { default: {} } }
  /old: { get: { deprecated: true, responses: { '200': {} } } }
  /gone: { get: { deprecated: true, responses: { '200': {} } } }
  /items/{name}: { get: { responses: { '200': {} } } }
  /items/special: { get: { responses: { '201': {} } } }
components:
  parameters: { expand: { name: expand, in: query } }
`;
    expect(driftFrom(document)).to.deep.equal([
      'shadow GET /internal/dump: the path is not documented',
      'zombie GET /old: deprecated, and still used',
      'unused POST /orders/{orderId}: documented, and never seen',
      'unused GET /items/{name}: documented, and never seen',
      'method DELETE /orders/:id: documented are GET, POST',
      'status GET /items/special: 200',
      'parameter GET /orders/:id: debug',
    ]);
  });

  it('knows the path that servers stand under', () => {
    scene.facts(request('GET', '/api/v1/users/{id}'));
    const document = `{"openapi": "3.1.0", "servers": [{"url": "https://a.example/api/v1"}],
      "paths": {"/users/{user}": {"get": {"responses": {"200": {}}}}}}`;
    expect(driftFrom(document)).to.deep.equal([]);
  });

  it('is nothing between what was seen and the document made of it', () => {
    scene
      .take('traces', recordedExpressShop())
      .take('traces', withoutRoutes(recordedExpressShop()));
    scene.facts(
      ...['/a/:x/b/:x', '/files/*', '/users/<int:user_id>/', '/[...slug]', '/q/{id:\\d+}', '*'].map(
        (route) => request('POST', route, { 'url.query': 'a=1&__proto__=2' }),
      ),
      request('GET', '/q/:other', { 'http.response.status_code': 503 }),
      request('GET', '/hostile/"><script>{', { 'service.name': 'other' }),
      { 'rpc.system': 'grpc', 'rpc.method': 'Say' },
    );
    expect(driftFrom(ownDocument())).to.deep.equal([]);
  });

  it('writes documents of OpenAPI 3.1 that say who may ask, and hold nothing of what was asked', () => {
    const credentials = { 'security.credentials.seen': true, 'security.authn.method': 'basic' };
    scene.facts(
      request('GET', '/orders/:id', {
        'url.path': '/orders/4711',
        'url.query': 'q=needle',
        ...credentials,
      }),
      request('PUT', '/orders/:id', { 'http.request.body.size': 5, 'user.id': 'needle' }),
    );
    const document = ownDocument();
    expect(document).to.not.match(/needle|4711/);
    const { paths, components } = JSON.parse(document) as {
      paths: Record<string, Record<string, Record<string, unknown>>>;
      components: unknown;
    };
    const { get, put } = paths['/orders/{id}'] ?? {};
    expect(get?.['security']).to.deep.equal([{ basic: [] }]);
    expect(get?.['parameters']).to.deep.equal([
      { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
      { name: 'q', in: 'query', schema: { type: 'string' } },
    ]);
    expect(put?.['requestBody']).to.deep.equal({ content: { '*/*': {} } });
    expect(put?.['responses']).to.deep.equal({ 200: { description: 'Seen' } });
    expect(components).to.deep.equal({
      securitySchemes: { basic: { type: 'http', scheme: 'basic' } },
    });
  });

  for (const [name, text, problem] of [
    ['Swagger 2', 'swagger: "2.0"', 'no document of OpenAPI 3'],
    ['a list', '[]', 'no document of OpenAPI 3'],
    ['broken YAML', 'a: [', 'neither YAML nor JSON'],
    ['broken JSON', '{"openapi": ', 'neither YAML nor JSON'],
  ] as const) {
    it(`says what is wrong with ${name}`, () => {
      const parsed = parseOpenApi('api.yaml', text);
      expect(parsed.ok ? '' : parsed.problem)
        .to.include('api.yaml: ')
        .and.to.include(problem);
    });
  }

  it('takes references that lead nowhere, outside, or round in circles for nothing', () => {
    const text = `
openapi: 3.1.0
paths:
  /a: { $ref: '#/paths/~1b' }
  /b: { $ref: '#/paths/~1a' }
  /c: { $ref: 'other.yaml#/x' }
  /d: { $ref: '#/nowhere' }
  /e: { get: { parameters: [{ $ref: '#/nowhere' }], responses: null } }
`;
    const parsed = parseOpenApi('api.yaml', text);
    const paths = parsed.ok ? parsed.document.operations.map(({ path }) => path) : [];
    expect(paths).to.deep.equal(['/e']);
  });
});
