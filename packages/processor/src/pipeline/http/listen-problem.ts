/** Why a server could not listen, in words that name the option and what to do. */

const REMEDIES: ReadonlyMap<string, string> = new Map([
  [
    'EADDRINUSE',
    'another process listens there: stop it (an OpenTelemetry Collector takes 4317, 4318 and 13133) or choose another port',
  ],
  [
    'EACCES',
    'this user may not listen there: choose a port above 1023, or grant CAP_NET_BIND_SERVICE',
  ],
  ['EADDRNOTAVAIL', 'no interface of this machine has the address: choose one that it has'],
  ['ENOTFOUND', 'the name does not resolve: choose an address of this machine'],
]);

/** Where a listener was to be. */
export interface ListenPlace {
  /** The option that says so. */
  readonly option: string;
  readonly host: string;
  readonly port: number;
}

/** An error to throw in place of the one that Node gave. */
export function listenProblem(error: unknown, { option, host, port }: ListenPlace): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  const place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const remedy = REMEDIES.get(code) ?? 'choose another address';
  return new Error(`${option}: cannot listen on ${place}: ${code}, ${remedy}`, { cause: error });
}
