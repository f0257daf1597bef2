/** One connection to a mail server, for one message. Its only file that knows nodemailer, which is large. */
import MailComposer from 'nodemailer/lib/mail-composer';
import SmtpConnection from 'nodemailer/lib/smtp-connection';
import { isTemporary } from './smtp-failure.ts';

/** How to reach the server, and who we are to it. */
export interface SmtpServerSettings {
  readonly host: string;
  readonly port: number;
  /** `starttls`: not without it. `tls`: from the first byte. */
  readonly encryption: 'starttls' | 'tls' | 'none';
  /** PEM of the only authorities trusted; left out, those of Node. */
  readonly certificates?: string | undefined;
  readonly login: { readonly user: string; readonly password: { reveal(): string } } | undefined;
  readonly timeoutMs: number;
}

/** A text, from whom and to whom. */
export interface Mail {
  readonly from: { readonly name: string; readonly address: string };
  readonly to: readonly string[];
  /** Without angle brackets. */
  readonly messageId: string;
  readonly date: Date;
  readonly subject: string;
  readonly text: string;
}

/** Who of several recipients was refused while others were taken. */
export interface SentMail {
  /** For now: worth another attempt. */
  readonly deferred: readonly string[];
  /** For good. */
  readonly refused: readonly string[];
}

const RESPONSE_BYTES_MAX = 64 * 1024;

/** The message as it travels. */
export function composeMail({ from, to, messageId, date, subject, text }: Mail): Promise<Buffer> {
  return new MailComposer({
    from,
    to: [...to],
    messageId: `<${messageId}>`,
    date,
    subject,
    text,
    // Nobody's holiday notice needs to answer a machine (RFC 3834).
    headers: { 'auto-submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
}

/** Made, used once, and closed, whatever happens. */
export class SmtpSession {
  readonly #connection: SmtpConnection;
  readonly #login: SmtpServerSettings['login'];

  /** Calls back once, when the connection is gone. */
  constructor(
    { host, port, encryption, certificates, login, timeoutMs }: SmtpServerSettings,
    onEnd: () => void,
  ) {
    this.#login = login;
    this.#connection = new SmtpConnection({
      host,
      port,
      secure: encryption === 'tls',
      requireTLS: encryption === 'starttls',
      ignoreTLS: encryption === 'none',
      tls: { minVersion: 'TLSv1.2', ...(certificates === undefined ? {} : { ca: certificates }) },
      dnsTimeout: timeoutMs,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      socketCloseTimeout: 0,
      maxResponseSize: RESPONSE_BYTES_MAX,
    });
    this.#connection.once('end', onEnd);
  }

  /** Settles when the server has taken the message; rejects with an error of nodemailer. */
  send(
    envelope: { readonly from: string; readonly to: readonly string[] },
    message: Buffer,
  ): Promise<SentMail> {
    const connection = this.#connection;
    return new Promise<SentMail>((resolve, reject) => {
      const fail = (error: unknown): void => {
        reject(error instanceof Error ? error : new Error('failed'));
        connection.close();
      };
      const transmit = (): void => {
        connection.send({ ...envelope, to: [...envelope.to] }, message, (error, info) => {
          if (error !== null || info === undefined) return fail(error);
          connection.quit();
          const deferred = (info.rejectedErrors ?? []).filter(isTemporary).map(recipientOf);
          const refused = info.rejected.filter((address) => !deferred.includes(address));
          return resolve({ deferred, refused });
        });
      };
      connection.on('error', fail);
      connection.once('end', () =>
        fail(Object.assign(new Error('closed'), { code: 'ECONNABORTED' })),
      );
      connection.connect((failure) => {
        if (failure !== undefined) return fail(failure);
        if (this.#login === undefined) return transmit();
        const { user, password } = this.#login;
        return connection.login({ user, pass: password.reveal() }, (error) =>
          error === null ? transmit() : fail(error),
        );
      });
    });
  }

  /** Ends it at once; what is under way rejects. */
  close(): void {
    this.#connection.close();
  }
}

function recipientOf({ recipient }: { readonly recipient?: string | undefined }): string {
  return recipient ?? '';
}
