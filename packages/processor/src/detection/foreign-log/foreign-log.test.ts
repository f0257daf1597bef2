import { encodeRequest, type LogRecord } from '@spanguard/testkit';
import { expect } from 'chai';
import fc from 'fast-check';
import { nanoseconds, NOW_MS, TestDetector, type TestRow } from '../../../test/detector.ts';

type Attributes = Readonly<Record<string, string | number | boolean>>;

const detector = new TestDetector();

/** The rows of log records of one service. */
function rowsOf(...records: readonly LogRecord[]): readonly TestRow[] {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'edge' } }] };
  const timed = records.map((record) => ({ timeUnixNano: nanoseconds(NOW_MS - 1000), ...record }));
  const resourceLogs = [{ resource, scopeLogs: [{ logRecords: timed }] }];
  return detector.rows('logs', encodeRequest('logs', { resourceLogs }));
}

const body = (text: string): LogRecord => ({ body: { stringValue: text } });
const json = (value: object): LogRecord => body(JSON.stringify(value));
const attributes = (of: Attributes): LogRecord => ({
  attributes: Object.entries(of).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { stringValue: value }
        : typeof value === 'boolean'
          ? { boolValue: value }
          : { intValue: value },
  })),
});

/** What the first row says, as far as it is asked for. */
interface Told {
  readonly event: string;
  readonly client?: string;
  readonly user?: string;
  readonly status?: number;
  readonly path?: string;
  readonly query?: string;
  readonly method?: string;
  readonly agent?: string;
  readonly reason?: string;
}

const NAMES: Readonly<Record<Exclude<keyof Told, 'event'>, string>> = {
  client: 'client.address',
  user: 'user.id',
  status: 'http.response.status_code',
  path: 'url.path',
  query: 'url.query',
  method: 'http.request.method',
  agent: 'user_agent.original',
  reason: 'security.authn.reason',
};

function toldBy(record: LogRecord): Told | undefined {
  const [row] = rowsOf(record);
  if (row === undefined) return undefined;
  const fields = Object.entries(NAMES).flatMap(([short, name]) =>
    row.attributes[name] === undefined ? [] : [[short, row.attributes[name]]],
  );
  return { event: row.event.replace('security.', ''), ...Object.fromEntries(fields) } as Told;
}

const FAIL = 'authn_login_fail';
const OK = 'authn_login_success';
const CLIENT = '203.0.113.7';

const CASES: readonly [what: string, record: LogRecord, told: Told][] = [
  [
    "OWASP's event in JSON",
    json({
      datetime: '2026-01-01T01:01:01-0700',
      appid: 'foobar.netportal_auth',
      event: 'AUTHN_login_fail:joebob1,7',
      level: 'WARN',
      useragent: 'curl/8.5.0',
      source_ip: CLIENT,
      request_uri: '/api/v2/auth/',
      request_method: 'POST',
    }),
    {
      event: FAIL,
      client: CLIENT,
      user: 'joebob1',
      method: 'POST',
      path: '/api/v2/auth/',
      agent: 'curl/8.5.0',
    },
  ],
  [
    "OWASP's event as attributes",
    attributes({ 'owasp_event.type': 'authz_fail:joebob1,/admin', 'client.address': CLIENT }),
    { event: 'authz_fail', client: CLIENT, user: 'joebob1' },
  ],
  [
    "OWASP's event as attributes of their own",
    attributes({
      'owasp_event.event': 'authn_login_lock',
      'owasp_event.user': 'ann',
      'owasp_event.source_ip': CLIENT,
    }),
    { event: 'authn_login_lock', client: CLIENT, user: 'ann' },
  ],
  [
    "OWASP's event as text",
    body('authn_password_change:joebob1'),
    { event: 'authn_password_change', user: 'joebob1' },
  ],
  [
    "OWASP's event of an address",
    body(`malicious_excess_404:[${CLIENT},curl/8]`),
    { event: 'malicious_excess_404', client: CLIENT },
  ],
  [
    'pino',
    json({ level: 40, time: 1, msg: 'login failed', user: { id: 'ann' }, ip: CLIENT }),
    { event: FAIL, client: CLIENT, user: 'ann' },
  ],
  [
    'pino-http',
    json({
      level: 30,
      req: {
        id: 1,
        method: 'GET',
        url: '/items?q=1',
        headers: { 'user-agent': 'curl/8' },
        remoteAddress: '::ffff:203.0.113.7',
      },
      res: { statusCode: 404 },
      responseTime: 3,
      msg: 'request completed',
    }),
    {
      event: 'request',
      client: CLIENT,
      method: 'GET',
      path: '/items',
      query: 'q=1',
      status: 404,
      agent: 'curl/8',
    },
  ],
  [
    'winston',
    json({
      level: 'warn',
      message: 'Invalid credentials',
      username: 'ann',
      ip: CLIENT,
      timestamp: 'x',
    }),
    { event: FAIL, client: CLIENT, user: 'ann' },
  ],
  [
    'a Java log with an outcome',
    json({
      '@timestamp': 'x',
      'event.action': 'user-login',
      'event.outcome': 'failure',
      'user.name': 'ann',
      'source.ip': CLIENT,
    }),
    { event: FAIL, client: CLIENT, user: 'ann' },
  ],
  [
    'a flag of success',
    json({ event: 'userLogin', success: true, userId: 7, clientIp: CLIENT }),
    { event: OK, client: CLIENT, user: '7' },
  ],
  [
    'attributes of structlog',
    {
      ...attributes({ event: 'login_failed', username: 'ann', ip: CLIENT }),
      ...body('login_failed'),
    },
    { event: FAIL, client: CLIENT, user: 'ann' },
  ],
  [
    'a line of Spring',
    body(
      `o.s.s.w.a.UsernamePasswordAuthenticationFilter: Authentication failed for user 'ann' from ${CLIENT}: Bad credentials`,
    ),
    { event: FAIL, client: CLIENT, user: 'ann' },
  ],
  [
    'a line of Django',
    body(`Login failed for ann (ip=${CLIENT})`),
    { event: FAIL, client: CLIENT, user: 'ann' },
  ],
  [
    'sshd, an account that is not there',
    body(
      `Jan  6 10:00:00 host sshd[71]: Failed password for invalid user oracle from ${CLIENT} port 22 ssh2`,
    ),
    { event: FAIL, client: CLIENT, user: 'oracle', reason: 'unknown_user' },
  ],
  [
    'sshd, an account',
    body(`Failed password for root from ${CLIENT} port 22 ssh2`),
    { event: FAIL, client: CLIENT, user: 'root' },
  ],
  [
    'sshd over IPv6',
    body('Failed publickey for root from 2001:db8::7 port 22'),
    { event: FAIL, client: '2001:db8::7', user: 'root' },
  ],
  [
    'sshd, accepted',
    body(`Accepted publickey for deploy from ${CLIENT} port 22 ssh2: RSA`),
    { event: OK, client: CLIENT, user: 'deploy' },
  ],
  [
    'sshd, too many',
    body(`error: maximum authentication attempts exceeded for root from ${CLIENT} port 2 ssh2`),
    { event: 'authn_login_fail_max', client: CLIENT, user: 'root' },
  ],
  [
    'PAM',
    body(
      `pam_unix(x:auth): authentication failure; logname= uid=0 tty= ruser= rhost=${CLIENT}  user=root`,
    ),
    { event: FAIL, client: CLIENT, user: 'root' },
  ],
  [
    'dovecot',
    body(
      `imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<ann>, method=PLAIN, rip=${CLIENT}, lip=10.0.0.1`,
    ),
    { event: FAIL, client: CLIENT, user: 'ann' },
  ],
  [
    'postfix',
    body(`warning: unknown[${CLIENT}]: SASL LOGIN authentication failed: UGFzc3dvcmQ6`),
    { event: FAIL, client: CLIENT },
  ],
  [
    'MySQL',
    body(`[Note] Access denied for user 'root'@'${CLIENT}' (using password: YES)`),
    { event: FAIL, client: CLIENT, user: 'root' },
  ],
  [
    'nginx, basic authentication',
    body(
      `2026/01/06 10:00:00 [error] 7#7: *1 user "ann": password mismatch, client: ${CLIENT}, server: x`,
    ),
    { event: FAIL, client: CLIENT, user: 'ann' },
  ],
  [
    'nginx, a limit',
    body(
      `[error] 7#7: *1 limiting requests, excess: 5.1 by zone "a", client: ${CLIENT}, server: x`,
    ),
    { event: 'excess_rate_limit_exceeded', client: CLIENT },
  ],
  [
    'Apache, basic authentication',
    body(
      `[auth_basic:error] [pid 7] [client ${CLIENT}:4711] AH01617: user ann: authentication failure for "/": Password Mismatch`,
    ),
    { event: FAIL, client: CLIENT, user: 'ann' },
  ],
  [
    'a combined access log',
    body(
      `${CLIENT} - ann [06/Jan/2026:10:00:00 +0000] "GET /items?q=1 HTTP/1.1" 404 153 "https://x.example/" "Mozilla/5.0 (\\"x\\")"`,
    ),
    {
      event: 'request',
      client: CLIENT,
      user: 'ann',
      method: 'GET',
      path: '/items',
      query: 'q=1',
      status: 404,
      agent: 'Mozilla/5.0 (\\"x\\")',
    },
  ],
  [
    'a common access log',
    body(`shop.example:443 ${CLIENT} - - [06/Jan/2026:10:00:00 +0000] "HEAD / HTTP/2.0" 200 -`),
    { event: 'request', client: CLIENT, method: 'HEAD', path: '/', status: 200 },
  ],
  [
    'a JSON access log',
    json({
      remote_addr: CLIENT,
      request: 'GET /x HTTP/1.1',
      status: '403',
      body_bytes_sent: 5,
      http_user_agent: 'curl/8',
    }),
    { event: 'request', client: CLIENT, method: 'GET', path: '/x', status: 403, agent: 'curl/8' },
  ],
  [
    'an access log in attributes',
    attributes({ remote_addr: CLIENT, request_uri: '/x', request_method: 'GET', status: 200 }),
    { event: 'request', client: CLIENT, method: 'GET', path: '/x', status: 200 },
  ],
];

const SILENT: readonly [what: string, record: LogRecord][] = [
  ['words about logins without anybody', body('login failed 3 times today, see the report')],
  ['a request of nobody', json({ method: 'GET', url: '/x', status: 200 })],
  ['an ordinary line', body(`failed to fetch https://api.example from ${CLIENT}: timeout`)],
  ['an ordinary event', json({ event: 'cache_miss', user: 'ann', ip: CLIENT })],
  ['a question', json({ msg: 'did the user log in?', user: 'ann', ip: CLIENT })],
  ['a job that succeeded', json({ event: 'import', status: 'success', user: 'ann' })],
  ['an error of a connection', json({ msg: 'connection failed', ip: CLIENT, status: 500 })],
  ['broken JSON', body(`{"event":"authn_login_fail:joe","ip":"${CLIENT}"`)],
  ['a name of nothing known', body('authn_login_frail:joebob1')],
  ['an access log that is cut off', body(`${CLIENT} - - [06/Jan/2026:10:00:00 +0000] "GET /items`)],
  [
    'a line that quotes one',
    body(`said: ${CLIENT} - - [06/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1`),
  ],
  ['nothing', {}],
];

describe('a log record of another logger', () => {
  for (const [what, record, told] of CASES) {
    it(`becomes a row as ours are: ${what}`, () => {
      expect(toldBy(record)).to.deep.equal(told);
    });
  }

  for (const [what, record] of SILENT) {
    it(`tells nothing where it says nothing of the kind: ${what}`, () => {
      expect(rowsOf(record)).to.deep.equal([]);
    });
  }

  it('of an access log shows signs of attack and logins, as a span does', () => {
    const line = (request: string, status: number): LogRecord =>
      body(`${CLIENT} - - [06/Jan/2026:10:00:00 +0000] "${request} HTTP/1.1" ${status} 1 "-" "x"`);
    const eventsOf = (record: LogRecord): string[] => rowsOf(record).map(({ event }) => event);
    expect(eventsOf(line('GET /?q=<script>alert(1)</script>', 200))).to.deep.equal([
      'request',
      'security.malicious_xss',
    ]);
    expect(eventsOf(line('POST /login', 401))).to.deep.equal(['request', `security.${FAIL}`]);
  });

  it('of a trace leaves the request to its span, and is less sure of a login', () => {
    const ids = { traceId: new Uint8Array(16).fill(1), spanId: new Uint8Array(8).fill(1) };
    const none = { traceId: new Uint8Array(16), spanId: new Uint8Array(8) };
    const line = body(`${CLIENT} - - [06/Jan/2026:10:00:00 +0000] "POST /login HTTP/1.1" 401 1`);
    expect(rowsOf({ ...line, ...ids })).to.deep.equal([]);
    expect(rowsOf({ ...line, ...none })).to.have.length(2);
    const failed = body(`login failed for user ann from ${CLIENT}`);
    const sure = (record: LogRecord): unknown =>
      rowsOf(record)[0]?.attributes['security.authn.confidence'];
    expect([sure({ ...failed, ...ids }), sure(failed)]).to.deep.equal(['low', 'medium']);
  });

  it('leaves requests to their spans where a server of the application tells of them', () => {
    const line = body(`${CLIENT} - - [06/Jan/2026:10:00:00 +0000] "POST /login HTTP/1.1" 401 1`);
    const eventsOf = (name: string): number => {
      const scopeLogs = [{ scope: { name }, logRecords: [line] }];
      return detector.rows('logs', encodeRequest('logs', { resourceLogs: [{ scopeLogs }] })).length;
    };
    expect([eventsOf('werkzeug'), eventsOf('nginx')]).to.deep.equal([0, 2]);
  });

  it('is counted by the network of its client', () => {
    const [row] = rowsOf(json({ event: 'authn_login_fail:a', ip: '2001:db8:1:2::9' }));
    expect(row?.attributes['client.prefix']).to.equal('2001:db8:1:2::9');
  });

  it('keeps what the record says itself', () => {
    const own = attributes({ 'user.id': 'bob' });
    expect(toldBy({ ...own, ...body(`Failed password for ann from ${CLIENT} port 2`) })).to.include(
      {
        user: 'bob',
        client: CLIENT,
      },
    );
  });

  it('does not show what policy hides', () => {
    const [row] = rowsOf(json({ msg: 'login failed', email: 'eve@shop.example', ip: CLIENT }));
    expect(String(row?.attributes['user.id'])).not.to.include('eve@');
  });

  it('may be anything', () => {
    const part = fc.constantFrom(
      ...[
        '{',
        '}',
        '"',
        '\\',
        ':',
        ',',
        '[',
        ']',
        ' ',
        'event',
        'ip',
        'status',
        'user',
        'msg',
        '"ip":',
      ],
      ...[
        'authn_login_fail:',
        'failed password for ',
        ' from ',
        CLIENT,
        ' - - [',
        '] "GET / HTTP/1.1" 200 1',
      ],
      ...[
        'login',
        'failed',
        '\u0000',
        '\ud800',
        '=',
        '\n',
        '__proto__',
        'rhost=',
        'user=<',
        '::::',
      ],
    );
    const text = fc.array(part, { maxLength: 60 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.dictionary(text, text, { maxKeys: 4 }), (line, of) => {
        rowsOf({ ...body(line), ...attributes(of) }, json({ ...of, ip: line }));
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it('takes time in line with its length', () => {
    const hostile = [
      '{"a":'.repeat(6000),
      `{"ip":"${CLIENT}","msg":"${'login failed '.repeat(2000)}"}`,
      'failed password for '.repeat(5000),
      `${CLIENT} - - [06/Jan/2026:10:00:00 +0000] "${'\\"'.repeat(8000)}`,
      'authentication failure; '.repeat(4000),
      `user ${'user='.repeat(9000)} failed login`,
      `failed login ${'from '.repeat(9000)}`,
    ];
    for (const text of hostile) {
      expect(rowsOf(body(text)).length).to.be.at.most(1);
    }
  });
});
