/** What a record shows of how a request was protected: flags that are derived of what is there. */
import { FLAG, type FactBatch } from '../model/facts/fact-batch.ts';
import { flagColumn } from '../model/facts/fact-slots.ts';
import { ByteSpan } from './byte-span.ts';
import { attributeNumber } from './columns.ts';
import type { Lexicon } from './lexicon.ts';
import type { Places } from './places.ts';
import type { RecordCells } from './record-cells.ts';

const TLS = flagColumn('tls.established');
const CREDENTIALS = flagColumn('security.credentials.seen');
const HSTS = flagColumn('security.response.hsts');
const CORS_ANY = flagColumn('security.response.cors_any');
const SCHEME = attributeNumber('url.scheme');
const FULL = attributeNumber('url.full');
const TLS_VERSION = attributeNumber('tls.protocol.version');
const OUTCOME = attributeNumber('security.authn.outcome');
const HSTS_HEADER = attributeNumber('http.response.header.strict-transport-security');
const CORS_HEADER = attributeNumber('http.response.header.access-control-allow-origin');
/** Whoever is known came with something. */
const CREDENTIALS_OF = (
  [
    ...(['http.request.header.authorization', 'http.request.header.cookie'] as const),
    ...(['user.id', 'user.hash', 'security.api_key.id'] as const),
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
