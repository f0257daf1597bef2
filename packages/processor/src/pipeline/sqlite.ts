/**
 * Node's SQLite, without the warning of Node 22 that it is experimental: nobody who runs us can act on it.
 */

/** The module, loaded where it is used first: most commands need none of it. */
export function loadSqlite(): typeof import('node:sqlite') {
  const warn = Object.getOwnPropertyDescriptor(process, 'emitWarning') ?? {};
  // Node asks for this property when it loads the module, and nothing else runs meanwhile.
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    Object.defineProperty(process, 'emitWarning', warn);
  }
}
