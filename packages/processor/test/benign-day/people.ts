/** People on a simulated Monday: at browsers, with phones, and 500 of them in one office behind one address. */
import { type Caller, type Day, HOUR_MS, MINUTE_MS, SECOND_MS } from './happening.ts';

const BROWSERS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/143.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36 Edg/142.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148',
] as const;
const PHONES = ['ShopApp/7.2 (Android 15)', 'ShopApp/7.1 (iOS 18.1)', 'okhttp/4.12.0'] as const;
const SEARCHES = [
  ...[
    "O'Reilly & Sons",
    'select shoes from 42',
    '5" nails',
    '1=1 t-shirt',
    '<3 mug',
    'rock & roll | pop',
  ],
  ...[
    'black and white',
    "it's",
    'c++ book',
    '100% wool',
    '../ adapter',
    'tea -- green',
    'x OR y',
    'cat food',
  ],
] as const;
const SEEN_BY = ['us', 'us', 'current', 'older'] as const;

/** Somebody at a browser: looks around, logs in, perhaps after mistyping, looks at orders, buys. */
export function browse(day: Day, index: number): void {
  const { random } = day;
  const caller: Caller = {
    address: `198.18.${index >> 8}.${index & 255}`,
    agent: random.pick(BROWSERS),
    user: `u${index}`,
    session: `h:${index}`,
    seenBy: random.pick(SEEN_BY),
  };
  let timeMs = day.daytime();
  const wait = (seconds: number): number => (timeMs += random.fraction() * seconds * 2 * SECOND_MS);
  for (let page = random.int(3, 12); page > 0; page--) {
    showPage(day, wait(20), caller);
    if (random.chance(0.3)) search(day, wait(8), caller);
    const item = random.int(1, 5000);
    day.request(wait(15), 'shop', caller, {
      path: `/api/products/${item}`,
      route: '/api/products/:id',
    });
  }
  if (random.chance(0.05)) day.request(wait(5), 'shop', caller, { path: '/old/page', status: 404 });
  for (let wrong = random.chance(0.15) ? random.int(1, 3) : 0; wrong > 0; wrong--) {
    day.login(wait(12), 'shop', caller, false);
  }
  if (random.chance(0.1)) askForPassword(day, wait(20), caller);
  day.login(wait(15), 'shop', caller, true);
  for (let order = random.int(0, 6); order > 0; order--) {
    const id = index * 10 + order;
    day.request(wait(10), 'shop', caller, {
      path: `/api/orders/${id}`,
      route: '/api/orders/:id',
      bytes: 4000,
    });
  }
  if (random.chance(0.2)) buy(day, wait(30), caller);
}

function showPage(day: Day, timeMs: number, caller: Caller): void {
  const { random } = day;
  for (let file = random.int(8, 30); file > 0; file--) {
    const path = `/static/${random.int(1, 400)}.${random.pick(['js', 'css', 'png', 'woff2', 'svg'])}`;
    const request = { path, status: random.chance(0.02) ? 404 : 200 };
    // What stands before the application tells of static files in its log.
    day.line(timeMs + random.int(0, 900), caller, request);
  }
  for (const part of ['me', 'cart', 'news', 'menu']) {
    const status = part === 'me' && random.chance(0.3) ? 401 : 200;
    day.request(timeMs + random.int(0, 900), 'shop', caller, {
      path: `/api/${part}`,
      route: `/api/${part}`,
      status,
    });
  }
}

/** Asks at every third letter. */
function search(day: Day, timeMs: number, caller: Caller): void {
  const words = day.random.pick(SEARCHES);
  for (let length = 3; length <= words.length; length += 3) {
    const query = `q=${encodeURIComponent(words.slice(0, length))}&page=1`;
    day.request(timeMs + length * 150, 'shop', caller, {
      path: '/api/search',
      query,
      route: '/api/search',
    });
  }
}

function askForPassword(day: Day, timeMs: number, caller: Caller): void {
  day.request(timeMs, 'shop', caller, {
    method: 'POST',
    path: '/api/password/forgot',
    status: 202,
  });
  const query = 'token=abcdefghijklmnopqrstuv';
  day.request(timeMs + MINUTE_MS, 'shop', caller, { path: '/password/reset', query });
  day.request(timeMs + 2 * MINUTE_MS, 'shop', caller, { method: 'POST', path: '/password/reset' });
}

function buy(day: Day, timeMs: number, caller: Caller): void {
  const post = (afterMs: number, path: string, status = 201): number =>
    day.request(timeMs + afterMs, 'shop', caller, { method: 'POST', path, route: path, status });
  post(0, '/api/cart');
  if (day.random.chance(0.1)) post(4000, '/api/vouchers/redeem', 404);
  post(9000, '/api/orders');
  if (day.random.chance(0.1)) post(20_000, '/api/payments', 402);
  post(45_000, '/api/payments');
}

/** A phone that fetches what is new every half hour, now over one network, now over another. */
export function synchronise(day: Day, index: number): void {
  const { random } = day;
  const [home, away] = [`198.19.${index & 255}.1`, `100.70.${index & 255}.9`];
  const seenBy = random.pick(SEEN_BY);
  const agent = random.pick(PHONES);
  const begin = day.beginMs + random.int(0, 40) * MINUTE_MS;
  for (
    let timeMs = begin;
    timeMs < day.beginMs + 24 * HOUR_MS;
    timeMs += random.int(25, 70) * MINUTE_MS
  ) {
    const address = random.chance(0.2) ? away : home;
    const caller: Caller = { address, agent, user: `m${index}`, session: `h:m${index}`, seenBy };
    const afterDeployment = timeMs - day.deployment.toMs;
    if (afterDeployment > 0 && afterDeployment < 70 * MINUTE_MS) renew(day, timeMs, caller);
    day.request(timeMs, 'sync', caller, { method: 'POST', path: '/api/sync', route: '/api/sync' });
    for (let item = random.int(0, 14); item > 0; item--) {
      const path = `/api/messages/${index * 1000 + random.int(1, 900)}`;
      const status = random.chance(0.05) ? 404 : 200;
      const at = timeMs + 1000 + item * random.int(80, 700);
      day.request(at, 'sync', caller, { path, route: '/api/messages/:id', status, bytes: 2000 });
    }
  }
}

/** Its session ended with the deployment: several requests are refused before it logs in anew. */
function renew(day: Day, timeMs: number, caller: Caller): void {
  for (let refused = 0; refused < 4; refused++) {
    const at = timeMs - 8000 + refused * 300;
    day.request(at, 'sync', caller, { path: '/api/sync', status: 401 });
    const reason = { 'security.authn.reason': 'jwt expired' };
    if (caller.seenBy === 'us') day.event(at, ['sync', 'authn_token_invalid'], caller, reason);
  }
  day.request(timeMs - 4000, 'sync', caller, { method: 'POST', path: '/oauth/token' });
}

/** 500 people behind one address. On Mondays one in twelve has forgotten the password over the weekend. */
export function workInOffice(day: Day, people: number): void {
  const { random } = day;
  for (let person = 0; person < people; person++) {
    const caller: Caller = {
      address: '203.0.113.200',
      agent: random.pick(BROWSERS.slice(0, 3)),
      ...{ user: `clerk${person}`, session: `h:c${person}`, seenBy: 'us' },
    };
    let timeMs = day.daytime(7, 11);
    for (let wrong = random.chance(1 / 12) ? random.int(1, 4) : 0; wrong > 0; wrong--) {
      day.login(timeMs, 'desk', caller, false);
      timeMs += random.int(5, 30) * SECOND_MS;
    }
    if (random.chance(1 / 16)) {
      askForPassword(day, timeMs, caller);
      timeMs += 3 * MINUTE_MS;
    }
    day.login(timeMs, 'desk', caller, true);
    for (let task = random.int(20, 60); task > 0; task--) {
      timeMs += random.fraction() * 12 * MINUTE_MS;
      const customer = random.int(1, 30_000);
      const status = random.chance(0.01) ? 403 : random.chance(0.01) ? 400 : 200;
      const path = `/api/customers/${customer}`;
      day.request(timeMs, 'desk', caller, {
        path,
        route: '/api/customers/:id',
        status,
        bytes: 6000,
      });
      if (task % 9 === 0) day.event(timeMs, ['desk', 'sensitive_read'], caller);
    }
  }
}

/** A few who look after the service, from the office too. */
export function administer(day: Day): void {
  for (let admin = 0; admin < 4; admin++) {
    const caller: Caller = {
      address: '203.0.113.200',
      agent: BROWSERS[3],
      user: `admin${admin}`,
      session: `h:a${admin}`,
      seenBy: 'us',
    };
    let timeMs = day.daytime(8, 12);
    for (let act = 0; act < 25; act++) {
      timeMs += day.random.int(20, 900) * SECOND_MS;
      const path = `/admin/${day.random.pick(['users', 'roles', 'reports', 'health'])}`;
      day.request(timeMs, 'desk', caller, { path, route: path, status: act === 7 ? 403 : 200 });
      if (act % 8 === 0) day.event(timeMs, ['desk', 'authz_change'], caller);
    }
  }
}
