/** Mails alerts: one message each, whose id is made of the alert's, so that one told twice shows. */
import { neutralise } from '@spanguard/verdict';
import { z } from 'zod';
import type { Alert } from '../../../model/alert.ts';
import {
  certificates,
  duration,
  flag,
  hostName,
  mailAddress,
  mailAddresses,
  oneOf,
  optionalText,
  secret,
  wholeNumber,
} from '../../../options/option-kinds.ts';
import type { Clock } from '../../../pipeline/clock.ts';
import type { Delivery } from '../../../pipeline/delivery.ts';
import { alertLines } from '../../alert-text.ts';
import type { Channel } from '../../channel.ts';
import { defineChannel, type DescribedChannel } from '../../define-channel.ts';
import { summary } from '../../ocsf.ts';
import { type FailedDelivery, failedDelivery } from './smtp-failure.ts';
import type { Mail, SentMail, SmtpServerSettings, SmtpSession } from './smtp-session.ts';

/** Alerts by mail. */
export const mailDescription: DescribedChannel = defineChannel({
  type: 'mail',
  stability: 'beta',
  config: z
    .strictObject({
      enabled: flag({ default: true, doc: 'Whether alerts are mailed.' }),
      host: hostName('The mail server that takes our messages.'),
      port: wholeNumber({
        min: 1,
        max: 65_535,
        default: 587,
        doc: 'Its port; 465 is usual for `encryption: tls`.',
      }),
      encryption: oneOf(['starttls', 'tls', 'none'], {
        default: 'starttls',
        doc: 'Nothing is sent before it is encrypted, unless this is none.',
      }),
      certificates: certificates(
        'Authorities to trust instead of those of Node, such as `${file:/etc/ssl/own-ca.pem}`.',
      ),
      user: optionalText('Name to log in with.'),
      password: secret('Password to log in with; not without encryption.'),
      from: mailAddress('Address the messages are from.'),
      to: mailAddresses('Addresses they go to.'),
      timeout: duration({ min: '1s', max: '5m', default: '30s', doc: 'Limit of one attempt.' }),
    })
    .superRefine(({ user, password, encryption }, context) => {
      const conflict = (option: string, problem: string): void =>
        context.addIssue({ code: 'custom', path: [option], params: { problem } });
      if (user !== undefined && password === undefined) {
        conflict('password', 'is missing, and goes with user');
      }
      if (password === undefined) return;
      if (user === undefined) conflict('user', 'is missing, and goes with password');
      if (encryption === 'none') {
        conflict('encryption', 'is none, which would show the password to everybody on the way');
      }
    }),
  create: ({ user, password, from, to, timeout: timeoutMs, ...reached }, needs) => {
    const isKnown = user !== undefined && password !== undefined;
    const login = isKnown ? { user, password } : undefined;
    return mailChannel({ server: { ...reached, login, timeoutMs }, from, to }, needs);
  },
});

/** Between whom, and over which server. */
export interface MailChannelSettings {
  readonly server: SmtpServerSettings;
  readonly from: string;
  readonly to: readonly string[];
}

const SENDER = 'Spanguard';
const SUBJECT_CHARACTERS_MAX = 200;
const DESCRIPTION_CHARACTERS_MAX = 4096;
/** Alerts remembered that some of their recipients have; more than a worker has under way. */
const TOLD_IN_PART_MAX = 512;

/** A channel of mails: a connection each, since alerts are rare and connections grow old. */
export function mailChannel(
  { server, from, to }: MailChannelSettings,
  { clock }: { readonly clock: Clock },
): Channel {
  const sessions = new Set<SmtpSession>();
  /** Who is still to get an alert that others have: those do not get it again. */
  const missing = new Map<string, readonly string[]>();

  const attempt = async (
    alert: Alert,
    recipients: readonly string[],
  ): Promise<SentMail | FailedDelivery> => {
    const { composeMail, SmtpSession: Session } = await import('./smtp-session.ts');
    const message = await composeMail(mailOf(alert, { from, to, date: new Date(clock.now()) }));
    let isLate = false;
    const session = new Session(server, () => {
      cancel();
      sessions.delete(session);
    });
    const cancel = clock.after(server.timeoutMs, () => {
      isLate = true;
      session.close();
    });
    sessions.add(session);
    try {
      return await session.send({ from, to: recipients }, message);
    } catch (error) {
      return isLate ? { kind: 'later', reason: 'timeout' } : failedDelivery(error);
    }
  };

  return {
    deliver: async (alert) => {
      const recipients = missing.get(alert.id) ?? to;
      const sent = await attempt(alert, recipients);
      if ('kind' in sent) {
        if (sent.kind !== 'never' || !missing.delete(alert.id)) return sent;
        return acceptedWithout(recipients.length, to.length);
      }
      missing.delete(alert.id);
      if (sent.deferred.length === 0) return acceptedWithout(sent.refused.length, to.length);
      missing.set(alert.id, sent.deferred);
      const [oldest] = missing.keys();
      if (missing.size > TOLD_IN_PART_MAX && oldest !== undefined) missing.delete(oldest);
      const reason = `${sent.deferred.length} of ${to.length} recipients are put off`;
      return { kind: 'later', reason };
    },
    close: () => {
      for (const session of sessions) session.close();
    },
  };
}

/** Told, but for those recipients whom the server does not know. */
function acceptedWithout(refused: number, all: number): Delivery {
  if (refused === 0) return { kind: 'accepted', rejectedItems: 0 };
  const message = `${refused} of ${all} recipients are refused for good`;
  return { kind: 'accepted', rejectedItems: 0, message };
}

function mailOf(
  alert: Alert,
  { from, to, date }: Pick<Mail, 'to' | 'date'> & { readonly from: string },
): Mail {
  const subject = `[${alert.rule.level.toUpperCase()}] ${summary(alert)}`;
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return {
    from: { name: SENDER, address: from },
    to,
    messageId: `${alert.id}@${domain}`,
    date,
    subject: neutralise(subject, SUBJECT_CHARACTERS_MAX),
    text: `${[...alertLines(alert), '', neutralise(alert.rule.description, DESCRIPTION_CHARACTERS_MAX)].join('\n')}\n`,
  };
}
