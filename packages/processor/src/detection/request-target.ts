/** The request target of a span, put together from whatever attributes its instrumentation sends. */
import {
  ATTR_URL_FULL,
  ATTR_URL_ORIGINAL,
  ATTR_URL_PATH,
  ATTR_URL_QUERY,
} from '@spanguard/conventions';
import { ByteSpan } from './byte-span.ts';
import { attributeNumber } from './columns.ts';
import type { RecordCells } from './record-cells.ts';

const ORIGINAL = attributeNumber(ATTR_URL_ORIGINAL);
const PATH = attributeNumber(ATTR_URL_PATH);
const QUERY = attributeNumber(ATTR_URL_QUERY);
const FULL = attributeNumber(ATTR_URL_FULL);
const QUESTION_MARK = 0x3f;
const SLASH = 0x2f;
const SCHEME_END = Buffer.from('://');
const ROOT = Buffer.from('/');
const SCRATCH_BYTES = 1024;

/**
 * Path and query as near to the request line as they come. A raw target may lack the query all the same:
 * ASGI's older spans have it in `http.url` alone. Makes no string of what is sent as text.
 */
export class RequestTarget {
  /** Empty where the span has none. */
  readonly path: ByteSpan = new ByteSpan();
  readonly query: ByteSpan = new ByteSpan();
  /** Columns they were found in. */
  pathColumn = 0;
  queryColumn = 0;
  readonly #span = new ByteSpan();
  #scratch = Buffer.alloc(SCRATCH_BYTES);
  #scratchLength = 0;

  /** Reads the target of the record that the cells stand at. */
  read(cells: RecordCells): void {
    this.#clear();
    const hasOriginal = this.#point(cells, ORIGINAL);
    if (hasOriginal) this.#split(cells.columnOf(ORIGINAL));
    if (this.query.length > 0) return;
    if (!hasOriginal && this.#point(cells, PATH)) this.#split(cells.columnOf(PATH));
    const hasPath = this.path.length > 0;
    if (this.#point(cells, QUERY)) return this.#addQuery(cells.columnOf(QUERY));
    // Who splits the path off splits the query off.
    if (hasPath && !hasOriginal) return;
    if (this.#point(cells, FULL)) this.#takeFull(cells.columnOf(FULL), hasPath);
  }

  #clear(): void {
    this.#scratchLength = 0;
    this.path.setText(ROOT, 0, 0);
    this.query.setText(ROOT, 0, 0);
  }

  /** Points at an attribute of the record itself; what is sent as list or map is written out. */
  #point(cells: RecordCells, attribute: number): boolean {
    const span = this.#span;
    if (!cells.isOwn(attribute) || !cells.point(span, attribute)) return false;
    if (!span.isText) this.#write(span, Buffer.from(span.text()));
    return true;
  }

  /** Path before the question mark, query behind it. */
  #split(column: number): void {
    const { bytes, start, end } = this.#span;
    const mark = indexOf(bytes, QUESTION_MARK, start, end);
    this.path.setText(bytes, start, mark < 0 ? end : mark);
    this.pathColumn = column;
    if (mark < 0) return;
    this.query.setText(bytes, mark + 1, end);
    this.queryColumn = column;
  }

  /** A path that brings a query of its own has both. */
  #addQuery(column: number): void {
    const { bytes, start, end } = this.#span;
    const before = this.query;
    if (before.length > 0) {
      const mark = Buffer.of(QUESTION_MARK);
      const both = [
        before.bytes.subarray(before.start, before.end),
        mark,
        bytes.subarray(start, end),
      ];
      this.#write(this.query, Buffer.concat(both));
    } else this.query.setText(bytes, start, end);
    this.queryColumn = column;
    if (this.path.length > 0) return;
    this.path.setText(ROOT, 0, 1);
    this.pathColumn = column;
  }

  /** Path and query of an absolute URL; what is none is taken for a target already. */
  #takeFull(column: number, hasPath: boolean): void {
    const { bytes, end } = this.#span;
    let { start } = this.#span;
    const scheme = bytes.subarray(start, end).indexOf(SCHEME_END);
    if (scheme >= 0) {
      start += scheme + SCHEME_END.length;
      while (start < end && bytes[start] !== SLASH && bytes[start] !== QUESTION_MARK) start++;
    }
    const mark = indexOf(bytes, QUESTION_MARK, start, end);
    if (!hasPath) {
      const pathEnd = mark < 0 ? end : mark;
      if (pathEnd > start) this.path.setText(bytes, start, pathEnd);
      else this.path.setText(ROOT, 0, 1);
      this.pathColumn = column;
    }
    if (mark < 0) return;
    this.query.setText(bytes, mark + 1, end);
    this.queryColumn = column;
  }

  #write(to: ByteSpan, text: Buffer): void {
    const start = this.#scratchLength;
    if (start + text.length > this.#scratch.length) {
      // Spans over what was written before keep the memory they are over.
      this.#scratch = Buffer.alloc(Math.max(SCRATCH_BYTES, text.length * 2));
      this.#scratchLength = 0;
      return this.#write(to, text);
    }
    text.copy(this.#scratch, start);
    this.#scratchLength = start + text.length;
    to.setText(this.#scratch, start, this.#scratchLength);
  }
}

function indexOf(bytes: Uint8Array, byte: number, start: number, end: number): number {
  for (let at = start; at < end; at++) if (bytes[at] === byte) return at;
  return -1;
}
