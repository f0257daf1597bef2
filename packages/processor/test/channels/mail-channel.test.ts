import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { FakeClock } from '@spanguard/testkit';
import { expect } from 'chai';
import type { Alert } from '#processor/model/alert.ts';
import type { Delivery } from '#processor/pipeline/delivery.ts';
import { ALERT, channelOf, HOSTILE, type Reception, testChannel } from './channel.suite.ts';
import { LOCALHOST_CERTIFICATE } from './localhost-certificate.ts';
import { SMTP_PASSWORD, SMTP_USER, SmtpCounterpart } from './smtp-counterpart.ts';

const TO = ['ops@example.com', 'oncall@example.com'];
const ACCEPTED: Delivery = { kind: 'accepted', rejectedItems: 0 };

/** Answers to DATA; `paused` is a login refused. */
const REFUSALS: Readonly<Record<Reception, Partial<SmtpCounterpart['refusals']>>> = {
  accepted: {},
  later: { data: 451 },
  paused: { auth: 535 },
  never: { data: 554 },
  hangs: { data: 0 },
};

function optionsOf(port: number, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    host: '127.0.0.1',
    port,
    certificates: LOCALHOST_CERTIFICATE,
    user: SMTP_USER,
    password: SMTP_PASSWORD,
    from: 'spanguard@example.com',
    to: TO,
    ...more,
  });
}

/** The text of a message, its transfer encoding undone, and its header lines. */
function read({ source }: { readonly source: string }) {
  const [head = '', ...rest] = source.split('\r\n\r\n');
  const headers = new Map(
    head
      .replaceAll(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
  );
  const body = rest.join('\r\n\r\n');
  const encoding = headers.get('content-transfer-encoding');
  if (encoding === 'base64') return { headers, body: Buffer.from(body, 'base64').toString() };
  if (encoding !== 'quoted-printable') return { headers, body };
  const bytes = body
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return { headers, body: Buffer.from(bytes, 'latin1').toString() };
}

testChannel({
  type: 'mail',
  receptions: ['accepted', 'later', 'paused', 'never', 'hangs'],
  secrets: [SMTP_PASSWORD],
  mistaken: [
    optionsOf(25, { encryption: 'none' }),
    optionsOf(25, { user: undefined }),
    optionsOf(25, { password: [SMTP_PASSWORD] }),
    optionsOf(25, { host: `u:${SMTP_PASSWORD}@mail.example.com` }),
  ],
  open: async () => {
    const server = await SmtpCounterpart.listen();
    return {
      options: optionsOf(server.port),
      get taken() {
        return server.mails.map((mail) => {
          const { headers, body } = read(mail);
          return `${headers.get('subject')}\n${body}`;
        });
      },
      receive: (reception) => {
        for (const step of ['connect', 'auth', 'from', 'data'] as const) {
          delete server.refusals[step];
        }
        Object.assign(server.refusals, REFUSALS[reception]);
      },
      asked: (count) => server.asked(count),
      close: () => server.close(),
    };
  },
  // Subject, eight lines, an empty one and the description.
  isText: (taken) => expect(taken.trimEnd().split('\n')).to.have.length(11),
});

describe('the mail channel', () => {
  const clock = new FakeClock({ nowMs: Date.UTC(2026, 0, 2) });
  let server: SmtpCounterpart;
  afterEach(() => server.close());

  function deliver(alert: Alert, more?: Readonly<Record<string, unknown>>): Promise<Delivery> {
    return channelOf('mail', optionsOf(server.port, more), { clock }).channel.deliver(alert);
  }

  it('logs in once it is encrypted, and sends one message to all', async () => {
    server = await SmtpCounterpart.listen();
    expect(await deliver(ALERT)).to.deep.equal(ACCEPTED);
    const [mail] = server.mails;
    expect(server.mails).to.have.length(1);
    expect(mail).to.deep.include({
      from: 'spanguard@example.com',
      to: TO,
      user: SMTP_USER,
      isEncrypted: true,
    });
  });

  it('says in its headers what it is, and that a machine wrote it', async () => {
    server = await SmtpCounterpart.listen();
    await deliver(ALERT);
    const { headers } = read(server.mails[0] ?? { source: '' });
    expect(Object.fromEntries(headers)).to.deep.include({
      from: 'Spanguard <spanguard@example.com>',
      to: TO.join(', '),
      subject:
        '[HIGH] Password guessing from one client: client 203.0.113.7/32, 10 events, 3 distinct values',
      'message-id': `<${ALERT.id}@example.com>`,
      date: 'Fri, 02 Jan 2026 00:00:00 +0000',
      'auto-submitted': 'auto-generated',
    });
  });

  it('says the same id of an alert that is sent again', async () => {
    server = await SmtpCounterpart.listen();
    await deliver(ALERT);
    await deliver(ALERT);
    const ids = server.mails.map((mail) => read(mail).headers.get('message-id'));
    expect(ids).to.deep.equal([`<${ALERT.id}@example.com>`, `<${ALERT.id}@example.com>`]);
  });

  it('lets no text become a header, a recipient or an end, not even one that was not masked', async () => {
    server = await SmtpCounterpart.listen();
    const rule = { ...ALERT.rule, title: HOSTILE.repeat(20), description: HOSTILE };
    await deliver({ ...ALERT, rule });
    const [mail = { source: '', to: [] }] = server.mails;
    const { headers } = read(mail);
    expect(mail.to).to.deep.equal(TO);
    expect([...headers.keys()].toSorted()).to.deep.equal([
      'auto-submitted',
      'content-transfer-encoding',
      'content-type',
      'date',
      'from',
      'message-id',
      'mime-version',
      'subject',
      'to',
    ]);
    expect(Math.max(...mail.source.split('\r\n').map(({ length }) => length))).to.be.most(998);
  });

  it('works without a login, and with TLS from the first byte', async () => {
    server = await SmtpCounterpart.listen({ secure: true, authOptional: true });
    const none = { user: undefined, password: undefined };
    expect(await deliver(ALERT, { encryption: 'tls', ...none })).to.deep.equal(ACCEPTED);
    expect(server.mails[0]).to.deep.include({ user: undefined, isEncrypted: true });
  });

  it('sends in clear only where it is told to', async () => {
    server = await SmtpCounterpart.listen({ disabledCommands: ['STARTTLS'], authOptional: true });
    const none = { user: undefined, password: undefined };
    expect((await deliver(ALERT, none)).kind).to.equal('paused');
    expect(server.mails).to.deep.equal([]);
    expect(await deliver(ALERT, { encryption: 'none', ...none })).to.deep.equal(ACCEPTED);
    expect(server.mails[0]?.isEncrypted).to.equal(false);
  });

  for (const [encryption, secure] of [
    ['starttls', false],
    ['tls', true],
  ] as const) {
    it(`tells nothing to a server whose certificate nobody vouches for: ${encryption}`, async () => {
      server = await SmtpCounterpart.listen({ secure });
      const delivery = await deliver(ALERT, { encryption, certificates: undefined });
      expect(delivery).to.deep.equal({ kind: 'paused', reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
      expect(server.mails).to.deep.equal([]);
    });
  }

  const refusals: readonly [SmtpCounterpart['refusals'], Delivery][] = [
    [{ connect: 421 }, { kind: 'later', reason: 'SMTP 421 to CONN' }],
    [{ connect: 554 }, { kind: 'paused', reason: 'SMTP 554 to CONN' }],
    [{ auth: 454 }, { kind: 'later', reason: 'SMTP 454 to AUTH PLAIN' }],
    [{ auth: 535 }, { kind: 'paused', reason: 'SMTP 535 to AUTH PLAIN' }],
    [{ from: 451 }, { kind: 'later', reason: 'SMTP 451 to MAIL FROM' }],
    [{ from: 530 }, { kind: 'paused', reason: 'SMTP 530 to MAIL FROM' }],
    [{ from: 553 }, { kind: 'never', reason: 'SMTP 553 to MAIL FROM' }],
    [{ data: 452 }, { kind: 'later', reason: 'SMTP 452 to DATA' }],
    [{ data: 554 }, { kind: 'never', reason: 'SMTP 554 to DATA' }],
  ];
  for (const [steps, expected] of refusals) {
    it(`takes ${JSON.stringify(steps)} for ${expected.kind}, and leaves no connection`, async () => {
      server = await SmtpCounterpart.listen();
      Object.assign(server.refusals, steps);
      expect(await deliver(ALERT)).to.deep.equal(expected);
      while (server.connections > 0) await new Promise((resolve) => setImmediate(resolve));
    });
  }

  const recipients: readonly [readonly [number, number], Delivery][] = [
    [[550, 550], { kind: 'never', reason: 'SMTP 550 to RCPT TO' }],
    [[550, 450], { kind: 'later', reason: 'SMTP 450 to RCPT TO' }],
    [
      [0, 550],
      { kind: 'accepted', rejectedItems: 0, message: '1 of 2 recipients are refused for good' },
    ],
    [[0, 450], { kind: 'later', reason: '1 of 2 recipients are put off' }],
  ];
  for (const [codes, expected] of recipients) {
    it(`takes ${codes.join(' and ')} for its recipients for ${expected.kind}`, async () => {
      server = await SmtpCounterpart.listen();
      for (const [index, code] of codes.entries()) {
        if (code !== 0) server.refusedRecipients.set(TO[index] ?? '', code);
      }
      expect(await deliver(ALERT)).to.deep.equal(expected);
    });
  }

  for (const [then, expected] of [
    [undefined, ACCEPTED],
    [
      550,
      { kind: 'accepted', rejectedItems: 0, message: '1 of 2 recipients are refused for good' },
    ],
    [450, { kind: 'later', reason: 'SMTP 450 to RCPT TO' }],
  ] as const) {
    it(`sends nobody a message twice who has it, where another one is put off, then ${then ?? 'taken'}`, async () => {
      server = await SmtpCounterpart.listen();
      const { channel } = channelOf('mail', optionsOf(server.port), { clock });
      server.refusedRecipients.set(TO[1] ?? '', 450);
      await channel.deliver(ALERT);
      server.refusedRecipients.clear();
      if (then !== undefined) server.refusedRecipients.set(TO[1] ?? '', then);
      expect(await channel.deliver(ALERT)).to.deep.equal(expected);
      server.refusedRecipients.clear();
      if (then === 450) await channel.deliver(ALERT);
      const taken = server.mails.map(({ to }) => to);
      expect(taken).to.deep.equal(then === 550 ? [[TO[0]]] : [[TO[0]], [TO[1]]]);
      expect(read(server.mails.at(-1) ?? { source: '' }).headers.get('to')).to.equal(TO.join(', '));
    });
  }

  it('comes back later where nobody answers, and gives up on who never greets', async () => {
    server = await SmtpCounterpart.listen();
    const refused = await deliver(ALERT, { port: 9 });
    expect(refused).to.deep.equal({ kind: 'later', reason: 'ECONNREFUSED' });
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => sockets.delete(socket));
    });
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const delivery = deliver(ALERT, { port, timeout: '5s' });
    await once(silent, 'connection');
    clock.advance(4999);
    clock.advance(1);
    expect(await delivery).to.deep.equal({ kind: 'later', reason: 'timeout' });
    while (sockets.size > 0) await new Promise((resolve) => setImmediate(resolve));
    silent.close();
  });
});
