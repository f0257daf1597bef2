/** Every kind of finding: what it means, how bad it is, what to do, and what standards call it. */
import type { AlertLevel } from '../model/alert.ts';

/** What is said of a kind. */
export interface FindingKind {
  readonly title: string;
  readonly level: AlertLevel;
  /** What to do, one or two sentences. */
  readonly fix: string;
  /** OWASP API Security Top 10 of 2023, CWE, ASVS 5.0. */
  readonly tags: readonly string[];
}

/** By the name a finding has in its id; never renamed. */
export const FINDING_KINDS = {
  sensitive_without_authentication: {
    title: 'Sensitive data is answered to anybody',
    level: 'high',
    fix: 'Ask for credentials before the endpoint answers, or leave the data out of the answer.',
    tags: ['owasp_api.api2_2023', 'cwe.306', 'asvs5.8.2.1'],
  },
  authentication_not_always: {
    title: 'Some requests are answered without credentials, others are refused for want of them',
    level: 'high',
    fix: 'Look at the evidence for what lets requests pass: a method, a parameter, another version, a proxy. Check credentials in one place in front of all handlers.',
    tags: ['owasp_api.api2_2023', 'cwe.287', 'asvs5.8.3.1'],
  },
  debug_endpoint: {
    title: 'A debugging or management endpoint answers',
    level: 'high',
    fix: 'Take it out of what is deployed, or let it listen on an address that only operators reach.',
    tags: ['owasp_api.api8_2023', 'owasp_api.api9_2023', 'cwe.489', 'asvs5.13.4.5'],
  },
  secret_in_url: {
    title: 'Secrets are sent in the query of the URL',
    level: 'high',
    fix: 'Take them in the Authorization header or in the body: URLs stand in logs, histories and Referer headers. Replace those that were sent.',
    tags: ['owasp_api.api2_2023', 'cwe.598', 'asvs5.14.2.1'],
  },
  plain_http: {
    title: 'Requests come without TLS',
    level: 'medium',
    fix: 'Redirect to https and send Strict-Transport-Security. Where a proxy ends TLS, let it tell so (X-Forwarded-Proto) and trust it for that.',
    tags: ['owasp_api.api8_2023', 'cwe.319', 'asvs5.12.2.1'],
  },
  old_tls: {
    title: 'TLS 1.0 or 1.1 is spoken',
    level: 'medium',
    fix: 'Allow TLS 1.2 and 1.3 only.',
    tags: ['owasp_api.api8_2023', 'cwe.326', 'asvs5.12.1.1'],
  },
  basic_authentication: {
    title: 'Passwords are sent with every request (basic authentication)',
    level: 'medium',
    fix: 'Let clients log in for a token that ends, or sign their requests.',
    tags: ['owasp_api.api2_2023', 'cwe.522', 'asvs5.6.3.4'],
  },
  no_rate_limit_on_login: {
    title: 'Many logins fail and none is refused for being one of too many',
    level: 'medium',
    fix: 'Limit attempts by account and by client, answer 429, and slow down what goes on.',
    tags: ['owasp_api.api2_2023', 'owasp_api.api4_2023', 'cwe.307', 'asvs5.6.3.1'],
  },
  cors_any_identified: {
    title: 'Any web page may read answers to requests with credentials',
    level: 'medium',
    fix: 'Answer Access-Control-Allow-Origin with origins of a list, never with * where credentials count.',
    tags: ['owasp_api.api8_2023', 'cwe.942', 'asvs5.3.4.2'],
  },
  cors_any: {
    title: 'Any web page may read the answers',
    level: 'low',
    fix: 'Answer Access-Control-Allow-Origin with origins of a list, unless this is for everybody; then ignore the finding.',
    tags: ['owasp_api.api8_2023', 'cwe.942', 'asvs5.3.4.2'],
  },
  hsts_off: {
    title: 'Strict-Transport-Security is switched off',
    level: 'low',
    fix: 'Send max-age of a year or more.',
    tags: ['owasp_api.api8_2023', 'cwe.319', 'asvs5.3.4.1'],
  },
  hsts_missing: {
    title: 'Strict-Transport-Security is not sent',
    level: 'low',
    fix: 'Send Strict-Transport-Security with a max-age of a year or more on every answer over https.',
    tags: ['owasp_api.api8_2023', 'cwe.319', 'asvs5.3.4.1'],
  },
  stack_trace: {
    title: 'Answers show stack traces',
    level: 'medium',
    fix: 'Answer errors with a text of your own and an id, and log the stack: switch off the debug mode of the framework.',
    tags: ['owasp_api.api8_2023', 'cwe.209', 'asvs5.16.5.1'],
  },
  database_error: {
    title: 'Answers show errors of the database',
    level: 'medium',
    fix: 'Catch errors of the database, log them, and answer with a text that names no table, query or product.',
    tags: ['owasp_api.api8_2023', 'cwe.209', 'asvs5.16.5.1'],
  },
  cookie_insecure: {
    title: 'Cookies are set without Secure',
    level: 'medium',
    fix: 'Set Secure on every cookie, so that it is never sent without TLS.',
    tags: ['owasp_api.api8_2023', 'cwe.614', 'asvs5.3.3.1'],
  },
  cookie_scriptable: {
    title: 'Cookies are set that scripts may read',
    level: 'low',
    fix: 'Set HttpOnly on every cookie that no script of yours reads; ignore the finding where one must.',
    tags: ['owasp_api.api8_2023', 'cwe.1004', 'asvs5.3.3.4'],
  },
  cookie_cross_site: {
    title: 'Cookies are set that other sites may send along',
    level: 'low',
    fix: 'Set SameSite to Lax or Strict, or check a token against forged requests.',
    tags: ['owasp_api.api8_2023', 'cwe.1275', 'asvs5.3.3.2'],
  },
  deprecated_version: {
    title: 'An old version is in use beside a newer one',
    level: 'low',
    fix: 'Tell its users when it ends (Sunset header), and take it out then.',
    tags: ['owasp_api.api9_2023', 'cwe.1059'],
  },
  no_validation_seen: {
    title: 'Many writes, and none was ever refused as invalid',
    level: 'low',
    fix: 'Check every body against a schema, and answer 400 or 422 to what does not fit.',
    tags: ['owasp_api.api8_2023', 'cwe.20', 'asvs5.2.2.1'],
  },
} as const satisfies Readonly<Record<string, FindingKind>>;

/** Name of a kind. */
export type FindingKindName = keyof typeof FINDING_KINDS;

/** What is said of a kind; undefined for one of a newer version. */
export function findingKind(name: string): FindingKind | undefined {
  return Object.hasOwn(FINDING_KINDS, name) ? FINDING_KINDS[name as FindingKindName] : undefined;
}
