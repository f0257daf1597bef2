/** Security events as the register hook sends them: those of the application of this benchmark, under attack. */
import { Agent, request as httpRequest } from 'node:http';
import { fileURLToPath } from 'node:url';
import {
  decodeRequest,
  freePort,
  HttpSink,
  type InstrumentationScope,
  type LogRecord,
  type Resource,
  startProgram,
} from '@spanguard/testkit';

const APP = fileURLToPath(new URL('application.mjs', import.meta.url));
const REGISTER = fileURLToPath(new URL('../../../register/dist/register.js', import.meta.url));
const CONNECTIONS = 16;
const ARRIVAL_MS_MAX = 30_000;
const POLL_MS = 50;
const CLIENTS = 250;
const USERS = 500;

/** Events, and where they come from. */
export interface SecurityEvents {
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  readonly records: LogRecord[];
}

/** Attacks until so many events have come: seven refused logins to three probes. */
export async function securityEvents(count: number): Promise<SecurityEvents> {
  const [sink, port] = [await HttpSink.listen(), await freePort()];
  const program = await startProgram({
    file: process.execPath,
    args: ['--import', REGISTER, APP],
    env: {
      ...process.env,
      PORT: String(port),
      NODE_ENV: 'production',
      OTEL_SERVICE_NAME: 'shop-api',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_BLRP_SCHEDULE_DELAY: '100',
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    },
    ready: async () => (await fetch(`http://127.0.0.1:${port}/orders/1`)).ok,
  });
  try {
    await attack(port, count);
    const until = performance.now() + ARRIVAL_MS_MAX;
    for (;;) {
      const found = eventsOf(sink);
      if (found.records.length >= count)
        return { ...found, records: found.records.slice(0, count) };
      if (performance.now() > until)
        throw new Error(`${found.records.length} of ${count} events came`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    await program.end('SIGKILL');
    await sink.close();
  }
}

function eventsOf({ requests }: HttpSink): SecurityEvents {
  const all = requests
    .filter(({ path }) => path === '/v1/logs')
    .flatMap(({ body }) => decodeRequest('logs', body).resourceLogs ?? []);
  const scopes = all.flatMap(({ scopeLogs = [] }) => scopeLogs);
  const records = scopes
    .flatMap(({ logRecords = [] }) => logRecords)
    .filter(({ eventName }) => eventName?.startsWith('security.'));
  return { resource: all[0]?.resource ?? {}, scope: scopes[0]?.scope ?? {}, records };
}

async function attack(port: number, requests: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let n = next++; n < requests; n = next++) await visit({ port, agent, n });
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, lane));
  agent.destroy();
}

/** A client address from a proxy on loopback, which the hook trusts by default. */
function visit({ port, agent, n }: { port: number; agent: Agent; n: number }): Promise<void> {
  const isLogin = n % 10 < 7;
  const body = JSON.stringify({ email: `user-${n % USERS}@shop.example`, password: `guess-${n}` });
  const probe = `/orders/${n}?sort=${encodeURIComponent(`1' OR '1'='1' UNION SELECT ${n} --`)}`;
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      agent,
      method: isLogin ? 'POST' : 'GET',
      path: isLogin ? '/login' : probe,
      headers: {
        'x-forwarded-for': `203.0.113.${n % CLIENTS}`,
        'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0',
        ...(isLogin && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        }),
      },
    });
    request.once('error', reject);
    request.once('response', (response) => {
      response.resume();
      response.once('end', resolve);
    });
    request.end(isLogin ? body : undefined);
  });
}
