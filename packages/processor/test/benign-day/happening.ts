/** What happens on a simulated day: requests as several instrumentations tell them, events and lines of logs. */
import type { AttributeValue } from '@spanguard/otlp';
import type { SeededRandom } from '@spanguard/testkit';

/** One thing that happens. */
export interface Happening {
  readonly timeMs: number;
  readonly service: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly durationMs: number;
  /** A log record of our SDK, by its EventName; a span where absent. */
  readonly event?: string;
  /** A line of an access log. */
  readonly line?: string;
}

/** Who asks, and how much of that telemetry tells. */
export interface Caller {
  readonly address: string;
  readonly agent: string | undefined;
  readonly user?: string | undefined;
  readonly session?: string | undefined;
  readonly key?: string | undefined;
  /** Whose instrumentation sees the requests: ours tells users and sessions. */
  readonly seenBy: 'us' | 'current' | 'older';
}

/** A request as its sender means it. */
export interface Request {
  readonly method?: string;
  readonly path: string;
  readonly query?: string;
  readonly route?: string;
  readonly status?: number;
  readonly durationMs?: number;
  readonly bytes?: number;
  /** Of authentication. */
  readonly outcome?: string;
}

/** Takes down what happens. */
export class Day {
  readonly random: SeededRandom;
  readonly beginMs: number;
  readonly happenings: Happening[] = [];
  /** A deployment: half of what is answered in these seconds is an error, and sessions end. */
  readonly deployment: { readonly fromMs: number; readonly toMs: number };

  constructor(random: SeededRandom, beginMs: number) {
    this.random = random;
    this.beginMs = beginMs;
    const fromMs = beginMs + 14 * HOUR_MS;
    this.deployment = { fromMs, toMs: fromMs + 90_000 };
  }

  /** A moment of the hours in which people are awake, ms. */
  daytime(fromHour = 6, toHour = 23): number {
    const { random } = this;
    const hour = fromHour + ((random.fraction() + random.fraction()) / 2) * (toHour - fromHour);
    return this.beginMs + hour * HOUR_MS;
  }

  /** A request of a caller to a service; gives the status it was answered with. */
  request(timeMs: number, service: string, caller: Caller, request: Request): number {
    const { durationMs = this.random.int(4, 180) } = request;
    const status = this.#statusOf(timeMs, request.status ?? 200);
    const attributes = attributesOf(caller, { ...request, status });
    this.happenings.push({ timeMs, service, attributes, durationMs });
    return status;
  }

  /** An event of our SDK at a service, by its name without what all begin with. */
  event(
    timeMs: number,
    [service, event]: readonly [service: string, event: string],
    { user, address }: Caller,
    also: Happening['attributes'] = {},
  ): void {
    const whom = user === undefined ? {} : { 'user.id': user };
    const source = {
      'client.address': address,
      'security.client.address.source': 'x-forwarded-for',
    };
    const attributes = { ...whom, ...source, ...also };
    const happening = { timeMs, service, attributes, durationMs: 0 };
    this.happenings.push({ ...happening, event: `security.${event}` });
  }

  /** A login; where another SDK sees it, its span alone tells. */
  login(timeMs: number, service: string, caller: Caller, isRight: boolean): void {
    const status = isRight ? 200 : 401;
    this.request(timeMs, service, caller, {
      ...{ method: 'POST', path: '/login', route: '/login', status },
      outcome: isRight ? 'success' : 'failure',
    });
    if (caller.seenBy === 'us') {
      const event = isRight ? 'authn_login_success' : 'authn_login_fail';
      const place = { 'http.request.method': 'POST', 'http.route': '/login' };
      this.event(timeMs, [service, event], caller, place);
    }
  }

  /** A line in the access log of a proxy. */
  line(
    timeMs: number,
    { address, agent = '-' }: Caller,
    { method = 'GET', path, status = 200 }: Request,
  ): void {
    const line = `${address} - - [05/Jan/2026:10:00:00 +0000] "${method} ${path} HTTP/1.1" ${status} 512 "-" "${agent}"`;
    this.happenings.push({ timeMs, service: 'edge', attributes: {}, durationMs: 0, line });
  }

  #statusOf(timeMs: number, status: number): number {
    const { fromMs, toMs } = this.deployment;
    if (timeMs < fromMs || timeMs > toMs || !this.random.chance(0.5)) return status;
    return this.random.pick([500, 502, 503]);
  }
}

export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

function attributesOf(
  caller: Caller,
  request: Request & { status: number },
): Happening['attributes'] {
  const { method = 'GET', path, query, route, status, bytes, outcome } = request;
  const { address, agent, user, session, key, seenBy } = caller;
  if (seenBy === 'older') {
    return defined({
      ...{ 'http.method': method, 'http.status_code': status, 'http.user_agent': agent },
      'http.target': query === undefined ? path : `${path}?${query}`,
      ...{ 'http.route': route, 'net.peer.ip': address, 'http.response_content_length': bytes },
    });
  }
  const ours = {
    'security.client.address.source': 'x-forwarded-for',
    'user.id': user,
    'session.id': session,
  };
  return defined({
    ...{ 'http.request.method': method, 'url.path': path, 'url.query': query, 'http.route': route },
    ...{ 'http.response.status_code': status, 'http.response.body.size': bytes },
    ...{ 'client.address': address, 'user_agent.original': agent, 'url.scheme': 'https' },
    ...(seenBy === 'us'
      ? { ...ours, 'security.api_key.id': key, 'security.authn.outcome': outcome }
      : {}),
  });
}

function defined(
  all: Readonly<Record<string, AttributeValue | undefined>>,
): Happening['attributes'] {
  const entries = Object.entries(all).flatMap(([name, value]): [string, AttributeValue][] =>
    value === undefined ? [] : [[name, value]],
  );
  return Object.fromEntries(entries);
}
