/** What the instrumentation must see of Hono on a Node server, whichever version of that is loaded. */
import type { RequestListener } from 'node:http';
import { type SecurityInstrumentation, setSecurityRuntime } from '@spanguard/instrumentation';
import { expect } from 'chai';
import type { Context, Handler, Hono, MiddlewareHandler } from 'hono';
import {
  type Asking,
  type Loading,
  type Seen,
  ask,
  underTracing,
} from '../../instrumentation/test/traced-application.ts';
import { createHonoInstrumentation } from '../src/index.ts';

type Fetch = (request: Request, env?: object) => Response | Promise<Response>;
type HonoClass = new () => Hono<{ Variables: Record<string, unknown> }>;
type GetListener = (fetch: Fetch) => RequestListener;

const FORM = { email: 'Eve@x.io ', password: 'hunter2' };
const URL_ENCODED = { 'content-type': 'application/x-www-form-urlencoded' };

const sayOk: Handler = (c) => c.text('ok');
const passOn: MiddlewareHandler = async (_c, next) => {
  await next();
};
const refuse =
  (status: 400 | 401 | 403): MiddlewareHandler =>
  (c, _next) =>
    Promise.resolve(c.json({ error: 'no' }, status));

/** `alias` names the Node server under test, where not the installed one. */
export function testHono({ alias, loading }: { alias?: string; loading: Loading }): void {
  describe(`createHonoInstrumentation: ${alias ?? '@hono/node-server'}, by ${loading}`, () => {
    let instrumentation: SecurityInstrumentation;
    const application = underTracing({
      from: import.meta.url,
      instrumentations: () => [(instrumentation = createHonoInstrumentation())],
      // Files inside a package are patched as they load, so each suite has a copy of its own.
      libraries: alias === undefined ? {} : { hono: 'hono', '@hono/node-server': alias },
      loading,
    });
    let Hono: HonoClass;
    let getListener: GetListener;
    let basicAuth: (options: object) => MiddlewareHandler;
    let bearerAuth: (options: object) => MiddlewareHandler;
    let app: Hono<{ Variables: Record<string, unknown> }>;
    let listener: RequestListener;

    before(async () => {
      ({ Hono } = await application.load<{ Hono: HonoClass }>('hono'));
      ({ basicAuth } = await application.load<{ basicAuth: typeof basicAuth }>('hono/basic-auth'));
      ({ bearerAuth } = await application.load<{ bearerAuth: typeof bearerAuth }>(
        'hono/bearer-auth',
      ));
      ({ getRequestListener: getListener } = await application.load<{
        getRequestListener: GetListener;
      }>('@hono/node-server'));
    });

    beforeEach(() => {
      app = new Hono();
      const fetch: Fetch = (request, env) => app.fetch(request, env);
      listener = getListener(fetch);
    });

    const see = (path: string, asking?: Asking): Promise<Seen> =>
      application.see(listener, path, asking);
    const routeOf = async (path: string, asking?: Asking): Promise<unknown> =>
      (await see(path, asking)).route;

    it('applies every declared patch of the build that was loaded', () => {
      const states = instrumentation.report().map(({ state }) => state);
      expect(states.filter((state) => state === 'applied').length).to.be.at.least(6);
      expect(states).to.not.include.members(['failed', 'missing']);
    });

    it('makes one span a request, named after its route', async () => {
      app.use(passOn).get('/users/:id', sayOk);
      const { name, route, answer } = await see('/users/42?x=1');
      expect([name, route, answer.text]).to.deep.equal(['GET /users/:id', '/users/:id', 'ok']);
      expect(await routeOf('/users/%C3%A4', { method: 'HEAD' })).to.equal('/users/:id');
    });

    it('tells base paths, nested applications, expressions and what is optional', async () => {
      const orders = new Hono().get('/', sayOk).get('/:order{[0-9]+}', sayOk);
      app.route('/tenants/:tenant/orders', orders);
      app.basePath('/v2').get('/pets/:pet?', sayOk);
      app.all('/any/*', sayOk);
      for (const [path, route] of [
        ['/tenants/7/orders/9', '/tenants/:tenant/orders/:order{[0-9]+}'],
        ['/tenants/7/orders', '/tenants/:tenant/orders'],
        ['/v2/pets/1', '/v2/pets/:pet?'],
        ['/v2/pets', '/v2/pets/:pet?'],
        ['/any/thing/else', '/any/*'],
      ] as const) {
        expect(await routeOf(path), path).to.equal(route);
      }
    });

    it('has no route for what no route answered', async () => {
      app.use('*', passOn).use('/api/*', passOn).post('/x', sayOk);
      for (const path of ['/nothing', '/api/nothing', '/x']) {
        const { answer, route } = await see(path);
        expect([answer.status, route], path).to.deep.equal([404, undefined]);
      }
    });

    it('keeps the route where middleware answers before the handler', async () => {
      app.use('*', passOn).use('/api/*', refuse(401)).get('/api/users/:id', sayOk);
      app.get('/own/:x', refuse(403), sayOk);
      const early = await see('/api/users/7');
      expect([early.answer.status, early.route]).to.deep.equal([401, '/api/users/:id']);
      const own = await see('/own/1');
      expect([own.route, own.events]).to.deep.equal(['/own/:x', ['authz_fail']]);
    });

    it('says the mount where middleware answers there and no handler is behind it', async () => {
      app.use('*', passOn).use('/api/*', refuse(401)).use('/open/*', passOn, refuse(403));
      expect(await routeOf('/api/nothing')).to.equal('/api/*');
      expect(await routeOf('/open/x')).to.equal('/open/*');
      app = new Hono();
      app.use(refuse(401));
      expect(await routeOf('/anything')).to.equal(undefined);
    });

    it('tells the handler of several that has the request', async () => {
      app.get('/users/:id{[0-9]+}', (_c, next) => next()).get('/users/:name', sayOk);
      app.get('*', (_c, next) => next()).get('/late/:x', sayOk);
      app.get('/spa/*', sayOk);
      expect(await routeOf('/users/7')).to.equal('/users/:name');
      expect(await routeOf('/late/1')).to.equal('/late/:x');
      expect(await routeOf('/spa/x/y')).to.equal('/spa/*');
    });

    it('joins the routes of mounted applications', async () => {
      const inner = new Hono().get('/stats/:day', sayOk);
      const middle = new Hono().get('/x/:y', sayOk);
      middle.mount('/deep', (request, env) => inner.fetch(request, env));
      app.use('*', passOn).mount('/admin', (request, env) => middle.fetch(request, env));
      app.mount('/fetch', () => new Response('own'));
      app.get('*', sayOk);
      expect(await routeOf('/admin/x/1')).to.equal('/admin/x/:y');
      expect(await routeOf('/admin/deep/stats/1')).to.equal('/admin/deep/stats/:day');
      expect(await routeOf('/elsewhere')).to.equal('/*');
    });

    it('shows the masked payload of a login, however it is read, and nothing of others', async () => {
      const readers: Record<string, (c: Context) => Promise<unknown>> = {
        json: (c) => c.req.json(),
        parseBody: (c) => c.req.parseBody(),
        formData: (c) => c.req.formData(),
      };
      for (const [name, read] of Object.entries(readers)) {
        app = new Hono();
        app.post('/login', async (c) => {
          await read(c);
          return c.json({ error: 'no' }, 401);
        });
        const asking =
          name === 'json'
            ? { body: { email: 'Eve@x.io ', password: 'hunter2' } }
            : { body: 'email=Eve%40x.io+&password=hunter2', headers: URL_ENCODED };
        const login = await see('/login', asking);
        expect(login.attributes, name).to.include({
          'http.request.body.content': '{"email":"Eve@x.io ","password":"***"}',
          'http.response.body.content': '{"error":"no"}',
          'http.route': '/login',
          'user.id': 'eve@x.io',
          'security.authn.outcome': 'failure',
        });
        expect(login.events).to.deep.equal(['authn_login_fail']);
      }
      app = new Hono();
      app.post('/notes', async (c) => c.json(await c.req.json()));
      const note = await see('/notes', { body: { text: 'hi' } });
      expect([note.answer.text, note.attributes['http.request.body.content']]).to.deep.equal([
        '{"text":"hi"}',
        undefined,
      ]);
    });

    it('finds the token a login returned', async () => {
      app.post('/session', async (c) => {
        await c.req.json();
        return c.json({ token: 'secret' });
      });
      expect((await see('/session', { body: FORM })).events).to.deep.equal(['authn_login_success']);
    });

    it('takes the user that middleware keeps', async () => {
      const keep =
        (name: string, user: object): MiddlewareHandler =>
        async (c, next) => {
          c.set(name, user);
          await next();
        };
      app.get('/user', keep('user', { id: 17, roles: ['clerk', 3] }), refuse(403));
      app.get('/jwt', keep('jwtPayload', { sub: '17', role: 'clerk' }), refuse(403));
      for (const path of ['/user', '/jwt']) {
        const { events, user, roles } = await see(path);
        expect([events, user, roles], path).to.deep.equal([['authz_fail'], '17', ['clerk']]);
      }
    });

    it('sees what its own middleware refuses', async () => {
      app.use('/basic/*', basicAuth({ username: 'ann', password: 'right' }));
      app.use('/bearer/*', bearerAuth({ token: 'right' }));
      app.get('/basic/:x', sayOk).get('/bearer/:x', sayOk);
      const wrong = `Basic ${Buffer.from('ann:wrong').toString('base64')}`;
      const basic = await see('/basic/1', { headers: { authorization: wrong } });
      expect([basic.answer.status, basic.route, basic.events]).to.deep.equal([
        401,
        '/basic/:x',
        ['authn_login_fail'],
      ]);
      const bearer = await see('/bearer/1', { headers: { authorization: 'Bearer wrong' } });
      expect([bearer.answer.status, bearer.route]).to.deep.equal([401, '/bearer/:x']);
    });

    it('knows the request where the application passes an environment of its own', async () => {
      listener = getListener((request) => app.fetch(request, { mine: true }));
      app.use(passOn).get('/users/:id', async (c) => {
        // Requests that an application makes of itself are its own business.
        await app.request('/other/1');
        return c.text('ok');
      });
      app.get('/other/:x', sayOk);
      expect(await routeOf('/users/7')).to.equal('/users/:id');
    });

    it('answers requests that no server received', async () => {
      app.post('/login', async (c) => c.json(await c.req.json(), 401));
      const answer = await app.request('/login', { method: 'POST', body: '{"a":1}' });
      expect([answer.status, await answer.text()]).to.deep.equal([401, '{"a":1}']);
      expect(application.recording.events).to.deep.equal([]);
    });

    it('keeps the route whose handler failed', async () => {
      app.get('/boom/:x', () => {
        throw new Error('application');
      });
      app.onError((_error, c) => c.text('page', 500));
      const { answer, route } = await see('/boom/1');
      expect([answer.status, answer.text, route]).to.deep.equal([500, 'page', '/boom/:x']);
    });

    it('answers byte for byte as without it', async () => {
      const transcript = async (): Promise<unknown[]> => {
        const built = new Hono();
        built.use('*', passOn);
        built.get('/json', (c) => c.json({ a: [1, null, 'ä'] }, 200, { 'x-own': '1' }));
        built.get('/text', sayOk).get('/html', (c) => c.html('<p>x</p>'));
        built.get('/body', (c) => c.body('raw')).get('/none', (c) => c.body(null, 204));
        built.get('/response', () => new Response('own', { headers: { 'x-own': '2' } }));
        built.get('/status', (c) => {
          c.status(202);
          c.header('x-late', '1');
          return c.json({ ok: true });
        });
        built.get('/stream', () => new Response(new Blob(['x', 'y']).stream()));
        built.get('/redirect', (c) => c.redirect('/json'));
        built.post('/echo', async (c) => c.json(await c.req.json()));
        built.post('/raw', async (c) => c.text(await c.req.text()));
        built.onError((error, c) => c.text(error.name, 500));
        listener = getListener((request, env) => built.fetch(request, env));
        const port = await application.portOf(listener);
        const answers: unknown[] = [];
        const gets = [
          '/json',
          '/text',
          '/html',
          '/body',
          '/none',
          '/response',
          '/status',
          '/stream',
        ];
        for (const [path, asking] of [
          ...[...gets, '/redirect', '/nothing'].map((each) => [each, {}]),
          ['/json', { method: 'HEAD' }],
          ['/json', { method: 'OPTIONS' }],
          ['/echo', { body: FORM }],
          ['/echo', { body: '{broken' }],
          ['/raw', { body: 'as it is' }],
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
      app.post('/login', refuse(401));
      const { answer, events } = await see('/login', { body: FORM });
      expect([answer.text, events]).to.deep.equal(['{"error":"no"}', []]);
    });

    it('keeps what handlers look like', () => {
      app.get('/x', sayOk);
      expect(app.routes[0]?.handler).to.equal(sayOk);
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
