/** What the instrumentation must see of Express, whichever version is loaded. */
import { hookHealth, setSecurityRuntime } from '@spanguard/instrumentation';
import { expect } from 'chai';
import type express from 'express';
import {
  type Library,
  type Seen,
  type Asking,
  underTracing,
} from '../../instrumentation/test/traced-application.ts';
import { createExpressInstrumentation } from '../src/index.ts';

type Express = typeof express;

function fail(): never {
  throw new Error('ours');
}

const sayOk: express.RequestHandler = (_request, response) => {
  response.send('ok');
};

const refuse: express.RequestHandler = (_request, response) => {
  response.status(403).end();
};

const passOn: express.RequestHandler = (_request, _response, next) => {
  next();
};

const leaveRoute: express.RequestHandler = (_request, _response, next) => {
  next('route');
};

const showPage: express.ErrorRequestHandler = (_error, _request, response, _next) => {
  response.status(500).send('page');
};

/** `libraries` names the Express under test where it is not the installed one. */
export function testExpress(version: string, libraries: Readonly<Record<string, Library>>): void {
  describe(`createExpressInstrumentation with Express ${version}`, () => {
    const application = underTracing({
      from: import.meta.url,
      libraries,
      instrumentations: () => [createExpressInstrumentation()],
    });
    let load: Express;

    before(async () => {
      load = await application.load<Express>('express');
    });

    const see = (app: express.Express, path: string, asking?: Asking): Promise<Seen> =>
      application.see(app, path, asking);

    async function routeOf(app: express.Express, path: string, method = 'GET'): Promise<unknown> {
      return (await see(app, path, { method })).attributes['http.route'];
    }

    it('applies every declared patch of the loaded version', () => {
      const states = application.report().map(({ state }) => state);
      expect(states.filter((state) => state === 'applied')).to.have.length(5);
      expect(states).to.not.include.members(['missing']).and.not.include.members(['failed']);
    });

    it('makes one span a request, named after its route', async () => {
      const app = load();
      app.use(load.json(), (_request, _response, next) => {
        next();
      });
      app.get('/users/:id', (_request, response) => {
        response.send('ok');
      });
      const { name, attributes, answer } = await see(app, '/users/42?x=1');
      expect([name, attributes['http.route'], answer.text]).to.deep.equal([
        'GET /users/:id',
        '/users/:id',
        'ok',
      ]);
    });

    it('joins the patterns of mounted routers and applications, parameters unfilled', async () => {
      const orders = load.Router({ mergeParams: true });
      orders.get('/', (_request, response) => {
        response.send('list');
      });
      orders.get('/:order', (_request, response) => {
        response.send('one');
      });
      const tenant = load.Router();
      tenant.use('/tenants/:tenant/orders', orders);
      const admin = load();
      admin.get('/stats', (_request, response) => {
        response.send('stats');
      });
      const app = load();
      app.use('/api', tenant);
      app.use('/admin', admin);
      app.get('/', (_request, response) => {
        response.send('root');
      });
      expect(await routeOf(app, '/api/tenants/7/orders/9')).to.equal(
        '/api/tenants/:tenant/orders/:order',
      );
      expect(await routeOf(app, '/api/tenants/7/orders')).to.equal('/api/tenants/:tenant/orders');
      expect(await routeOf(app, '/admin/stats')).to.equal('/admin/stats');
      expect(await routeOf(app, '/')).to.equal('/');
    });

    it('has no route for what no route answered', async () => {
      const router = load.Router();
      router.get('/passed', passOn);
      router.get('/left', leaveRoute);
      const app = load();
      app.use('/api', router);
      app.get('/after/:x', (_request, response) => {
        response.send('after');
      });
      expect(await routeOf(app, '/nothing')).to.equal(undefined);
      expect(await routeOf(app, '/api/passed')).to.equal(undefined);
      expect(await routeOf(app, '/api/left')).to.equal(undefined);
      expect(await routeOf(app, '/after/1', 'POST')).to.equal(undefined);
      expect(await routeOf(app, '/after/1')).to.equal('/after/:x');
    });

    it('leaves a mount behind when its router passed the request on', async () => {
      const app = load();
      app.use('/api', load.Router());
      app.get('/api/late', (_request, response) => {
        response.send('late');
      });
      expect(await routeOf(app, '/api/late')).to.equal('/api/late');
    });

    it('keeps the route whose handler failed, and the error page of the application', async () => {
      const app = load();
      app.get('/boom/:x', () => {
        throw new Error('application');
      });
      app.get('/later', (_request, _response, next) => {
        setImmediate(() => {
          next(new Error('application'));
        });
      });
      app.use(showPage);
      const { answer, attributes } = await see(app, '/boom/1');
      expect([answer.status, answer.text, attributes['http.route']]).to.deep.equal([
        500,
        'page',
        '/boom/:x',
      ]);
      expect(await routeOf(app, '/later')).to.equal('/later');
    });

    it('writes patterns of expressions and alternatives', async () => {
      const app = load();
      app.get(/^\/v\d+$/u, sayOk);
      app.get(['/a', '/b'], sayOk);
      const router = load.Router();
      router.get('/x', sayOk);
      app.use(['/one', '/two'], router);
      expect(await routeOf(app, '/v12')).to.equal(String(/^\/v\d+$/u));
      expect(await routeOf(app, '/b')).to.equal('(/a|/b)');
      expect(await routeOf(app, '/two/x')).to.equal('(/one|/two)/x');
    });

    it('shows the masked payload of a login, and nothing of an ordinary request', async () => {
      const app = load();
      app.use(load.json());
      app.post('/login', (_request, response) => {
        response.status(401).json({ error: 'no', token: 'abc' });
      });
      app.post('/notes', (_request, response) => {
        response.json({ ok: true });
      });
      const login = await see(app, '/login', { body: { email: 'Eve@x.io ', password: 'hunter2' } });
      expect(login.attributes).to.include({
        'http.request.body.content': '{"email":"Eve@x.io ","password":"***"}',
        'http.response.body.content': '{"error":"no","token":"***"}',
        'http.route': '/login',
        'user.id': 'eve@x.io',
        'security.authn.outcome': 'failure',
      });
      expect(login.events).to.deep.equal(['authn_login_fail']);
      const note = await see(app, '/notes', { body: { text: 'hi' } });
      expect(note.attributes).to.not.have.any.keys(
        'http.request.body.content',
        'http.response.body.content',
      );
    });

    it('finds the body where the route parses it, and the token a login returned', async () => {
      const app = load();
      app.post('/session', load.json(), (_request, response) => {
        response.json({ data: { accessToken: 'secret' } });
      });
      const { events, attributes } = await see(app, '/session', { body: { username: 'bob' } });
      expect(events).to.deep.equal(['authn_login_success']);
      expect(attributes['user.id']).to.equal('bob');
    });

    it('recognises an attack in the parsed body, once', async () => {
      const app = load();
      app.use(load.json());
      app.post('/search', (_request, response) => {
        response.json([]);
      });
      const { events } = await see(app, '/search', { body: { q: "1' OR '1'='1" } });
      expect(events).to.deep.equal(['malicious_sqli']);
      expect(application.recording.events[0]?.attributes).to.include({
        'security.indicator.place': 'body',
        'http.route': '/search',
      });
    });

    it('holds a long response as valid JSON where it can', async () => {
      const app = load();
      app.get('/long', (_request, response) => {
        response.status(400).json({ list: Array.from({ length: 2000 }, (_, i) => `entry ${i}`) });
      });
      const { attributes, answer } = await see(app, '/long');
      expect(JSON.parse(answer.text)).to.have.property('list').with.length(2000);
      const shown = String(attributes['http.response.body.content']);
      expect(Buffer.byteLength(shown)).to.be.at.most(4096);
      expect(shown).to.match(/^\{"list":\["entry 0".*truncated/u);
    });

    it('lets the application decide whom to trust, where it decided', async () => {
      const cases: [unknown, string, string][] = [
        [undefined, '203.0.113.9', 'x-forwarded-for'],
        [false, '127.0.0.1', 'framework'],
        [1, '203.0.113.9', 'framework'],
        [2, '6.6.6.6', 'framework'],
        [true, '6.6.6.6', 'framework'],
        ['loopback', '203.0.113.9', 'framework'],
      ];
      for (const [setting, address, source] of cases) {
        const app = load();
        if (setting !== undefined) app.set('trust proxy', setting);
        app.get('/', refuse);
        const headers = { 'x-forwarded-for': '6.6.6.6, 203.0.113.9' };
        const { attributes } = await see(app, '/', { headers });
        const found = [attributes['client.address'], attributes['security.client.address.source']];
        expect(found, String(setting)).to.deep.equal([address, source]);
        expect(application.recording.events[0]?.attributes['client.address']).to.equal(address);
      }
    });

    it('takes the user the application put on the request', async () => {
      const app = load();
      app.use((request, _response, next) => {
        Object.assign(request, { user: { id: 17 } });
        next();
      });
      app.get('/admin', (_request, response) => {
        response.status(403).end();
      });
      const { events, attributes } = await see(app, '/admin');
      expect(events).to.deep.equal(['authz_fail']);
      expect(attributes['user.id']).to.equal('17');
    });

    it('keeps what the patched functions look like', () => {
      expect(load.response.json).to.have.property('length', 1);
      expect(load.application).to.have.property('handle').with.property('length', 3);
      const router = load.Router();
      router.use('/x', sayOk);
      expect(router.stack[0]?.handle).to.equal(sayOk);
    });

    it('never lets its own errors reach the application', async () => {
      setSecurityRuntime({
        ...application.recording.runtime,
        mask: { text: fail, target: fail, attribute: fail },
        recognise: { target: fail, body: fail, headers: fail, userAgent: fail },
      });
      const app = load();
      app.use(load.json());
      app.post('/login', (request, response) => {
        response.status(401).json(request.body);
      });
      const { answer } = await see(app, '/login', { body: { a: 1 } });
      expect(answer).to.include({ status: 401, text: '{"a":1}' });
      expect(hookHealth().some(({ errors }) => errors > 0)).to.equal(true);
      application.recording.internalErrors.length = 0;
    });

    it('does nothing without a runtime', async () => {
      setSecurityRuntime(undefined);
      const app = load();
      app.use(load.json());
      app.post('/login', (request, response) => {
        response.status(401).json(request.body);
      });
      const { answer, events } = await see(app, '/login', { body: { a: 1 } });
      expect(answer.text).to.equal('{"a":1}');
      expect(events).to.deep.equal([]);
    });

    it('puts everything back, and patches again when it is enabled again', () => {
      const json = load.response.json;
      const states = (): string[] => application.report().map(({ state }) => state);
      application.disable();
      expect(load.response.json).to.not.equal(json);
      expect(states().filter((state) => state === 'undone')).to.have.length(5);
      expect(states()).to.not.include('applied');
      application.enable();
      expect(states().filter((state) => state === 'applied')).to.have.length(5);
    });
  });
}
