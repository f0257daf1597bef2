/** What of the headers of a request is read as input: harmless ones are left out, cookies taken apart. */

/** Set by browsers and proxies from what they know, and by no application read as text. */
const NEVER_READ: ReadonlySet<string> = new Set([
  ...['accept-encoding', 'accept-charset', 'connection', 'content-length', 'cache-control'],
  ...['date', 'dnt', 'expect', 'keep-alive', 'pragma', 'te', 'transfer-encoding', 'upgrade'],
  ...['upgrade-insecure-requests', 'sec-gpc', 'priority', 'if-modified-since', 'if-none-match'],
  ...['sec-websocket-key', 'sec-websocket-version', 'sec-websocket-extensions', 'save-data'],
  ...['traceparent', 'tracestate', 'x-request-id', 'x-correlation-id', 'alt-used'],
]);
/** These hold a list by their grammar; whatever else stands in one is read. */
const LISTS: ReadonlySet<string> = new Set(['accept', 'accept-language', 'content-type', 'range']);
const LIST = /^[\w*/+.;,= -]{0,512}$/;
const BROWSER_HINT = /^sec-(?:fetch-|ch-)/;
const HINT = /^[\w "().,;:?=/+-]{0,512}$/;
const BOUNDARY = /^multipart\/[\w-]{1,32};\s?boundary="?[\w'()+,./:=? -]{1,70}"?$/i;

/** Whether a header is not worth a look, by its name in lower case and what stands in it. */
export function isHarmless(name: string, value: string): boolean {
  if (LISTS.has(name)) return LIST.test(value) || BOUNDARY.test(value);
  if (NEVER_READ.has(name)) return LIST.test(value) || HINT.test(value);
  return BROWSER_HINT.test(name) && HINT.test(value);
}

/** A cookie as it was sent. */
export interface Cookie {
  readonly name: string;
  readonly value: string;
}

/** The pairs of a `Cookie` header, at most `cookiesMax`; quotes around a value are not part of it. */
export function cookiesIn(header: string, cookiesMax: number): readonly Cookie[] {
  const cookies: Cookie[] = [];
  for (let start = 0; start < header.length && cookies.length < cookiesMax;) {
    const semicolon = header.indexOf(';', start);
    const end = semicolon < 0 ? header.length : semicolon;
    const pair = header.slice(start, end);
    const equals = pair.indexOf('=');
    const value = equals < 0 ? pair.trim() : unquoted(pair.slice(equals + 1).trim());
    cookies.push({ name: equals < 0 ? '' : pair.slice(0, equals).trim(), value });
    start = end + 1;
  }
  return cookies;
}

function unquoted(value: string): string {
  const isQuoted = value.length > 1 && value.startsWith('"') && value.endsWith('"');
  return isQuoted ? value.slice(1, -1) : value;
}
