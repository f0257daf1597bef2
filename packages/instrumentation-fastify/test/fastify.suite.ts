/** What the instrumentation must see of Fastify, whichever version is loaded. */
import { Readable } from 'node:stream';
import {
  type RequestSecurity,
  type SecurityInstrumentation,
  securityOf,
  setSecurityRuntime,
} from '@spanguard/instrumentation';
import { expect } from 'chai';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import {
  type Asking,
  type Loading,
  type Seen,
  ask,
  underTracing,
} from '../../instrumentation/test/traced-application.ts';
import { createFastifyInstrumentation } from '../src/index.ts';

type Fastify = (options?: FastifyServerOptions) => FastifyInstance;

const FORM = { email: 'Eve@x.io ', password: 'hunter2' };

const sayOk = (): Promise<string> => Promise.resolve('ok');
const refuse =
  (status: number) =>
  (_request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    reply.code(status).send({ error: 'no' });

/** `alias` names the Fastify under test, where not the installed one. */
export function testFastify({ alias, loading }: { alias?: string; loading: Loading }): void {
  describe(`createFastifyInstrumentation: ${alias ?? 'fastify'}, by ${loading}`, () => {
    let instrumentation: SecurityInstrumentation;
    const application = underTracing({
      from: import.meta.url,
      instrumentations: () => [(instrumentation = createFastifyInstrumentation())],
      libraries: alias === undefined ? {} : { fastify: alias },
      loading,
    });
    let fastify: Fastify;
    let app: FastifyInstance;

    before(async () => {
      fastify = await application.loadDefault('fastify');
    });

    beforeEach(() => {
      app = fastify();
    });

    afterEach(() => app.close());

    async function see(path: string, asking?: Asking): Promise<Seen> {
      await app.ready();
      return application.see(app.server, path, asking);
    }

    const routeOf = async (path: string, asking?: Asking): Promise<unknown> =>
      (await see(path, asking)).route;

    it('makes one span a request, named after its route', async () => {
      app.get('/users/:id', sayOk);
      const { name, route, answer } = await see('/users/42?x=1');
      expect([name, route, answer.text]).to.deep.equal(['GET /users/:id', '/users/:id', 'ok']);
      expect(await routeOf('/users/%C3%A4', { method: 'HEAD' })).to.equal('/users/:id');
    });

    it('tells the prefixes of plugins, wildcards and expressions', async () => {
      await app.register(
        async (outer) => {
          outer.get('/', sayOk);
          await outer.register(
            (inner, _options, done) => {
              inner.get('/orders/:order', sayOk);
              inner.get('/files/*', sayOk);
              inner.get('/at/:hour(^\\d+)h', sayOk);
              done();
            },
            { prefix: '/tenants/:tenant' },
          );
        },
        { prefix: '/api' },
      );
      for (const [path, route] of [
        ['/api/tenants/7/orders/9', '/api/tenants/:tenant/orders/:order'],
        ['/api/tenants/7/files/a/b', '/api/tenants/:tenant/files/*'],
        ['/api/tenants/7/at/12h', '/api/tenants/:tenant/at/:hour(^\\d+)h'],
      ] as const) {
        expect(await routeOf(path), path).to.equal(route);
      }
    });

    it('has no route for what no route answered', async () => {
      app.post('/x', sayOk);
      await app.register(
        (plugin, _options, done) => {
          plugin.setNotFoundHandler((_request, reply) => reply.code(404).send('own'));
          done();
        },
        { prefix: '/api' },
      );
      for (const path of ['/nothing', '/x', '/api/nothing']) {
        const { answer, route } = await see(path);
        expect([answer.status, route], path).to.deep.equal([404, undefined]);
      }
    });

    it('keeps the route where a hook answers before the handler, and where the handler finds nothing', async () => {
      await app.register((plugin, _options, done) => {
        plugin.addHook('onRequest', async (_request, reply) => {
          await reply.code(401).send({ error: 'no' });
        });
        plugin.get('/early/:x', sayOk);
        done();
      });
      app.get(
        '/guarded/:x',
        { preHandler: async (_request, reply) => reply.code(403).send() },
        sayOk,
      );
      app.get('/gone/:x', (_request, reply) => {
        reply.callNotFound();
      });
      const early = await see('/early/1');
      expect([early.answer.status, early.route]).to.deep.equal([401, '/early/:x']);
      const guarded = await see('/guarded/1');
      expect([guarded.route, guarded.events]).to.deep.equal(['/guarded/:x', ['authz_fail']]);
      expect(await routeOf('/gone/1')).to.equal('/gone/:x');
    });

    it('shows the masked payload of a login, and nothing of an ordinary request', async () => {
      app.post('/login', refuse(401));
      app.post('/notes', sayOk);
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

    it('finds the token a login returned, whatever the hooks of the application make of it', async () => {
      app.addHook('preSerialization', (_request, _reply, _payload, done) => {
        done(null, { wrapped: true });
      });
      app.post('/session', () => Promise.resolve({ token: 'secret' }));
      const { answer, events } = await see('/session', { body: FORM });
      expect([answer.text, events]).to.deep.equal(['{"wrapped":true}', ['authn_login_success']]);
    });

    it('tells what a schema refused, by part and rule', async () => {
      const body = { type: 'object', required: ['age'], properties: { age: { type: 'integer' } } };
      let record: RequestSecurity | undefined;
      app.addHook('onRequest', (request, _reply, done) => {
        record = securityOf(request.raw);
        done();
      });
      app.post('/strict', { schema: { body } }, sayOk);
      app.post('/waits', { schema: { body }, attachValidation: true }, refuse(400));
      app.get(
        '/asks/:id',
        { schema: { params: { type: 'object', properties: { id: { type: 'integer' } } } } },
        sayOk,
      );
      for (const [path, asking, part, rule] of [
        ['/strict', { body: {} }, 'body', 'required'],
        ['/waits', { body: { age: 'old' } }, 'body', 'type'],
        ['/asks/x', {}, 'params', 'type'],
        [
          '/strict',
          { body: '{broken', headers: { 'content-type': 'application/json' } },
          'body',
          'malformed',
        ],
      ] as const) {
        const { answer, events } = await see(path, asking);
        expect([answer.status, events], path).to.deep.equal([400, ['input_validation_fail']]);
        expect(record?.refusedInput, path).to.deep.equal({ part, rule });
      }
    });

    it('takes the user that a plugin put on the request, or in its session', async () => {
      app.decorateRequest('user', null);
      app.decorateRequest('session', null);
      app.addHook('onRequest', (request, _reply, done) => {
        const user = { id: 17, roles: ['clerk', 3] };
        Object.assign(request, request.url === '/own' ? { user } : { session: { user } });
        done();
      });
      app.get('/own', refuse(403));
      app.get('/session', refuse(403));
      for (const path of ['/own', '/session']) {
        const { events, user, roles } = await see(path);
        expect([events, user, roles], path).to.deep.equal([['authz_fail'], '17', ['clerk']]);
      }
    });

    it('believes the proxies that the application believes', async () => {
      const headers = { 'x-forwarded-for': '6.6.6.6, 203.0.113.9' };
      for (const [trustProxy, address, source] of [
        [undefined, '203.0.113.9', 'x-forwarded-for'],
        [true, '6.6.6.6', 'framework'],
        ['127.0.0.1', '203.0.113.9', 'framework'],
        ['10.0.0.1', '127.0.0.1', 'framework'],
      ] as const) {
        app = fastify(trustProxy === undefined ? {} : { trustProxy });
        app.get('/', refuse(403));
        const { attributes, told } = await see('/', { headers });
        const found = [attributes['client.address'], attributes['security.client.address.source']];
        expect(found, String(trustProxy)).to.deep.equal([address, source]);
        expect(told[0]?.attributes['client.address']).to.equal(address);
        await app.close();
      }
    });

    it('leaves streams, hijacked answers and upgrades as they are', async () => {
      app.get('/stream/:x', (_request, reply) => reply.send(Readable.from(['a', 'b'])));
      app.get('/own/:x', (_request, reply) => {
        reply.hijack();
        reply.raw.writeHead(403, { 'x-own': '1' });
        reply.raw.end('own');
      });
      app.server.on('upgrade', (_request, socket) => {
        socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n');
      });
      expect((await see('/stream/1')).answer.text).to.equal('ab');
      const own = await see('/own/1');
      expect([own.answer.text, own.route, own.events]).to.deep.equal([
        'own',
        '/own/:x',
        ['authz_fail'],
      ]);
    });

    it('lets a test inject requests without a server', async () => {
      app.post('/login', refuse(401));
      const answer = await app.inject({ method: 'POST', url: '/login', payload: FORM });
      expect([answer.statusCode, answer.body]).to.deep.equal([401, '{"error":"no"}']);
      expect(application.recording.events).to.deep.equal([]);
    });

    it('keeps the route whose handler failed', async () => {
      app.get('/boom/:x', () => Promise.reject(new Error('application')));
      app.setErrorHandler((_error, _request, reply) => reply.code(500).send('page'));
      const { answer, route } = await see('/boom/1');
      expect([answer.status, answer.text, route]).to.deep.equal([500, 'page', '/boom/:x']);
    });

    it('answers byte for byte as without it', async () => {
      const transcript = async (): Promise<unknown[]> => {
        app = fastify();
        const body = { type: 'object', required: ['email'] };
        app.get('/json', () => Promise.resolve({ a: [1, null, 'ä'] }));
        app.get('/text', sayOk);
        app.get('/empty', (_request, reply) => reply.code(204).send());
        app.get('/nothing', (_request, reply) => reply.send(null));
        app.get('/bytes', (_request, reply) => reply.send(Buffer.from('x')));
        app.get('/stream', (_request, reply) => reply.send(Readable.from(['x'])));
        app.get('/boom', () => Promise.reject(new Error('application')));
        app.get('/custom', (_request, reply) =>
          reply
            .type('application/x+json')
            .serializer((value: unknown) => `<${JSON.stringify(value)}>`)
            .send({ a: 1 }),
        );
        app.post('/echo', { schema: { body } }, (request) => Promise.resolve(request.body));
        await app.ready();
        const port = await application.portOf(app.server);
        const answers: unknown[] = [];
        const gets = [
          '/json',
          '/text',
          '/empty',
          '/nothing',
          '/bytes',
          '/stream',
          '/boom',
          '/custom',
          '/none',
        ];
        for (const [path, asking] of [
          ...gets.map((each) => [each, {}]),
          ['/json', { method: 'HEAD' }],
          ['/json', { method: 'OPTIONS' }],
          ['/echo', { body: FORM }],
          ['/echo', { body: { a: 1 } }],
          ['/echo', { body: '{broken', headers: { 'content-type': 'application/json' } }],
          ['/echo', { body: 'a', headers: { 'content-type': 'image/png' } }],
        ] as [string, Asking][]) {
          const answer = await ask(port, path, asking);
          const { date: _date, ...headers } = answer.headers;
          answers.push({ path, ...answer, headers: Object.entries(headers) });
        }
        await app.close();
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

    it('watches several instances, and none that is made while it is disabled', async () => {
      const other = fastify();
      other.get('/other', refuse(403));
      app.get('/this', refuse(403));
      expect(await routeOf('/this')).to.equal('/this');
      await other.ready();
      expect((await application.see(other.server, '/other')).route).to.equal('/other');
      await other.close();
      instrumentation.disable();
      expect(instrumentation.report().map(({ state }) => state)).to.deep.equal(['undone']);
      app = fastify();
      app.get('/this', refuse(403));
      expect(await routeOf('/this')).to.equal(undefined);
      instrumentation.enable();
    });

    it('does nothing without a runtime', async () => {
      setSecurityRuntime(undefined);
      app.post('/login', refuse(401));
      const { answer, events } = await see('/login', { body: FORM });
      expect([answer.text, events]).to.deep.equal(['{"error":"no"}', []]);
    });
  });
}
