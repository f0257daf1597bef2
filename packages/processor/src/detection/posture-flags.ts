/** What a record shows of how a request was protected: flags that are derived of what is there. */
import {
  ATTR_HTTP_REQUEST_HEADER_AUTHORIZATION,
  ATTR_HTTP_REQUEST_HEADER_COOKIE,
  ATTR_HTTP_RESPONSE_HEADER_ACCESS_CONTROL_ALLOW_ORIGIN,
  ATTR_HTTP_RESPONSE_HEADER_STRICT_TRANSPORT_SECURITY,
  ATTR_SECURITY_API_KEY_ID,
  ATTR_SECURITY_AUTHN_OUTCOME,
  ATTR_TLS_PROTOCOL_VERSION,
  ATTR_URL_FULL,
  ATTR_URL_SCHEME,
  ATTR_USER_HASH,
  ATTR_USER_ID,
  FIELD_SECURITY_CREDENTIALS_SEEN,
  FIELD_SECURITY_RESPONSE_CORS_ANY,
  FIELD_SECURITY_RESPONSE_HSTS,
  FIELD_TLS_ESTABLISHED,
} from '@spanguard/conventions';
import { FLAG, type FactBatch } from '../model/facts/fact-batch.ts';
import { flagColumn } from '../model/facts/fact-slots.ts';
import { ByteSpan } from './byte-span.ts';
import { attributeNumber } from './columns.ts';
import type { Lexicon } from './lexicon.ts';
import type { Places } from './places.ts';
import type { RecordCells } from './record-cells.ts';

const TLS = flagColumn(FIELD_TLS_ESTABLISHED);
const CREDENTIALS = flagColumn(FIELD_SECURITY_CREDENTIALS_SEEN);
const HSTS = flagColumn(FIELD_SECURITY_RESPONSE_HSTS);
const CORS_ANY = flagColumn(FIELD_SECURITY_RESPONSE_CORS_ANY);
const SCHEME = attributeNumber(ATTR_URL_SCHEME);
const FULL = attributeNumber(ATTR_URL_FULL);
const TLS_VERSION = attributeNumber(ATTR_TLS_PROTOCOL_VERSION);
const OUTCOME = attributeNumber(ATTR_SECURITY_AUTHN_OUTCOME);
const HSTS_HEADER = attributeNumber(ATTR_HTTP_RESPONSE_HEADER_STRICT_TRANSPORT_SECURITY);
const CORS_HEADER = attributeNumber(ATTR_HTTP_RESPONSE_HEADER_ACCESS_CONTROL_ALLOW_ORIGIN);
/** Whoever is known came with something. */
const CREDENTIALS_OF = (
  [
    ...([ATTR_HTTP_REQUEST_HEADER_AUTHORIZATION, ATTR_HTTP_REQUEST_HEADER_COOKIE] as const),
    ...([ATTR_USER_ID, ATTR_USER_HASH, ATTR_SECURITY_API_KEY_ID] as const),
  ] as const
).map(attributeNumber);
const HTTPS = Buffer.from('https');
const HTTP = Buffer.from('http');
const SCHEME_END = 0x3a;
const LOWER_CASE = 0x20;

/** Writes the flags of one record after the other. */
export class PostureFlags {
  readonly #facts: FactBatch;
  readonly #lexicon: Lexicon;
  readonly #places: Places;
  readonly #span = new ByteSpan();

  constructor(facts: FactBatch, lexicon: Lexicon, places: Places) {
    this.#facts = facts;
    this.#lexicon = lexicon;
    this.#places = places;
  }

  write(row: number, cells: RecordCells): void {
    const tls = this.#tls(cells);
    if (tls !== FLAG.absent) this.#facts.setFlag(TLS, row, tls);
    if (this.#hasCredentials(cells)) this.#facts.setFlag(CREDENTIALS, row, FLAG.yes);
    const hsts = this.#header(cells, HSTS_HEADER, lastsAWhile);
    if (hsts !== FLAG.absent) this.#facts.setFlag(HSTS, row, hsts);
    const anyOrigin = this.#header(cells, CORS_HEADER, isAnyOrigin);
    if (anyOrigin !== FLAG.absent) this.#facts.setFlag(CORS_ANY, row, anyOrigin);
  }

  #tls(cells: RecordCells): number {
    const span = this.#span;
    if (cells.has(TLS_VERSION)) return FLAG.yes;
    if (cells.point(span, SCHEME)) {
      if (startsWith(span, HTTPS) && span.length === HTTPS.length) return FLAG.yes;
      if (startsWith(span, HTTP) && span.length === HTTP.length) return FLAG.no;
    }
    if (!cells.point(span, FULL)) return FLAG.absent;
    if (isSchemeOf(span, HTTPS)) return FLAG.yes;
    return isSchemeOf(span, HTTP) ? FLAG.no : FLAG.absent;
  }

  #hasCredentials(cells: RecordCells): boolean {
    for (const attribute of CREDENTIALS_OF) if (cells.isOwn(attribute)) return true;
    if (!cells.point(this.#span, OUTCOME)) return false;
    const place = this.#places[cells.columnOf(OUTCOME)];
    return place !== undefined && this.#lexicon.judge(place, this.#span, isDecided);
  }

  #header(cells: RecordCells, attribute: number, holds: (text: string) => boolean): number {
    if (!cells.point(this.#span, attribute)) return FLAG.absent;
    const place = this.#places[cells.columnOf(attribute)];
    if (place === undefined) return FLAG.absent;
    return this.#lexicon.judge(place, this.#span, holds) ? FLAG.yes : FLAG.no;
  }
}

function isDecided(outcome: string): boolean {
  return outcome === 'success' || outcome === 'failure';
}

function lastsAWhile(header: string): boolean {
  return /max-age\s*=\s*"?0*[1-9]/i.test(header);
}

function isAnyOrigin(header: string): boolean {
  return header.trim() === '*';
}

function isSchemeOf(span: ByteSpan, scheme: Buffer): boolean {
  return startsWith(span, scheme) && span.bytes[span.start + scheme.length] === SCHEME_END;
}

/** Without regard to the case of letters. */
function startsWith({ bytes, start, end }: ByteSpan, word: Buffer): boolean {
  if (end - start < word.length) return false;
  for (let at = 0; at < word.length; at++) {
    if (((bytes[start + at] ?? 0) | LOWER_CASE) !== word[at]) return false;
  }
  return true;
}
