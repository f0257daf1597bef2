/** Puts payloads, encoded in some way, into places of requests. */
import type { HeaderValues } from '../../src/index.ts';
import type { Draw } from './random.ts';

/** A request as far as it is looked at. */
export interface Request {
  readonly target: string;
  readonly headers: HeaderValues;
  readonly body?: unknown;
}

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const HEADERS: HeaderValues = {
  host: 'shop.example',
  accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
  'accept-language': 'en-GB,en;q=0.5',
  'accept-encoding': 'gzip, deflate, br',
};

/** How a payload is written before it is placed. */
export const ENCODINGS: Readonly<Record<string, (text: string, draw: Draw | undefined) => string>> =
  {
    plain: (text) => text,
    url: (text) => encodeURIComponent(text).replaceAll("'", '%27').replaceAll('*', '%2A'),
    url_twice: (text) => encodeURIComponent(encodeURIComponent(text)),
    base64: (text) => Buffer.from(text).toString('base64'),
    base64url: (text) => Buffer.from(text).toString('base64url'),
    unicode_escapes: (text) => escaped(text, (code) => `\\u${code.toString(16).padStart(4, '0')}`),
    hex_escapes: (text) => escaped(text, (code) => `\\x${code.toString(16).padStart(2, '0')}`),
    percent_u: (text) => escaped(text, (code) => `%u${code.toString(16).padStart(4, '0')}`),
    html_entities: (text) => escaped(text, (code) => `&#${code};`),
    html_hex_entities: (text) => escaped(text, (code) => `&#x${code.toString(16)};`),
    full_width: (text) =>
      text.replaceAll(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)),
    mixed_case: (text, draw) =>
      text.replaceAll(/[a-z]/g, (sign) => (draw?.number(0, 1) === 0 ? sign : sign.toUpperCase())),
    overlong: (text) => text.replaceAll(/[./\\<>'"]/g, (sign) => overlong(sign.charCodeAt(0))),
  };

function escaped(text: string, write: (code: number) => string): string {
  return text.replaceAll(/[^A-Za-z\d]/g, (sign) => write(sign.charCodeAt(0)));
}

function overlong(code: number): string {
  return `%${(0xc0 | (code >> 6)).toString(16)}%${(0x80 | (code & 63)).toString(16)}`;
}

const url = (text: string): string => encodeURIComponent(text).replaceAll('%25', '%');
const base = (more: Partial<Request>): Request => ({
  ...{ target: '/api/items', headers: { ...HEADERS, 'user-agent': AGENT } },
  ...more,
});
const withHeader = (name: string, value: string): Request => requestOf({}, { [name]: value });

/** A request of a browser, with whatever is given instead. */
export function requestOf(more: Partial<Request>, headers: HeaderValues = {}): Request {
  return base({ ...more, headers: { ...HEADERS, 'user-agent': AGENT, ...headers } });
}

/** A header holds no line break, and what is not Latin is not sent. */
const inHeader = (text: string): string => text.replaceAll(/[\r\n]/g, ' ');

const multipart = (head: string, content: string): string =>
  `--b0undary\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n--b0undary--\r\n`;
const xmlText = (text: string): string =>
  /^<[!?]/.test(text) ? text : text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Where a payload is placed. */
export const PLACES: Readonly<Record<string, (text: string) => Request>> = {
  'query value': (text) => base({ target: `/api/items?q=${url(text)}&page=2` }),
  'query name': (text) => base({ target: `/api/items?${url(text)}=1` }),
  path: (text) => base({ target: `/api/items/${url(text)}` }),
  'form value': (text) => base({ body: `q=${url(text)}&page=2` }),
  'form, parsed': (text) => base({ body: { q: text, page: '2' } }),
  'JSON value': (text) => base({ body: { user: { note: text }, page: 2 } }),
  'JSON name': (text) => base({ body: { [text]: 'x' } }),
  'JSON text': (text) => base({ body: JSON.stringify({ list: [{ note: text }] }) }),
  'GraphQL literal': (text) =>
    base({ body: { query: `query { user(name: ${JSON.stringify(text)}) { id email } }` } }),
  'GraphQL variable': (text) =>
    base({
      body: { query: 'query ($n: String) { user(name: $n) { id } }', variables: { n: text } },
    }),
  multipart: (text) => base({ body: multipart('name="note"', text) }),
  'multipart name': (text) => base({ body: multipart(`name="${text}"`, 'x') }),
  'file name': (text) => base({ body: multipart(`name="f"; filename="${text}"`, 'x') }),
  'XML text': (text) =>
    base({ body: `<?xml version="1.0"?><order><note>${xmlText(text)}</note></order>` }),
  'SOAP text': (text) =>
    base({
      body: `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><get><id>${xmlText(text)}</id></get></soap:Body></soap:Envelope>`,
    }),
  'text body': (text) => base({ body: text }),
  cookie: (text) =>
    withHeader('cookie', `sid=8f3a2c; note=${inHeader(text).replaceAll(';', '%3B')}`),
  'own header': (text) => withHeader('x-api-version', inHeader(text)),
  referer: (text) => withHeader('referer', `https://shop.example/?q=${url(text)}`),
  'user agent': (text) => base({ headers: { ...HEADERS, 'user-agent': inHeader(text) } }),
};
