import { EventEmitter, once } from 'node:events';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from './localhost-certificate.ts';

/** A message as the server got it. */
export interface TakenMail {
  readonly source: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string | undefined;
  readonly isEncrypted: boolean;
}

export const SMTP_USER = 'spanguard';
export const SMTP_PASSWORD = 'hunter2-smtp';

/** An error that `smtp-server` answers with a code of ours. */
export function refusal(responseCode: number): Error {
  return Object.assign(new Error('the words of the server hunter2-smtp'), { responseCode });
}

/** A real mail server on a free port of 127.0.0.1, with a certificate of its own authority. */
export class SmtpCounterpart {
  readonly mails: TakenMail[] = [];
  /** Answers of a step, by code; 0 is none. Steps that are not here are fine. */
  readonly refusals: Partial<Record<'connect' | 'auth' | 'from' | 'data', number>> = {};
  /** Codes by recipient. */
  readonly refusedRecipients = new Map<string, number>();
  readonly #asking = new EventEmitter();
  readonly #server: SMTPServer;
  #asked = 0;

  private constructor(options: SMTPServerOptions) {
    const answer = (code: number | undefined, done: (error?: Error) => void): void => {
      if (code === undefined) done();
      else if (code !== 0) done(refusal(code));
    };
    this.#server = new SMTPServer({
      cert: LOCALHOST_CERTIFICATE,
      key: LOCALHOST_KEY,
      logger: false,
      disableReverseLookup: true,
      closeTimeout: 1,
      onConnect: (_session, done) => {
        if (this.refusals.connect !== undefined) this.#note();
        answer(this.refusals.connect, done);
      },
      onAuth: ({ username, password }, _session, done) => {
        const isRight = username === SMTP_USER && password === SMTP_PASSWORD;
        const code = this.refusals.auth ?? (isRight ? undefined : 535);
        if (code !== undefined) this.#note();
        if (code === undefined) done(null, { user: username });
        else done(refusal(code));
      },
      onMailFrom: (_address, _session, done) => {
        if (this.refusals.from !== undefined) this.#note();
        answer(this.refusals.from, done);
      },
      onRcptTo: ({ address }, _session, done) => answer(this.refusedRecipients.get(address), done),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.once('end', () => {
          this.#note();
          if (this.refusals.data === undefined) {
            this.mails.push({
              source: Buffer.concat(chunks).toString(),
              from: session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address,
              to: session.envelope.rcptTo.map(({ address }) => address),
              user: typeof session.user === 'string' ? session.user : undefined,
              isEncrypted: session.secure,
            });
          }
          answer(this.refusals.data, done);
        });
      },
      ...options,
    });
    this.#server.on('error', () => undefined);
  }

  static async listen(options: SMTPServerOptions = {}): Promise<SmtpCounterpart> {
    const counterpart = new SmtpCounterpart(options);
    counterpart.#server.listen(0, '127.0.0.1');
    await once(counterpart.#server.server, 'listening');
    return counterpart;
  }

  get port(): number {
    const address = this.#server.server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#server.connections.size;
  }

  /** Settles once so many attempts have come as far as they can. */
  async asked(count: number): Promise<void> {
    while (this.#asked < count) await once(this.#asking, 'asked');
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  #note(): void {
    this.#asked += 1;
    this.#asking.emit('asked');
  }
}
