/** Whether a log record is of a server within the application that logs each request: its span tells of it too. */
import { FieldCursor, WIRE } from '@spanguard/otlp';

/** Field of the scope in ScopeLogs, and of its name in it. */
const SCOPE = 1;
const NAME = 1;
/** Names of loggers of Python and of packages of Node, as SDKs name scopes after them. */
const ACCESS_LOGGER =
  /^(?:werkzeug|uvicorn|gunicorn|hypercorn|waitress|aiohttp|django\.|cherrypy|tornado|daphne|morgan|pino-http|express-|fastify|koa-)/;

/** Asked of the ScopeLogs in `[start, end)`. */
export function isAccessLogger(bytes: Buffer, start: number, end: number): boolean {
  const scope = fieldOf(new FieldCursor(bytes, start, end), SCOPE);
  const name = scope && fieldOf(new FieldCursor(bytes, scope.start, scope.end), NAME);
  return name !== undefined && ACCESS_LOGGER.test(bytes.toString('utf8', name.start, name.end));
}

function fieldOf(cursor: FieldCursor, field: number): FieldCursor | undefined {
  while (cursor.next()) {
    if (cursor.field === field && cursor.wireType === WIRE.length) return cursor;
  }
  return undefined;
}
