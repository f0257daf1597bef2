/** The request target of a span, put together from whatever attributes its instrumentation sends. */
import {
  ATTR_URL_FULL,
  ATTR_URL_ORIGINAL,
  ATTR_URL_PATH,
  ATTR_URL_QUERY,
} from '@spanguard/conventions';
import type { RecordReader } from './record-reader.ts';

/**
 * Path and query as near to the request line as they come; undefined where the span has neither. A raw
 * target may lack the query all the same: ASGI's older spans have it in `http.url` alone.
 */
export function requestTarget(record: RecordReader): string | undefined {
  const original = record.input(ATTR_URL_ORIGINAL);
  if (original?.includes('?') === true) return original;
  const path = original ?? record.input(ATTR_URL_PATH);
  const query = record.input(ATTR_URL_QUERY);
  if (query !== undefined) return `${path ?? '/'}?${query}`;
  // Who splits the path off splits the query off.
  if (path !== undefined && original === undefined) return path;
  const full = targetOfUrl(record.input(ATTR_URL_FULL));
  if (full === undefined || path === undefined) return full ?? path;
  const mark = full.indexOf('?');
  return mark < 0 ? path : `${path}${full.slice(mark)}`;
}

/** Path and query of an absolute URL; what is none is taken for a target already. */
function targetOfUrl(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const authority = url.indexOf('://');
  if (authority < 0) return url;
  const from = url.slice(authority + 3);
  const at = from.search(/[/?]/);
  return at < 0 ? '/' : from.slice(at);
}
