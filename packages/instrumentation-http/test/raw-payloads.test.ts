/** Payloads at a server whose framework nobody observes. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { resetHookHealth, setSecurityRuntime } from '@spanguard/instrumentation';
import { expect } from 'chai';
import { type Recording, recordingRuntime } from '../../instrumentation/test/recording-runtime.ts';
import {
  type Tracing,
  close,
  listen,
  startTracing,
  until,
} from '../../instrumentation/test/traced-server.ts';
import { createHttpInstrumentation } from '../src/index.ts';
import { heldBytesMax } from '../src/raw-payloads.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };
const LOGIN = JSON.stringify({ email: 'Jos\u00e9@example.com', password: 'x' });

describe('a payload that no framework read', () => {
  let tracing: Tracing;
  let recording: Recording;
  let instrumentation: { disable(): void };
  let server: Server;
  let port: number;
  let answer: (response: ServerResponse, body: string, request: IncomingMessage) => void;

  before(async () => {
    tracing = startTracing();
    instrumentation = createHttpInstrumentation({ disableOutgoingRequestInstrumentation: true });
    const http = createRequire(import.meta.url)('node:http') as typeof import('node:http');
    server = http.createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (text: string) => (body += text));
      request.on('end', () => answer(response, body, request));
    });
    port = await listen(server);
  });

  after(async () => {
    await close(server);
    instrumentation.disable();
    tracing.stop();
  });

  beforeEach(() => {
    tracing.reset();
    resetHookHealth();
    recording = recordingRuntime();
    setSecurityRuntime(recording.runtime);
    answer = (response) => response.writeHead(401).end();
  });

  afterEach(() => {
    setSecurityRuntime(undefined);
    expect(recording.internalErrors).to.deep.equal([]);
  });

  async function tells(init: RequestInit, expected: [string?, string?]): Promise<Response> {
    const before = tracing.spans().length;
    recording.events.length = 0;
    const sent = { method: 'POST', ...init };
    const response = await fetch(`http://127.0.0.1:${port}/api/enter`, sent);
    await response.clone().arrayBuffer();
    await until(() => tracing.spans().length > before);
    const told = recording.events.map(({ name, attributes }) => [
      name.replace('security.', ''),
      attributes['user.id'],
    ]);
    expect(told).to.deep.equal(expected.length === 0 ? [] : [expected]);
    return response;
  }

  it('tells who tried to log in, by JSON and by form', async () => {
    const named: [string, string] = ['authn_login_fail', 'jos\u00e9@example.com'];
    await tells({ headers: JSON_TYPE, body: LOGIN }, named);
    const form = new URLSearchParams({ 'user[email]': 'Jos\u00e9@example.com', password: 'x' });
    await tells({ headers: FORM_TYPE, body: form.toString() }, named);
  });

  it('puts together what comes in pieces, characters cut in two as well', async () => {
    const bytes = Buffer.from(LOGIN);
    const cut = bytes.indexOf(0xc3) + 1;
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.subarray(0, cut));
        controller.enqueue(bytes.subarray(cut));
        controller.close();
      },
    });
    const streamed = { headers: JSON_TYPE, body, duplex: 'half' } as RequestInit;
    await tells(streamed, ['authn_login_fail', 'jos\u00e9@example.com']);
  });

  it('reads what was answered, unless it was compressed', async () => {
    const token = JSON.stringify({ token: 'secret' });
    answer = (response) => response.setHeader('content-type', 'application/json').end(token);
    await tells({ headers: JSON_TYPE, body: LOGIN }, [
      'authn_login_success',
      'jos\u00e9@example.com',
    ]);
    answer = (response) => {
      response.setHeader('content-type', 'application/json');
      response.write(token.slice(0, 4));
      response.end(Buffer.from(token.slice(4)).toString('base64'), 'base64');
    };
    await tells({ headers: JSON_TYPE, body: LOGIN }, [
      'authn_login_success',
      'jos\u00e9@example.com',
    ]);
    answer = (response) => {
      response.setHeader('content-encoding', 'gzip').end(gzipSync(token));
    };
    await tells({ headers: JSON_TYPE, body: LOGIN }, []);
  });

  it('leaves alone what is too long, compressed, of another type, or no JSON', async () => {
    const long = JSON.stringify({ email: 'e', password: 'x'.repeat(heldBytesMax) });
    await tells({ headers: JSON_TYPE, body: long }, []);
    await tells(
      { headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: gzipSync(LOGIN) },
      [],
    );
    await tells({ headers: { 'content-type': 'text/plain' }, body: LOGIN }, []);
    await tells({ headers: JSON_TYPE, body: '{"email":' }, []);
  });

  it('changes nothing of what the application reads and writes', async () => {
    answer = (response, body, request) => {
      const own = Object.keys(request).concat(Object.keys(response));
      response.end(`${body.length} ${own.some((name) => ['push', 'write', 'end'].includes(name))}`);
    };
    const response = await tells({ headers: JSON_TYPE, body: LOGIN }, []);
    expect(await response.text()).to.equal(`${LOGIN.length} false`);
  });
});
