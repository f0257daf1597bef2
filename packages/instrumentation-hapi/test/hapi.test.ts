/** What the instrumentation must see of hapi, loaded either way. */
import { Readable } from 'node:stream';
import type { Lifecycle, Plugin, Request, ResponseToolkit, Server } from '@hapi/hapi';
import {
  type RequestSecurity,
  type SecurityInstrumentation,
  securityOf,
  setSecurityRuntime,
} from '@spanguard/instrumentation';
import { expect } from 'chai';
import joi from 'joi';
import {
  type Asking,
  LOADINGS,
  type Loading,
  type Seen,
  ask,
  underTracing,
} from '../../instrumentation/test/traced-application.ts';
import { createHapiInstrumentation } from '../src/index.ts';

interface Hapi {
  server(options?: object): Server;
}

interface Tokens {
  generate(payload: object, secret: string): string;
}

const FORM = { email: 'Eve@x.io ', password: 'hunter2' };
const SECRET = 'a secret of at least thirty-two characters';

const sayOk = (): string => 'ok';
const refuse =
  (status: number): Lifecycle.Method =>
  (_request: Request, h: ResponseToolkit) =>
    h.response({ error: 'no' }).code(status);
const basic = (text: string): Asking => ({
  headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` },
});
const bearer = (token: string): Asking => ({ headers: { authorization: `Bearer ${token}` } });

for (const loading of LOADINGS) testHapi(loading);

function testHapi(loading: Loading): void {
  describe(`createHapiInstrumentation, by ${loading}`, () => {
    let instrumentation: SecurityInstrumentation;
    const application = underTracing({
      from: import.meta.url,
      instrumentations: () => [(instrumentation = createHapiInstrumentation())],
      // Files inside a package are patched as they load, so each way of loading has a copy of its own.
      libraries: loading === 'import' ? { '@hapi/hapi': '@hapi/hapi' } : {},
      loading,
    });
    let hapi: Hapi;
    let plugins: Plugin<object>[];
    let tokens: Tokens;
    let app: Server;

    before(async () => {
      hapi = await application.loadDefault('@hapi/hapi');
      const jwt = await application.loadDefault<{ plugin: Plugin<object>; token: Tokens }>(
        '@hapi/jwt',
      );
      tokens = jwt.token;
      plugins = [
        await application.loadDefault('@hapi/basic'),
        await application.loadDefault('@hapi/cookie'),
        jwt.plugin,
      ];
    });

    beforeEach(() => {
      app = hapi.server({ debug: false });
    });

    async function see(path: string, asking?: Asking): Promise<Seen> {
      await app.initialize();
      return application.see(app.listener, path, asking);
    }

    const routeOf = async (path: string, asking?: Asking): Promise<unknown> =>
      (await see(path, asking)).route;

    async function withAuth(): Promise<void> {
      await app.register(plugins);
      app.auth.strategy('simple', 'basic', {
        validate: (_request: Request, name: string, password: string) => ({
          isValid: password === 'right',
          credentials: { id: name, scope: ['clerk'] },
        }),
      });
      app.auth.strategy('tokens', 'jwt', {
        keys: SECRET,
        verify: { aud: false, iss: false, sub: false },
        validate: ({ decoded }: { decoded: { payload: object } }) => ({
          isValid: true,
          credentials: { user: decoded.payload },
        }),
      });
      app.auth.strategy('session', 'cookie', {
        cookie: { name: 'sid', password: SECRET, isSecure: false },
        validate: () => Promise.resolve({ isValid: true }),
      });
    }

    it('applies every declared patch', () => {
      const states = instrumentation.report().map(({ state }) => state);
      expect(states).to.deep.equal(['applied', 'applied']);
    });

    it('makes one span a request, named after its route', async () => {
      app.route({ method: 'GET', path: '/users/{id}', handler: sayOk });
      const { name, route, answer } = await see('/users/42?x=1');
      expect([name, route, answer.text]).to.deep.equal(['GET /users/{id}', '/users/{id}', 'ok']);
      expect(await routeOf('/users/%C3%A4', { method: 'HEAD' })).to.equal('/users/{id}');
    });

    it('tells the prefixes of plugins and wildcards', async () => {
      const register = (server: Server): void => {
        server.route({ method: 'GET', path: '/orders/{order?}', handler: sayOk });
        server.route({ method: '*', path: '/files/{path*}', handler: sayOk });
      };
      await app.register(
        { name: 'tenants', register },
        { routes: { prefix: '/tenants/{tenant}' } },
      );
      expect(await routeOf('/tenants/7/orders/9')).to.equal('/tenants/{tenant}/orders/{order?}');
      expect(await routeOf('/tenants/7/files/a/b')).to.equal('/tenants/{tenant}/files/{path*}');
    });

    it('has no route for what no route answered', async () => {
      app.route({
        method: 'POST',
        path: '/x',
        options: { cors: true },
        handler: sayOk,
      });
      for (const path of ['/nothing', '/x']) {
        const { answer, route } = await see(path);
        expect([answer.status, route], path).to.deep.equal([404, undefined]);
      }
      const origin = { origin: 'https://a.example', 'access-control-request-method': 'POST' };
      expect(await routeOf('/x', { method: 'OPTIONS', headers: origin })).to.equal(undefined);
    });

    it('keeps the route where an extension answers, and where a handler fails', async () => {
      app.route({ method: 'GET', path: '/early/{x}', handler: sayOk });
      app.route({
        method: 'GET',
        path: '/boom/{x}',
        handler: () => {
          throw new Error('application');
        },
      });
      app.ext('onPreAuth', (request, h) =>
        request.path.startsWith('/early') ? h.response('no').code(403).takeover() : h.continue,
      );
      const early = await see('/early/1');
      expect([early.route, early.events]).to.deep.equal(['/early/{x}', ['authz_fail']]);
      const boom = await see('/boom/1');
      expect([boom.answer.status, boom.route]).to.deep.equal([500, '/boom/{x}']);
    });

    it('shows the masked payload of a login, and nothing of an ordinary request', async () => {
      app.route({ method: 'POST', path: '/login', handler: refuse(401) });
      app.route({ method: 'POST', path: '/notes', handler: sayOk });
      const login = await see('/login', { body: FORM });
      expect(login.attributes).to.include({
        'http.request.body.content': '{"email":"Eve@x.io ","password":"***"}',
        'http.response.body.content': '{"error":"no"}',
        'http.route': '/login',
        'user.id': 'eve@x.io',
        'security.authn.outcome': 'failure',
      });
      expect(login.events).to.deep.equal(['authn_login_fail']);
      const note = await see('/notes', { body: { text: 'hi' } });
      expect(note.attributes).to.not.have.any.keys(
        'http.request.body.content',
        'http.response.body.content',
      );
    });

    it('tells what validation refused, by part and rule', async () => {
      let record: RequestSecurity | undefined;
      app.ext('onRequest', (request, h) => {
        record = securityOf(request.raw.req);
        return h.continue;
      });
      const payload = joi.object({ age: joi.number().required() });
      app.route({
        method: 'POST',
        path: '/plain',
        options: { validate: { payload } },
        handler: sayOk,
      });
      app.route({
        method: 'POST',
        path: '/own',
        options: {
          validate: {
            payload,
            failAction: (_request, h) => h.response('own').code(422).takeover(),
          },
        },
        handler: sayOk,
      });
      app.route({
        method: 'GET',
        path: '/asks',
        options: { validate: { query: joi.object({ page: joi.number() }) } },
        handler: sayOk,
      });
      const json = { 'content-type': 'application/json' };
      for (const [path, asking, status, part, rule] of [
        ['/plain', { body: {} }, 400, 'body', 'any.required'],
        ['/own', { body: { age: 'old' } }, 422, 'body', 'number.base'],
        ['/asks?page=x', {}, 400, 'query', 'number.base'],
        ['/plain', { body: '{broken', headers: json }, 400, 'body', 'malformed'],
      ] as const) {
        const { answer, events } = await see(path, asking);
        expect([answer.status, events], path).to.deep.equal([status, ['input_validation_fail']]);
        expect(record?.refusedInput, path).to.deep.equal({ part, rule });
      }
    });

    it('tells the verdict of a strategy: who it let in, whom not, and who did not try', async () => {
      await withAuth();
      app.route({
        method: 'GET',
        path: '/basic/{x}',
        options: { auth: 'simple' },
        handler: refuse(403),
      });
      app.route({ method: 'GET', path: '/token/{x}', options: { auth: 'tokens' }, handler: sayOk });
      const right = await see('/basic/1', basic('Ann:right'));
      expect([right.events, right.user, right.roles]).to.deep.equal([
        ['authz_fail'],
        'Ann',
        ['clerk'],
      ]);
      expect(right.attributes).to.include({
        'security.authn.outcome': 'success',
        'security.authn.method': 'simple',
      });
      const wrong = await see('/basic/1', basic('Ann:wrong'));
      expect([wrong.answer.status, wrong.route, wrong.events, wrong.user]).to.deep.equal([
        401,
        '/basic/{x}',
        ['authn_login_fail'],
        'ann',
      ]);
      const nobody = await see('/basic/1');
      expect([nobody.route, nobody.events, nobody.outcome]).to.deep.equal([
        '/basic/{x}',
        [],
        'challenge',
      ]);
      const token = tokens.generate({ sub: 'u-7', roles: ['admin'] }, SECRET);
      const known = await see('/token/1', bearer(token));
      expect([known.outcome, known.user, known.roles, known.events]).to.deep.equal([
        'success',
        'u-7',
        ['admin'],
        [],
      ]);
      const forged = await see(
        '/token/1',
        bearer(tokens.generate({ sub: 'u-7' }, `other ${SECRET}`)),
      );
      expect([forged.answer.status, forged.events]).to.deep.equal([401, ['authn_token_invalid']]);
      expect(forged.attributes['security.authn.method']).to.equal('tokens');
    });

    it('tells a scope that is missing, and a token refused on a route that answers anyway', async () => {
      await withAuth();
      const auth = { strategy: 'simple', scope: ['admin'] };
      app.route({ method: 'GET', path: '/admin', options: { auth }, handler: sayOk });
      app.route({
        method: 'GET',
        path: '/open',
        options: { auth: { strategies: ['session', 'tokens'], mode: 'try' } },
        handler: sayOk,
      });
      const scoped = await see('/admin', basic('Ann:right'));
      expect([scoped.answer.status, scoped.events, scoped.user]).to.deep.equal([
        403,
        ['authz_fail'],
        'Ann',
      ]);
      const forged = await see('/open', bearer(tokens.generate({ sub: 'x' }, `other ${SECRET}`)));
      expect([forged.answer.text, forged.events]).to.deep.equal(['ok', ['authn_token_invalid']]);
      const anonymous = await see('/open');
      expect([anonymous.events, anonymous.outcome ?? 'none']).to.deep.equal([[], 'none']);
    });

    it('leaves streams, abandoned answers and injected requests as they are', async () => {
      app.route({
        method: 'GET',
        path: '/stream',
        handler: () => Readable.from(['a', 'b'], { objectMode: false }),
      });
      app.route({
        method: 'GET',
        path: '/own/{x}',
        handler: (request, h) => {
          request.raw.res.writeHead(403);
          request.raw.res.end('own');
          return h.abandon;
        },
      });
      app.route({
        method: 'POST',
        path: '/upload',
        options: { payload: { output: 'stream', parse: false } },
        handler: (request, h) => h.response(request.payload as Readable).code(400),
      });
      expect((await see('/stream')).answer.text).to.equal('ab');
      const own = await see('/own/1');
      expect([own.answer.text, own.route, own.events]).to.deep.equal([
        'own',
        '/own/{x}',
        ['authz_fail'],
      ]);
      expect((await see('/upload', { body: FORM })).answer.text).to.equal(JSON.stringify(FORM));
      const injected = await app.inject({ method: 'GET', url: '/stream' });
      expect(injected.payload).to.equal('ab');
    });

    it('answers byte for byte as without it', async () => {
      const transcript = async (): Promise<unknown[]> => {
        app = hapi.server({ debug: false });
        await withAuth();
        const payload = joi.object({ email: joi.string().required() }).unknown();
        app.route([
          { method: 'GET', path: '/json', handler: () => ({ a: [1, null, 'ä'] }) },
          { method: 'GET', path: '/text', handler: sayOk },
          { method: 'GET', path: '/null', handler: () => null },
          { method: 'GET', path: '/bytes', handler: () => Buffer.from('x') },
          { method: 'GET', path: '/boom', handler: () => Promise.reject(new Error('application')) },
          { method: 'GET', path: '/basic', options: { auth: 'simple' }, handler: sayOk },
          {
            method: 'POST',
            path: '/echo',
            options: { validate: { payload } },
            handler: ({ payload: sent }) => sent,
          },
        ]);
        await app.initialize();
        const port = await application.portOf(app.listener);
        const answers: unknown[] = [];
        for (const [path, asking] of [
          ...['/json', '/text', '/null', '/bytes', '/boom', '/basic', '/none'].map((each) => [
            each,
            {},
          ]),
          ['/json', { method: 'HEAD' }],
          ['/json', { method: 'OPTIONS' }],
          ['/basic', basic('Ann:wrong')],
          ['/basic', basic('Ann:right')],
          ['/echo', { body: FORM }],
          ['/echo', { body: { a: 1 } }],
          ['/echo', { body: '{broken', headers: { 'content-type': 'application/json' } }],
        ] as [string, Asking][]) {
          const answer = await ask(port, path, asking);
          const { date: _date, ...headers } = answer.headers;
          answers.push({ path, ...answer, headers: Object.entries(headers) });
        }
        return answers;
      };
      const watched = await transcript();
      instrumentation.disable();
      try {
        expect(await transcript()).to.deep.equal(watched);
      } finally {
        instrumentation.enable();
      }
    });

    it('does nothing without a runtime', async () => {
      setSecurityRuntime(undefined);
      app.route({ method: 'POST', path: '/login', handler: refuse(401) });
      const { answer, events } = await see('/login', { body: FORM });
      expect([answer.text, events]).to.deep.equal(['{"error":"no"}', []]);
    });

    it('puts everything back, and patches again when it is enabled again', () => {
      instrumentation.disable();
      const states = instrumentation.report().map(({ state }) => state);
      expect(states).to.include('undone').and.not.include('applied');
      instrumentation.enable();
      expect(instrumentation.report().some(({ state }) => state === 'applied')).to.equal(true);
    });
  });
}
