/** Begins to listen; where that fails, says why in words that name the option and what to do. */
import type { Server } from 'node:net';

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

/** Where a listener is to be. */
export interface ListenPlace {
  /** The option that says so. */
  readonly option: string;
  readonly host: string;
  readonly port: number;
  /** What else a user can do, where the listener can be done without. */
  readonly orElse?: string;
}

/** Resolves once it listens; rejects with a sentence for the user. Errors that come later go to `onError`. */
export function listen(
  server: Server,
  place: ListenPlace,
  onError: (error: Error) => void,
): Promise<void> {
  const { host, port } = place;
  return new Promise<void>((resolve, reject) => {
    const fail = (error: Error): void => reject(listenProblem(error, place));
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.removeListener('error', fail);
      server.on('error', onError);
      resolve();
    });
  });
}

/** An error to throw in place of the one that Node gave. */
function listenProblem(error: unknown, { option, host, port, orElse }: ListenPlace): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  const place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const known = REMEDIES.get(code) ?? 'choose another address';
  const remedy = orElse === undefined ? known : `${known}, or ${orElse}`;
  return new Error(`${option}: cannot listen on ${place}: ${code}, ${remedy}`, { cause: error });
}
