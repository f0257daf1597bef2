/** A line of a web server's access log, common or combined, with or without the name of a host before it. */
import type { LogValues } from './log-fields.ts';

/** Longest line looked at, in characters. */
const LINE_CHARACTERS_MAX = 16_384;
const HEAD =
  /^(?:[\w.-]{1,253}(?::\d{1,5})? )?(?<client>[0-9a-fA-F.:]{3,45}) \S{1,64} (?<user>\S{1,128}) \[[^\]]{10,40}\] "/;
const TAIL = /^" (?<status>\d{3}) (?<bytes>\d{1,15}|-)(?: "[^"]{0,2048}" ")?/;
const REQUEST = /^(?<method>[A-Z]{3,20}) (?<target>\S{1,8192})(?: HTTP\/\d(?:\.\d)?)?$/;
const UNKNOWN = '-';

/** Adds what the line tells; false for what is no such line. Linear in the line. */
export function readAccessLine(line: string, into: LogValues): boolean {
  if (line.length > LINE_CHARACTERS_MAX) return false;
  const head = HEAD.exec(line);
  if (head === null) return false;
  const requestAt = head[0].length;
  const requestEnd = closingQuote(line, requestAt);
  if (requestEnd < 0) return false;
  const tail = TAIL.exec(line.slice(requestEnd));
  if (tail === null) return false;
  const { client = '', user = UNKNOWN } = head.groups ?? {};
  const { status = '', bytes = UNKNOWN } = tail.groups ?? {};
  into.set('client', client);
  into.set('status', status);
  if (user !== UNKNOWN && user !== '""') into.set('user', user);
  if (bytes !== UNKNOWN) into.set('bytes', bytes);
  readRequestLine(line.slice(requestAt, requestEnd), into);
  const agentAt = requestEnd + tail[0].length;
  const agentEnd = closingQuote(line, agentAt);
  if (tail[0].endsWith(' "') && agentEnd > agentAt)
    into.set('agent', line.slice(agentAt, agentEnd));
  return true;
}

/** Adds method and target of `GET /path HTTP/1.1`; false for what is none. */
export function readRequestLine(line: string, into: LogValues): boolean {
  const { method, target } = REQUEST.exec(line)?.groups ?? {};
  if (method === undefined || target === undefined) return false;
  into.set('method', method);
  into.set('target', target);
  return true;
}

/** Position of the next quote that no backslash stands before; -1 where there is none. */
function closingQuote(line: string, from: number): number {
  for (let at = from; at < line.length; at++) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === '"') return at;
  }
  return -1;
}
