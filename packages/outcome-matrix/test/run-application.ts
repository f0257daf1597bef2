/** Runs one application under the hook, asks it everything, and reads what was told of each request. */
import { fileURLToPath } from 'node:url';
import { freePort, HttpSink, startProgram } from '@spanguard/testkit';
import { type Exported, readTelemetry } from '../../register/test/telemetry.ts';
import { type Application, type Asked, RIGHT_PASSWORD, type Told } from '../src/index.ts';

const FOLDER = new URL('../src/applications/', import.meta.url);
const GUESSES = 15;
const SERVER = 2;

/** Everything an application was asked, and all it sent. */
export interface Heard {
  readonly told: readonly Told[];
  /** What it exported, as it was sent. */
  readonly exports: HttpSink['requests'];
  /** Who guessed and who stuffed. */
  readonly attackers: { readonly guessing: string; readonly stuffing: string };
}

/** `number` tells the attackers of one application from those of another. */
export async function hear(application: Application, number: number): Promise<Heard> {
  const sink = await HttpSink.listen();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = await startProgram({
    file: process.execPath,
    args: [
      ...['--conditions=@spanguard/source', '--import', '@spanguard/register'],
      fileURLToPath(new URL(application.file, FOLDER)),
    ],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PORT: String(port),
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_SERVICE_NAME: application.file,
      SPANGUARD_USER_ID: 'plain',
    },
    ready: async () => (await fetch(url)).status > 0,
  });
  try {
    const asked = await askAll(application, url);
    const attackers = { guessing: `198.51.100.${number}`, stuffing: `203.0.113.${number}` };
    await attack(application, url, attackers);
    // It flushes what is left as it ends.
    await program.end('SIGTERM');
    const { spans, records } = readTelemetry(sink);
    const told = asked.map((each) => toldOf(each, { spans, records }));
    return { told, exports: sink.requests, attackers };
  } finally {
    await program.end('SIGKILL');
    await sink.close();
  }
}

interface AskedRequest {
  readonly traceId: string;
  readonly asked: Asked;
  readonly statusCode: number;
}

async function askAll({ steps }: Application, url: string): Promise<AskedRequest[]> {
  const requests: AskedRequest[] = [];
  let token = '';
  for (const [n, { name, ask }] of steps.entries()) {
    const asked = await ask(token, url);
    const traceId = (n + 1).toString(16).padStart(32, 'a');
    const response = await send(url, asked, { traceparent: `00-${traceId}-00000000000000aa-01` });
    if (name === 'success') token = await credentialOf(response);
    else await response.arrayBuffer();
    requests.push({ traceId, asked, statusCode: response.status });
  }
  return requests;
}

async function attack(
  { login, user }: Application,
  url: string,
  { guessing, stuffing }: Heard['attackers'],
): Promise<void> {
  if (login === undefined) return;
  const tryAs = async (client: string, name: string, password: string): Promise<void> => {
    const response = await send(url, await login(name, password, url), {
      'x-forwarded-for': client,
    });
    await response.arrayBuffer();
  };
  const at = user.indexOf('@');
  const domain = at === -1 ? '' : user.slice(at);
  for (let n = 0; n < GUESSES; n++) await tryAs(guessing, user, `guess ${n}`);
  await tryAs(guessing, user, RIGHT_PASSWORD);
  for (let n = 0; n < GUESSES; n++) await tryAs(stuffing, `user${n}${domain}`, `leaked ${n}`);
}

function send(
  url: string,
  { method = 'GET', path, headers = {}, json, form }: Asked,
  more: Readonly<Record<string, string>>,
): Promise<Response> {
  const isJson = json !== undefined;
  const body = isJson ? JSON.stringify(json) : form && new URLSearchParams(form).toString();
  const type = isJson ? 'application/json' : 'application/x-www-form-urlencoded';
  return fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(body === undefined ? {} : { 'content-type': type }),
      ...headers,
      ...more,
    },
    ...(body === undefined ? {} : { body }),
  });
}

/** A token anywhere in the answer, else its cookies. */
async function credentialOf(response: Response): Promise<string> {
  const cookies = response.headers.getSetCookie().map((line) => line.split(';', 1)[0] ?? '');
  const text = await response.text();
  if (cookies.length > 0) return cookies.join('; ');
  const token = /"(?:access_?token|sessionToken|token|jwt)":\s*"([^"]+)"/iu.exec(text)?.[1];
  return token ?? '';
}

function toldOf(
  { traceId, asked, statusCode }: AskedRequest,
  { spans, records }: { spans: readonly Exported[]; records: readonly Exported[] },
): Told {
  const span = spans.find((each) => each.traceId === traceId && each.kind === SERVER);
  const events = records.filter(
    (each) => each.traceId === traceId && each.name.startsWith('security.'),
  );
  const named = [...events, ...(span === undefined ? [] : [span])]
    .map(({ attributes }) => attributes.get('user.id'))
    .find((user) => typeof user === 'string');
  const route = span?.attributes.get('http.route');
  return {
    events: events.map(({ name }) => name.replace('security.', '')).toSorted(),
    user: named,
    route: typeof route === 'string' ? route : undefined,
    method: asked.method ?? 'GET',
    path: asked.path.split('?', 1)[0] ?? '',
    statusCode,
  };
}
