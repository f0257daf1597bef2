/** What looking for signs of attack costs: an ordinary request with every place looked at, a large body. */
import {
  recogniseBody,
  recogniseHeaders,
  recogniseTarget,
  recogniseUserAgent,
} from '@spanguard/indicators';
import type { Result } from '../measure/result.ts';

const GROUP = 'Signs of attack, an ordinary request with every place looked at: CPU';
const WARM_UP_PASSES = 20;
/** Places take turns, so that a machine that is busy is so for all. */
const ROUNDS = 60;
const REQUESTS = 1000;
const KIB = 1024;

interface Request {
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

/** Every request is new, and so are all its values that are new in practice. */
function requestOf(id: number): Request {
  const consent = 'isGpcEnabled=0&datestamp=Mon+May+20+2024&groups=C0001%3A1%2CC0002%3A0';
  return {
    target: `/api/v1/orders/${id}/items?page=${id % 9}&sort=-created&q=blue+shirt+size+${id}`,
    headers: {
      host: 'shop.example',
      accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
      'accept-language': 'en-GB,en;q=0.5',
      'accept-encoding': 'gzip, deflate, br',
      'user-agent': AGENT,
      cookie: `_ga=GA1.2.${id}.1716190000; sid=8f3a2c${id}9be1; theme=dark; OptanonConsent=${consent}`,
      referer: `https://shop.example/search?q=blue+shirt&page=${id % 7}`,
      origin: 'https://shop.example',
      'content-type': 'application/json',
      authorization: `Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${id}abcdef`,
      'x-forwarded-for': `203.0.113.${id % 250}`,
    },
    body: {
      id,
      customer: { name: `Siobhan O'Brien ${id}`, email: `user${id}@shop.example` },
      lines: [
        { sku: `A-${id}`, quantity: 2, price: 19.99 },
        { sku: `B-${id}`, quantity: 1, price: 5 },
      ],
      note: 'Please ring twice',
    },
  };
}

const PARTS: Readonly<Record<string, (request: Request) => unknown>> = {
  target: ({ target }) => recogniseTarget(target),
  headers: ({ headers }) => recogniseHeaders(headers),
  'user agent': ({ headers }) => recogniseUserAgent(headers['user-agent'] ?? ''),
  body: ({ body }) => recogniseBody(body),
};
const LARGE_KIB = [64, 256, 1024] as const;

/** Medians of rounds in turn. */
export function indicatorsResults(): Promise<Result[]> {
  let next = 0;
  const batch = (): readonly Request[] =>
    Array.from({ length: REQUESTS }, () => requestOf(1_000_000 + next++));
  for (let pass = 0; pass < WARM_UP_PASSES; pass++) {
    for (const request of batch()) for (const look of Object.values(PARTS)) look(request);
  }
  const spent = new Map<string, number[]>(Object.keys(PARTS).map((name) => [name, []]));
  const whole: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const requests = batch();
    let sum = 0;
    for (const [name, look] of Object.entries(PARTS)) {
      const each = microsecondsOf(() => requests.forEach((request) => look(request))) / REQUESTS;
      spent.get(name)?.push(each);
      sum += each;
    }
    whole.push(sum);
  }
  const unit = 'µs';
  return Promise.resolve([
    { group: GROUP, name: 'all of it', value: median(whole), unit },
    ...[...spent].map(([name, times]) => ({ group: GROUP, name, value: median(times), unit })),
    ...largeResults(),
  ]);
}

/** Twice the length is to take no more than twice the time. */
function largeResults(): readonly Result[] {
  return LARGE_KIB.map((kib) => {
    const body = ordersOf(kib * KIB);
    const times = Array.from({ length: 9 }, () => microsecondsOf(() => recogniseBody(body)));
    return {
      group: 'Signs of attack, a large ordinary body of JSON: CPU',
      name: `${kib} KiB`,
      value: median(times) / 1000,
      unit: 'ms',
    };
  });
}

function ordersOf(length: number): unknown {
  const list: unknown[] = [];
  for (let written = 0; written < length;) {
    const note = `Call before 5 o'clock & leave at no. ${list.length} (back door) - thanks!`;
    const order = { id: list.length, customer: `Siobhan O'Brien ${list.length}`, note };
    written += JSON.stringify(order).length;
    list.push(order);
  }
  return list;
}

function microsecondsOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
