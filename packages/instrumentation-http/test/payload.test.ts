/** What a server without a framework shows of a login once its payload is seen. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { type Seen, underTracing } from '../../instrumentation/test/traced-application.ts';

type Answering = (body: string, response: ServerResponse) => void;

describe('payload that no framework parses', () => {
  const application = underTracing({ from: import.meta.url, instrumentations: () => [] });
  let answer: Answering;

  const bare: RequestListener = (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      answer(Buffer.concat(chunks).toString(), response);
    });
  };

  function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Seen> {
    return application.see(bare, path, { method: 'POST', body, headers });
  }

  it('names the user of a login, refused or not', async () => {
    answer = (_body, response) => response.writeHead(401).end('{"error":"Invalid credentials"}');
    const refused = await post('/login', { email: 'Eve@Example.com', password: 'x' });
    expect(refused.events).to.deep.equal(['authn_login_fail']);
    expect(refused.told[0]?.attributes['user.id']).to.equal('eve@example.com');
    answer = (_body, response) => response.end(JSON.stringify({ token: 'abc' }));
    const accepted = await post('/login', { email: 'eve@example.com', password: 'y' });
    expect(accepted.events).to.deep.equal(['authn_login_success']);
  });

  it('reads forms, and answers that say no with 200', async () => {
    answer = (_body, response) => response.end('{"ok":false,"message":"Wrong password"}');
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const { events, told } = await post('/session', 'username=eve&password=x', form);
    expect(events).to.deep.equal(['authn_login_fail']);
    expect(told[0]?.attributes['user.id']).to.equal('eve');
  });

  it('leaves the application what it gets, whatever comes', async () => {
    const gotten: string[] = [];
    answer = (body, response) => {
      gotten.push(body);
      response.end(Buffer.from([0xff, 0x00]));
    };
    const bodies = ['{"a":', '', 'x'.repeat(70_000), '[1]', '"text"', 'null'];
    const json = { 'content-type': 'application/json' };
    for (const body of bodies) await post('/orders', body, json);
    expect(gotten).to.deep.equal(bodies);
  });

  it('does not inflate what came compressed', async () => {
    answer = (_body, response) => response.writeHead(401).end();
    const body = gzipSync('{"email":"eve@example.com","password":"x"}').toString('latin1');
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const { told } = await post('/login', body, headers);
    expect(told[0]?.attributes).to.not.have.property('user.id');
  });
});
