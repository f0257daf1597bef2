/** What the answers of a mail server mean for an alert. Its words are never told: they quote what they like. */
import type { Delivery } from '../../../pipeline/delivery.ts';
import { errorName } from '../../../pipeline/failure-reason.ts';

/** What nodemailer says of a failure. */
interface SmtpFailure {
  readonly code?: unknown;
  /** Of the system, where it was not the server. */
  readonly originalCode?: unknown;
  /** Of the server, where it answered. */
  readonly responseCode?: unknown;
  /** Such as `RCPT TO`, `AUTH PLAIN`, or `CONN` before there is any. */
  readonly command?: unknown;
}

/** An attempt that failed. */
export type FailedDelivery = Exclude<Delivery, { readonly kind: 'accepted' }>;

/** A refusal here is of the message. Of all else it is of us: nothing we sent would be taken. */
const OF_THE_MESSAGE: ReadonlySet<unknown> = new Set(['MAIL FROM', 'RCPT TO', 'DATA']);
/** It wants us to log in, or otherwise, before it takes anything (RFC 4954). */
const CREDENTIALS: ReadonlySet<number> = new Set([530, 534, 535, 538]);
/** Codes of OpenSSL and Node, such as CERT_HAS_EXPIRED: waiting mends none of them. */
const OF_CERTIFICATES = /CERT|VERIFY/;

/** How an attempt ended that failed before the message was taken. */
export function failedDelivery(error: unknown): FailedDelivery {
  if (!(error instanceof Error)) return { kind: 'later', reason: errorName(error) };
  const { code, originalCode, responseCode, command }: Error & SmtpFailure = error;
  if (typeof responseCode === 'number') {
    const reason = `SMTP ${responseCode} to ${String(command)}`;
    if (responseCode < 500) return { kind: 'later', reason };
    const isOfUs = CREDENTIALS.has(responseCode) || !OF_THE_MESSAGE.has(command);
    return { kind: isOfUs ? 'paused' : 'never', reason };
  }
  if (typeof originalCode === 'string') {
    return { kind: OF_CERTIFICATES.test(originalCode) ? 'paused' : 'later', reason: originalCode };
  }
  switch (code) {
    case 'ETLS':
      return { kind: 'paused', reason: 'STARTTLS failed' };
    case 'EAUTH':
      return { kind: 'paused', reason: 'no way to log in that both know' };
    case 'EMESSAGE':
      return { kind: 'never', reason: 'larger than the server takes' };
    default:
      return { kind: 'later', reason: errorName(error) };
  }
}

/** Whether a recipient who is refused with this may be taken at another time. */
export function isTemporary({ responseCode }: SmtpFailure): boolean {
  return typeof responseCode === 'number' && responseCode < 500;
}
