/**
 * Node's HTTP. An `import` of `node:http` reads everything that it exports, and so loads fetch and WebSocket
 * as well: 5 MB of memory, and 60 ms of each start. Asked for by name it loads what it needs.
 */

/** As `import * as http from 'node:http'`. */
export const nodeHttp: typeof import('node:http') = process.getBuiltinModule('node:http');

/** As `import * as https from 'node:https'`, loaded once somebody wants it: with TLS it takes 9 MB. */
export function nodeHttps(): typeof import('node:https') {
  return process.getBuiltinModule('node:https');
}
