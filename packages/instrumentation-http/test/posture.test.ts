/** What a span says of how its request and answer were protected, however the answer was given. */
import { once } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { RequestOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { expect } from 'chai';
import { underTracing, until } from '../../instrumentation/test/traced-application.ts';

describe('the posture of an answer', () => {
  const application = underTracing({ from: import.meta.url, instrumentations: () => [] });

  const given: Record<string, RequestListener> = {
    'one by one': (_request, response) => {
      response.setHeader('Strict-Transport-Security', 'max-age=60');
      response.setHeader('Set-Cookie', ['a=b; Secure; HttpOnly', 'c=d; Secure; HttpOnly']);
      response.setHeader('Content-Length', 5);
      response.end('hello');
    },
    'with the head': (_request, response) => {
      response.writeHead(200, {
        'strict-transport-security': 'max-age=60',
        'Set-Cookie': ['a=b; Secure; HttpOnly', 'c=d; Secure; HttpOnly'],
        'content-length': 5,
      });
      response.end('hello');
    },
  };
  for (const [how, listener] of Object.entries(given)) {
    it(`is read of headers given ${how}`, async () => {
      const { attributes, told } = await application.see(listener, '/');
      expect(attributes).to.deep.include({
        'security.posture': ['hsts', 'cookie_cross_site'],
        'http.response.header.strict-transport-security': ['max-age=60'],
        'http.response.body.size': 5,
      });
      expect(attributes).to.not.have.any.keys('tls.protocol.version', 'http.request.body.size');
      expect(told).to.deep.equal([]);
    });
  }

  it('is nothing where nothing was sent but what Node sends', async () => {
    const { attributes } = await application.see((_request, response) => response.end('x'), '/');
    expect(attributes['security.posture']).to.deep.equal([]);
  });

  it('tells an origin that is allowed because it asked', async () => {
    const echo: RequestListener = (request, response) => {
      response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? 'null');
      response.setHeader('Access-Control-Allow-Credentials', 'true').end();
    };
    const asked = async (origin: string) => {
      const { attributes } = await application.see(echo, '/', { headers: { origin } });
      expect(attributes['security.posture']).to.deep.equal(['cors_echoed', 'cors_credentials']);
      return attributes['http.response.header.access-control-allow-origin'];
    };
    expect(await asked('https://a.example')).to.deep.equal(['https://a.example']);
    expect(await asked('https://a.example\u0085\u009b31m'), 'harmful').to.equal(undefined);
  });

  it('says that credentials came, and not which', async () => {
    const { attributes } = await application.see((_request, response) => response.end(), '/', {
      headers: { authorization: 'Bearer hunter2', cookie: 'lang=de; connect.sid=hunter2' },
    });
    expect(attributes).to.deep.include({
      'http.request.header.authorization': ['[seen]'],
      'http.request.header.cookie': ['[seen]'],
    });
    const other = await application.see((_request, response) => response.end(), '/', {
      headers: { cookie: 'lang=de' },
    });
    expect(other.attributes).to.not.have.property('http.request.header.cookie');
  });

  it('tells no length of a body that is not sent', async () => {
    const headers = { 'content-length': '5' };
    const head = await application.see(
      (_request, response) => response.writeHead(200, headers).end(),
      '/',
      { method: 'HEAD' },
    );
    expect(head.attributes).to.not.have.property('http.response.body.size');
  });

  it('tells of a failure that shows its stack, at a server without a framework', async () => {
    const fails: RequestListener = (_request, response) => {
      response.writeHead(500).end('Error: x\n    at go (/app/server.js:1:2)');
    };
    const { attributes } = await application.see(fails, '/');
    expect(attributes['security.posture']).to.deep.equal(['stack_trace']);
  });

  it('names the version of TLS', async () => {
    // With a shared key there is no certificate to make.
    const shared = { ciphers: 'PSK-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const;
    const psk = Buffer.alloc(16, 1);
    const https = createRequire(import.meta.url)('node:https') as typeof import('node:https');
    const server = https.createServer({ ...shared, pskCallback: () => psk }, (_request, response) =>
      response.end(),
    );
    server.listen(0);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const options: RequestOptions & ConnectionOptions = {
      ...shared,
      port,
      agent: false,
      checkServerIdentity: () => undefined,
      pskCallback: () => ({ psk, identity: 'test' }),
    };
    const request = https.get(options);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    await until(() => application.spans().length > 0);
    server.close();
    expect(application.spans()[0]?.attributes).to.include({
      'tls.protocol.version': '1.2',
      'url.scheme': 'https',
    });
  });
});
