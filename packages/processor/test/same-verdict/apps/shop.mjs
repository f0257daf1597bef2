/**
 * A shop that answers as each request asks it to, so that two processes of it, under two instrumentations, are
 * the same application: `shop.mjs <requests.json>`. Connections are made up, so that anybody may call from
 * anywhere; all behind them is Node's own server. When all are answered it ends.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { duplexPair } from 'node:stream';
import { text } from 'node:stream/consumers';
import { context } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import express from 'express';

const app = express();
app.use(express.json());
app.use(express.urlencoded({ extended: false }));

function answer(request, response) {
  const {
    status,
    headers = {},
    json,
    html,
    user,
  } = JSON.parse(Buffer.from(request.headers['x-answer'], 'base64url').toString('utf8'));
  if (user !== undefined) {
    request.user = { id: user };
    // What a careful team does by hand: the active span may be one of the framework's own.
    getRPCMetadata(context.active())?.span.setAttribute('enduser.id', user);
  }
  response.status(status).set(headers);
  if (json !== undefined) response.json(json);
  else if (html !== undefined) response.type('html').send(html);
  else response.end();
}

for (const path of ['/', '/search', '/admin', '/orders/:id']) app.get(path, answer);
for (const path of ['/login', '/oauth/token', '/orders', '/sessions']) app.post(path, answer);
app.get('/login', answer);
app.use(answer);

const server = createServer(app);

/** One request on a connection of its own; resolves when it is closed. */
async function ask({ head, body, peer }) {
  const [client, socket] = duplexPair();
  Object.assign(socket, { remoteAddress: peer, remotePort: 40_000 });
  server.emit('connection', socket);
  client.end(`${head}\r\n\r\n${body}`);
  await text(client);
}

for (const request of JSON.parse(readFileSync(process.argv[2], 'utf8'))) await ask(request);
