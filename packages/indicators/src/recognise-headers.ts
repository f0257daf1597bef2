/** Signs of attacks in the headers of a request: values, names and values of cookies, credentials. */
import { base64Text } from './decode/base64.ts';
import { Findings, type FindingsOptions } from './findings.ts';
import { cookiesIn, isHarmless } from './header-values.ts';
import type { LocatedIndicator } from './indicator.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { readPath, readQuery } from './recognise-target.ts';

/** Headers by name in lower case, as Node gives them; several of one name as a list. */
export interface HeaderValues {
  readonly [name: string]: string | readonly string[] | undefined;
}

/** It has rules of its own: `recogniseUserAgent`. */
const AGENT = 'user-agent';
const ORIGIN_ONLY = /^(?:https?:\/\/[\w.-]{1,255}(?::\d{1,5})?\/?|null)$/i;
const ORIGIN = /^https?:\/\/[^/?#\s]{1,255}/i;
/** Of the characters that RFC 6750 gives a token there is no payload. */
const BEARER = /^bearer\s{1,4}[\w.~+/-]{1,8192}={0,2}$/i;
const BASIC = /^basic\s{1,4}(\S{4,2048})$/i;

/**
 * Values of headers and of cookies, but for those that browsers and proxies set and no application takes
 * for input, and the user agent. `parameter` is the header's name, of a cookie `cookie.` and its name. At
 * most 128 values are read and 256 cookies, within the bounds of a body.
 */
export function recogniseHeaders(headers: HeaderValues): readonly LocatedIndicator[] {
  return signsInHeaders(headers, {});
}

/** What stands in one header, by its name in lower case. */
export function recogniseHeader(name: string, value: string): readonly LocatedIndicator[] {
  if (name === AGENT || isHarmless(name, value)) return [];
  const findings = new Findings('header', {});
  readHeader(name, value, { findings, cookiesMax: DEFAULT_LIMITS.cookiesMax });
  return findings.list;
}

export function signsInHeaders(
  headers: HeaderValues,
  options: FindingsOptions,
): readonly LocatedIndicator[] {
  const { headersMax, cookiesMax } = options.limits ?? DEFAULT_LIMITS;
  const findings = new Findings('header', options);
  let count = 0;
  for (const name of Object.keys(headers)) {
    const given = headers[name];
    if (given === undefined || name === AGENT) continue;
    for (const value of typeof given === 'string' ? [given] : given) {
      if (isHarmless(name, value)) continue;
      if (count === headersMax) {
        findings.cut();
        return findings.list;
      }
      count += 1;
      readHeader(name, value, { findings, cookiesMax });
    }
  }
  return findings.list;
}

interface Reader {
  readonly findings: Findings;
  readonly cookiesMax: number;
}

function readHeader(name: string, value: string, { findings, cookiesMax }: Reader): void {
  if (name === 'cookie') return readCookies(value, { findings, cookiesMax });
  if (name === 'origin' && ORIGIN_ONLY.test(value)) return;
  // Where somebody came from is no address to fetch; what was asked for there may be an attack.
  if (name === 'referer') return readReferer(value, findings);
  if (name === 'authorization') {
    if (BEARER.test(value)) return;
    const credentials = BASIC.exec(value)?.[1];
    const decoded = credentials === undefined ? undefined : base64Text(credentials);
    if (decoded !== undefined) return findings.read(decoded, 'value', name);
  }
  findings.read(value, 'value', name);
}

function readCookies(header: string, { findings, cookiesMax }: Reader): void {
  const cookies = cookiesIn(header, cookiesMax);
  if (cookies.length === cookiesMax) findings.cut();
  for (const { name, value } of cookies) {
    const parameter = `cookie.${name}`;
    findings.read(name, 'name', parameter);
    findings.read(value, 'value', parameter);
  }
}

function readReferer(value: string, findings: Findings): void {
  const origin = ORIGIN.exec(value)?.[0];
  if (origin === undefined) return findings.read(value, 'value', 'referer');
  const end = value.indexOf('#');
  const target = value.slice(origin.length, end < 0 ? value.length : end);
  const mark = target.indexOf('?');
  readPath(mark < 0 ? target : target.slice(0, mark), findings, 'referer');
  if (mark >= 0) readQuery(target.slice(mark + 1), findings, 'referer');
}
