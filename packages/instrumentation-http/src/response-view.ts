/** A `node:http` response as the record of its request reads it. */
import type { ServerResponse } from 'node:http';
import { readSentHead, type ResponseView } from '@spanguard/instrumentation';

const writtenHeadersMax = 128;

/** Status and headers of a response that was begun; a status nobody sent is absent. */
export function responseView(response: ServerResponse): ResponseView {
  if (!response.headersSent) return viewOf(response, undefined);
  const sent = sentHead(response);
  const head = sent === undefined ? undefined : readSentHead(sent);
  return { ...viewOf(response, response.statusCode), head };
}

/** What the application answered a client that had gone: Node sends nothing of it, a status least of all. */
export function lateView(response: ServerResponse): ResponseView {
  return viewOf(response, response.statusCode);
}

function viewOf(response: ServerResponse, statusCode: number | undefined): ResponseView {
  return {
    statusCode,
    header: (name) => response.getHeader(name) ?? writtenHeader(response, name),
  };
}

// `writeHead(status, headers)` sends headers that `getHeader` never shows; the text that was sent
// does. It is looked at only where an outcome depends on it.
function writtenHeader(response: ServerResponse, name: string): string[] | string | undefined {
  const sent = sentHead(response);
  if (sent === undefined) return undefined;
  const prefix = `${name}:`;
  const values = sent
    .split('\r\n', writtenHeadersMax)
    .filter((line) => line.slice(0, prefix.length).toLowerCase() === prefix)
    .map((line) => line.slice(prefix.length).trim());
  return values.length > 1 ? values : values[0];
}

// Node keeps it as it went out, whichever way its headers were given.
function sentHead(response: ServerResponse): string | undefined {
  const sent: unknown = Reflect.get(response, '_header');
  return typeof sent === 'string' ? sent : undefined;
}
