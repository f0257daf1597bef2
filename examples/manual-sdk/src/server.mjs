/** A small API on Node's own server: one login that nobody passes, one order, one careless note. */
import { createServer } from 'node:http';
import { trace } from '@opentelemetry/api';

const routes = {
  'GET /orders/7': () => [200, { id: '7' }],
  'POST /login': () => [401, { error: 'wrong password' }],
  // Careless on purpose: the note becomes an attribute as it is, and Spanguard masks what is secret in it.
  'POST /note': (body) => {
    trace.getActiveSpan()?.setAttribute('app.note', body);
    return [204];
  },
};

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const { pathname } = new URL(request.url, 'http://localhost');
  const route = routes[`${request.method} ${pathname}`] ?? (() => [404]);
  const [status, answer] = route(body);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(answer === undefined ? undefined : JSON.stringify(answer));
});
server.listen(Number(process.env.PORT ?? 3001), '127.0.0.1', () => {
  console.log(`listening ${server.address().port}`);
});
