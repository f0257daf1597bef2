/** What the instrumentation must see of Koa, whichever version and router is loaded. */
import type { RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { type SecurityInstrumentation, setSecurityRuntime } from '@spanguard/instrumentation';
import { expect } from 'chai';
import {
  type Asking,
  type Loading,
  type Seen,
  underTracing,
} from '../../instrumentation/test/traced-application.ts';
import { createKoaInstrumentation } from '../src/index.ts';
import type { Application, BodyParser, Koa, Middleware, Mount, RouterClass } from './koa-parts.ts';

/** The modules under test. */
export interface KoaModules {
  /** The Koa of this alias, where not the installed one. */
  readonly alias?: string;
  readonly router: '@koa/router' | 'koa-router';
  readonly bodyParser: '@koa/bodyparser' | 'koa-bodyparser';
  readonly loading?: Loading;
}

const FORM = { email: 'Eve@x.io ', password: 'hunter2' };

const sayOk: Middleware = (context) => {
  context.body = 'ok';
};
const passOn: Middleware = (_context, next) => next();
const refuse =
  (status: number): Middleware =>
  (context) => {
    context.status = status;
    context.body = { error: 'no' };
  };

export function testKoa({ alias, router, bodyParser, loading = 'require' }: KoaModules): void {
  describe(`createKoaInstrumentation: ${alias ?? 'koa'}, ${router}, ${bodyParser}, by ${loading}`, () => {
    let instrumentation: SecurityInstrumentation;
    const application = underTracing({
      from: import.meta.url,
      instrumentations: () => [(instrumentation = createKoaInstrumentation())],
      libraries: alias === undefined ? {} : { koa: alias },
      loading,
    });
    let Koa: Koa;
    let Router: RouterClass;
    let parse: BodyParser;
    let mount: Mount;
    let listener: RequestListener;

    before(async () => {
      Koa = await application.loadDefault('koa');
      Router = await application.loadDefault(router);
      mount = await application.loadDefault('koa-mount');
      parse =
        bodyParser === 'koa-bodyparser'
          ? await application.loadDefault(bodyParser)
          : (await application.load<{ bodyParser: BodyParser }>(bodyParser)).bodyParser;
    });

    function serve(app: Application): void {
      app.silent = true;
      listener = app.callback();
    }

    const see = (path: string, asking?: Asking): Promise<Seen> =>
      application.see(listener, path, asking);
    const routeOf = async (path: string, asking?: Asking): Promise<unknown> =>
      (await see(path, asking)).route;

    it('applies every declared patch of what was loaded', () => {
      const missed = instrumentation
        .report()
        .filter(({ state }) => state !== 'applied' && state !== 'waiting');
      expect(missed).to.deep.equal([]);
      const applied = instrumentation.report().filter(({ state }) => state === 'applied');
      expect(applied.length).to.be.at.least(5);
    });

    it('makes one span a request, named after its route', async () => {
      serve(new Koa().use(new Router().get('/users/:id', sayOk).routes()));
      const { name, route, answer } = await see('/users/42?x=1');
      expect([name, route, answer.text]).to.deep.equal(['GET /users/:id', '/users/:id', 'ok']);
      expect(await routeOf('/users/%C3%A4', { method: 'HEAD' })).to.equal('/users/:id');
    });

    it('joins prefixes, nested routers and mounts, parameters unfilled', async () => {
      const orders = new Router().get('/', sayOk).get('/:order', sayOk);
      const tenants = new Router({ prefix: '/tenants/:tenant' });
      tenants.use('/orders', orders.routes(), orders.allowedMethods());
      const late = new Router().get('/late/:x', sayOk);
      late.prefix('/v2');
      const admin = new Koa().use(new Router().get('/stats/:day', sayOk).routes());
      const deep = new Koa().use(mount('/deep', admin));
      const app = new Koa().use(tenants.routes()).use(late.routes());
      serve(app.use(mount('/admin', admin)).use(mount('/a', deep)));
      for (const [path, route] of [
        ['/tenants/7/orders/9', '/tenants/:tenant/orders/:order'],
        ['/v2/late/1', '/v2/late/:x'],
        ['/admin/stats/1', '/admin/stats/:day'],
        ['/a/deep/stats/1', '/a/deep/stats/:day'],
      ] as const) {
        expect(await routeOf(path), path).to.equal(route);
      }
    });

    it('has no route for what no route answered', async () => {
      const mounted = new Koa().use(new Router().get('/here', sayOk).routes());
      const routes = new Router().get('/x', sayOk).routes();
      serve(new Koa().use(routes).use(mount('/api', mounted)));
      for (const path of ['/nothing', '/api/nothing', '/apihere']) {
        const { answer, route } = await see(path);
        expect([answer.status, route], path).to.deep.equal([404, undefined]);
      }
    });

    it('goes on behind a mount that passed the request on', async () => {
      const app = new Koa().use(mount('/api', passOn));
      serve(app.use(new Router().get('/api/late', sayOk).routes()));
      expect(await routeOf('/api/late')).to.equal('/api/late');
    });

    it('tells the route of several that has the request', async () => {
      const routes = new Router();
      routes.get('/users/me', sayOk).get('/users/:id', sayOk);
      routes.get('/files/:name', passOn).get('/files/:other', sayOk);
      const second = new Router().get('/files/:name', sayOk);
      serve(new Koa().use(routes.routes()).use(second.routes()));
      expect(await routeOf('/users/me')).to.equal('/users/me');
      expect(await routeOf('/users/7')).to.equal('/users/:id');
      expect(await routeOf('/files/7')).to.equal('/files/:other');
    });

    it('keeps the route where middleware of the router answers', async () => {
      const routes = new Router({ prefix: '/api' });
      routes.use(refuse(401)).get('/users/:id', sayOk);
      routes.post('/users/:id', refuse(403), sayOk);
      serve(new Koa().use(routes.routes()));
      const unauthorised = await see('/api/users/7');
      expect([unauthorised.answer.status, unauthorised.route]).to.deep.equal([
        401,
        '/api/users/:id',
      ]);
    });

    it('finds the route behind a guard over the whole application', async () => {
      const mounted = new Koa().use(new Router().get('/stats/:day', sayOk).routes());
      const app = new Koa().use(async (context, next) => {
        if (context.path === '/open') return next();
        return context.throw(401, 'Authentication Error');
      });
      const routes = new Router().get('/users/:id', sayOk).post('/login', sayOk);
      serve(app.use(routes.routes()).use(mount('/admin', mounted)));
      expect(await routeOf('/users/7')).to.equal('/users/:id');
      expect(await routeOf('/admin/stats/1')).to.equal('/admin/stats/:day');
      expect(await routeOf('/login', { method: 'POST', body: {} })).to.equal('/login');
      expect(await routeOf('/nowhere')).to.equal(undefined);
      expect(await routeOf('/login')).to.equal(undefined);
    });

    it('says the mount where middleware answers there', async () => {
      serve(new Koa().use(mount('/files/', sayOk)).use(mount('/api', refuse(401))));
      expect(await routeOf('/files/a/b')).to.equal('/files');
      expect(await routeOf('/api/users')).to.equal('/api');
    });

    it('knows the route of a method that the router refuses or describes', async () => {
      const routes = new Router().get('/users/:id', sayOk);
      serve(new Koa().use(routes.routes()).use(routes.allowedMethods()));
      const refused = await see('/users/7', { method: 'DELETE' });
      expect([refused.answer.status, refused.route]).to.deep.equal([405, '/users/:id']);
      expect(await routeOf('/users/7', { method: 'OPTIONS' })).to.equal('/users/:id');
    });

    it('writes patterns of expressions', async () => {
      serve(new Koa().use(new Router().get(/^\/v\d+$/u, sayOk).routes()));
      expect(await routeOf('/v12')).to.contain('v\\d+');
    });

    it('shows the masked payload of a login, and nothing of an ordinary request', async () => {
      const routes = new Router().post('/login', refuse(401)).post('/notes', sayOk);
      serve(new Koa().use(parse()).use(routes.routes()));
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

    it('finds the token a login returned, and not the one of a login that failed after', async () => {
      const routes = new Router().post('/session', (context) => {
        context.body = { token: 'secret' };
      });
      routes.post('/sessions', (context) => {
        context.body = { token: 'secret' };
        context.throw(500, 'too late');
      });
      serve(new Koa().use(parse()).use(routes.routes()));
      expect((await see('/session', { body: FORM })).events).to.deep.equal(['authn_login_success']);
      const failed = await see('/sessions', { body: FORM });
      expect([failed.answer.status, failed.events]).to.deep.equal([500, []]);
      expect(failed.attributes).to.include({
        'http.response.body.content': 'Internal Server Error',
      });
    });

    it('takes the user that middleware put on the state', async () => {
      const app = new Koa().use((context, next) => {
        context.state['user'] = { sub: 17, roles: ['clerk', 3] };
        return next();
      });
      serve(app.use(new Router().get('/admin', refuse(403)).routes()));
      const { events, attributes } = await see('/admin');
      expect(events).to.deep.equal(['authz_fail']);
      expect(attributes['user.id']).to.equal('17');
      expect(attributes['user.roles']).to.deep.equal(['clerk']);
    });

    it('believes the proxies that the application believes', async () => {
      const headers = { 'x-forwarded-for': '6.6.6.6, 203.0.113.9', 'x-client': '198.51.100.7' };
      for (const [options, address, source] of [
        [{}, '203.0.113.9', 'x-forwarded-for'],
        [{ proxy: true }, '6.6.6.6', 'framework'],
        [{ proxy: true, maxIpsCount: 1 }, '203.0.113.9', 'framework'],
        [{ proxy: true, proxyIpHeader: 'X-Client' }, '198.51.100.7', 'framework'],
      ] as const) {
        serve(new Koa(options).use(refuse(403)));
        const { attributes, told } = await see('/', { headers });
        const found = [attributes['client.address'], attributes['security.client.address.source']];
        expect(found, JSON.stringify(options)).to.deep.equal([address, source]);
        expect(told[0]?.attributes['client.address']).to.equal(address);
      }
    });

    it('leaves streams, hijacked answers and empty ones as they are', async () => {
      const routes = new Router();
      routes.get('/stream/:x', (context) => {
        context.body = Readable.from(['a', 'b']);
      });
      routes.get('/own/:x', (context) => {
        context.respond = false;
        context.res.writeHead(403, { 'x-own': '1' });
        context.res.end('own');
      });
      routes.get('/empty', (context) => {
        context.status = 204;
      });
      serve(new Koa().use(routes.routes()));
      expect((await see('/stream/1')).answer.text).to.equal('ab');
      const own = await see('/own/1');
      expect([own.answer.text, own.route, own.events]).to.deep.equal([
        'own',
        '/own/:x',
        ['authz_fail'],
      ]);
      expect((await see('/empty')).answer.status).to.equal(204);
    });

    it('answers byte for byte as without it', async () => {
      const routes = new Router();
      routes.get('/json', (context) => {
        context.body = { a: [1, null, 'ä'] };
      });
      routes.get('/text', sayOk).get('/boom', () => {
        throw new Error('application');
      });
      routes.get('/teapot', (context) => context.throw(418, 'short and stout'));
      routes.get('/stream', (context) => {
        context.body = Readable.from(['x']);
      });
      routes.post('/echo', (context) => {
        context.body = context.request.body ?? null;
      });
      const build = (): Application =>
        new Koa().use(parse()).use(routes.routes()).use(routes.allowedMethods());
      const transcript = async (): Promise<unknown[]> => {
        serve(build());
        const answers: unknown[] = [];
        for (const [path, asking] of [
          ...['/json', '/text', '/boom', '/teapot', '/stream', '/none'].map((each) => [each, {}]),
          ['/json', { method: 'HEAD' }],
          ['/json', { method: 'OPTIONS' }],
          ['/json', { method: 'DELETE' }],
          ['/echo', { body: FORM }],
          ['/echo', { body: '{broken', headers: { 'content-type': 'application/json' } }],
          [
            '/echo',
            { body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
          ],
        ] as [string, object][]) {
          const { answer } = await see(path, asking);
          const { date: _date, ...headers } = answer.headers;
          answers.push({ path, ...answer, headers });
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

    it('keeps what the patched functions look like', () => {
      const routes = new Router().get('/x', sayOk).routes();
      expect(routes).to.have.property('router');
      expect(Reflect.get(Koa.prototype, 'createContext')).to.have.property('length', 2);
      expect(mount('/x', sayOk)).to.have.property('length', 2);
    });

    it('is not led astray by an application that asks its router itself', async () => {
      const routes = new Router().get('/a/:x', sayOk).get('/b/:y', sayOk);
      const ask: Middleware = async (_context, next) => {
        await next();
        routes.match('/b/1', 'GET');
      };
      serve(new Koa().use(ask).use(routes.routes()));
      expect(await routeOf('/a/1')).to.equal('/a/:x');
    });

    it('does nothing without a runtime', async () => {
      setSecurityRuntime(undefined);
      serve(new Koa().use(new Router().post('/login', refuse(401)).routes()));
      const { answer, events } = await see('/login', { body: FORM });
      expect([answer.status, events]).to.deep.equal([401, []]);
    });

    it('puts everything back, and patches again when it is enabled again', () => {
      const createContext: unknown = Reflect.get(Koa.prototype, 'createContext');
      instrumentation.disable();
      expect(Reflect.get(Koa.prototype, 'createContext')).to.not.equal(createContext);
      const states = instrumentation.report().map(({ state }) => state);
      expect(states).to.include('undone').and.not.include('applied');
      instrumentation.enable();
      expect(instrumentation.report().some(({ state }) => state === 'applied')).to.equal(true);
    });
  });
}
