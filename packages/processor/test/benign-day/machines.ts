/** Machines on a simulated day: crawlers, health checks, batches with keys, webhooks, forgotten mail programs. */
import { type Caller, type Day, HOUR_MS, MINUTE_MS, SECOND_MS } from './happening.ts';

const DAY_MS = 24 * HOUR_MS;

/** A search engine that knows the site of last year too. */
export function crawl(day: Day): void {
  const { random } = day;
  const google: Caller = {
    address: '66.249.66.1',
    agent: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    seenBy: 'current',
  };
  for (let atMs = 0; atMs < DAY_MS; atMs += random.int(6, 25) * SECOND_MS) {
    const isOld = random.chance(0.08);
    const path = isOld
      ? `/archive/${random.int(1, 900)}.html`
      : `/catalogue/item-${random.int(1, 9000)}`;
    day.request(day.beginMs + atMs, 'shop', google, { path, status: isOld ? 404 : 200 });
    if (random.chance(0.01))
      day.request(day.beginMs + atMs, 'shop', google, { path: '/robots.txt' });
  }
  const eager: Caller = {
    address: '17.58.98.7',
    agent: 'Mozilla/5.0 (compatible; Applebot/0.1)',
    seenBy: 'older',
  };
  for (let atMs = 3 * HOUR_MS; atMs < 4 * HOUR_MS; atMs += random.int(900, 2500)) {
    day.request(day.beginMs + atMs, 'shop', eager, {
      path: `/catalogue/item-${random.int(1, 9000)}`,
    });
  }
}

/** Balancers and a monitor. */
export function checkHealth(day: Day): void {
  for (let probe = 0; probe < 3; probe++) {
    const caller: Caller = {
      address: `10.0.0.${probe + 2}`,
      agent: probe === 0 ? undefined : 'kube-probe/1.31',
      seenBy: 'older',
    };
    for (let atMs = probe * 900; atMs < DAY_MS; atMs += 15 * SECOND_MS) {
      const path = probe === 2 ? '/actuator/health' : '/healthz';
      day.request(day.beginMs + atMs, 'shop', caller, { path, durationMs: 1 });
    }
  }
  const monitor: Caller = {
    address: '216.144.250.150',
    agent: 'UptimeRobot/2.0',
    seenBy: 'current',
  };
  for (let atMs = 0; atMs < DAY_MS; atMs += MINUTE_MS) {
    day.request(day.beginMs + atMs, 'shop', monitor, { method: 'HEAD', path: '/' });
  }
}

/** Customers' programs with keys: one reads everything at night, one changes prices, one has bad data. */
export function runBatches(day: Day): void {
  const { random } = day;
  const batch = (name: string, address: string): Caller => ({
    address,
    agent: `${name}/2.1 python-requests/2.32`,
    key: `h:${name}`,
    seenBy: 'us',
  });
  const reader = batch('reader', '192.0.2.10');
  for (let page = 1; page <= 900; page++) {
    const query = `page=${page}&limit=1000`;
    day.request(day.beginMs + 2 * HOUR_MS + page * 400, 'shop', reader, {
      path: '/v2/products',
      query,
      route: '/v2/products',
      bytes: 300_000,
    });
  }
  const writer = batch('writer', '192.0.2.11');
  for (let item = 1; item <= 600; item++) {
    const status = random.chance(0.03) ? 400 : item % 100 === 99 ? 429 : 204;
    day.request(day.beginMs + 5 * HOUR_MS + item * 1000, 'shop', writer, {
      method: 'PUT',
      path: `/v2/prices/${item}`,
      route: '/v2/prices/:id',
      status,
    });
  }
  for (let atMs = 0; atMs < DAY_MS; atMs += 5 * MINUTE_MS) {
    day.request(day.beginMs + atMs, 'shop', writer, {
      method: 'POST',
      path: '/oauth/token',
      route: '/oauth/token',
    });
    const report = {
      path: '/v2/reports/export',
      durationMs: random.int(2000, 25_000),
      bytes: 4_000_000,
    };
    if (atMs % HOUR_MS === 0) day.request(day.beginMs + atMs, 'shop', reader, report);
  }
}

/** A payment provider that reports, streams that stay open, and files that come and go. */
export function connect(day: Day): void {
  const { random } = day;
  const provider: Caller = { address: '192.0.2.80', agent: 'Payments-Webhook/1', seenBy: 'older' };
  for (let atMs = 0; atMs < DAY_MS; atMs += random.int(30, 300) * SECOND_MS) {
    const status = random.chance(0.02) ? 400 : 200;
    day.request(day.beginMs + atMs, 'shop', provider, {
      method: 'POST',
      path: '/webhooks/payments',
      status,
    });
  }
  for (let viewer = 0; viewer < 40; viewer++) {
    const caller: Caller = {
      address: `198.51.100.${viewer + 1}`,
      agent: 'ShopApp/7.2',
      user: `v${viewer}`,
      seenBy: 'us',
    };
    const begin = day.daytime();
    for (let turn = 0; turn < 30; turn++) {
      day.request(begin + turn * 31_000, 'sync', caller, {
        path: '/api/events/stream',
        durationMs: 30_000,
      });
    }
    const upload = { method: 'POST', path: '/api/upload', status: viewer % 9 === 0 ? 415 : 201 };
    day.request(begin, 'shop', caller, upload);
  }
}

/** Mail programs that still have the password of last week, and a program that lost its token. */
export function forget(day: Day): void {
  for (let person = 0; person < 5; person++) {
    const caller: Caller = {
      address: `198.51.100.${person + 200}`,
      agent: 'Mail/16',
      user: `stale${person}`,
      seenBy: 'us',
    };
    const begin = day.daytime(7, 12);
    for (let attempt = 0; attempt < 12; attempt++) {
      day.login(begin + attempt * 17 * MINUTE_MS, 'desk', caller, false);
    }
  }
  const lost: Caller = { address: '192.0.2.33', agent: 'Importer/1.0', seenBy: 'current' };
  for (let attempt = 0; attempt < 60; attempt++) {
    const status = attempt % 4 === 3 ? 200 : 401;
    day.request(day.beginMs + 9 * HOUR_MS + attempt * 30_000, 'sync', lost, {
      path: '/api/jobs/next',
      status,
    });
  }
}
