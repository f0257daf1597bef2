/**
 * Records the spans of the example shop, under the register hook, while ordinary users visit it 220 times:
 * `node --conditions=@spanguard/source packages/testkit/recordings/record-express-shop.ts`.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { users } from '../../../examples/express-shop/src/users.mjs';
import { decodeRequest, encodeRequest } from '../src/oracle/oracle.ts';
import { freePort, startProgram } from '../src/peers/running-program.ts';
import { HttpSink } from '../src/servers/http-sink.ts';

const VISITS = 220;
const SERVER = 2;
const SHOP = fileURLToPath(
  new URL('../../../examples/express-shop/src/server.mjs', import.meta.url),
);

const sink = await HttpSink.listen();
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const shop = await startProgram({
  file: process.execPath,
  args: ['--conditions=@spanguard/source', '--import', '@spanguard/register', SHOP],
  cwd: fileURLToPath(new URL('../../../examples/express-shop/', import.meta.url)),
  env: {
    PATH: process.env['PATH'],
    PORT: String(port),
    NODE_ENV: 'production',
    OTEL_SERVICE_NAME: 'express-shop',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_NODE_RESOURCE_DETECTORS: 'env',
    OTEL_BSP_SCHEDULE_DELAY: '200',
  },
  ready: async () => (await fetch(`${url}/products`)).ok,
});

/** One visit: of each ten, one logs in, one looks at all, the others look for something or at an order. */
async function visit(round: number, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const path = round % 10 < 4 ? `/orders/${1 + (round % 60)}` : '/search?q=shoes';
  if (round % 10 === 8) await fetch(`${url}/products`);
  else if (round % 10 === 9) await fetch(`${url}/admin/users`, { headers });
  else await fetch(`${url}${path}`, { headers });
}

async function login(email: string, password: string): Promise<string> {
  const answer = await fetch(`${url}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  return ((await answer.json()) as { token?: string }).token ?? '';
}

for (let round = 0, token = ''; round < VISITS; round += 1) {
  const user = users[Math.floor(round / 10) % users.length];
  if (round % 10 === 0) token = await login(user?.email ?? '', user?.password ?? '');
  else await visit(round, token);
}
await new Promise((resolve) => setTimeout(resolve, 2000));
await shop.end();
const bodies = sink.requests.filter(({ path }) => path === '/v1/traces').map(({ body }) => body);
await sink.close();
const request = decodeRequest('traces', Buffer.concat(bodies));
for (const resource of request.resourceSpans ?? []) {
  for (const scope of resource.scopeSpans ?? []) {
    scope.spans = scope.spans?.filter(({ kind }) => kind === SERVER) ?? [];
  }
}
writeFileSync(new URL('./express-shop.bin', import.meta.url), encodeRequest('traces', request));
