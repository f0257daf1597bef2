/** Watches the HTTP requests of exports: they keep no process alive, and their failures are told. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const TRANSPORT = 'platform/node/transport/http-transport-utils.cjs';

/** What became of one attempt to export: an error code of the system, or the status of the answer. */
export interface ExportFailure {
  readonly url: string;
  readonly reason: string | number;
}

/** As Node's `http.request`. */
type RequestFunction = (...args: readonly unknown[]) => {
  once(event: 'socket', listener: (socket: { unref(): void }) => void): unknown;
  once(event: 'error', listener: (error: { code?: string }) => void): unknown;
  once(event: 'response', listener: (response: { statusCode?: number }) => void): unknown;
};

/**
 * Unreferences the sockets of OTLP/HTTP exports and tells `failed` of each attempt that was not taken.
 * Exports over gRPC keep their sockets and tell nothing. Returns whether the transport was found: without
 * it an export in flight may delay the end of the process.
 */
export function watchExportRequests(failed: (failure: ExportFailure) => void): boolean {
  const load = createRequire(import.meta.url);
  try {
    const main = createRequire(load.resolve('@opentelemetry/exporter-trace-otlp-proto')).resolve(
      '@opentelemetry/otlp-exporter-base',
    );
    const transport: object = load(join(dirname(main), TRANSPORT));
    const send: unknown = Reflect.get(transport, 'sendWithHttp');
    if (typeof send !== 'function') return false;
    return Reflect.set(
      transport,
      'sendWithHttp',
      (request: RequestFunction, url: string, ...rest: unknown[]) => {
        const tell = (reason: string | number): void => failed({ url, reason });
        return Reflect.apply(send, transport, [watched(request, tell), url, ...rest]);
      },
    );
  } catch {
    return false;
  }
}

function watched(
  request: RequestFunction,
  tell: (reason: string | number) => void,
): RequestFunction {
  return (...args) => {
    const sent = request(...args);
    sent.once('socket', (socket) => socket.unref());
    sent.once('error', ({ code }) => tell(code ?? 'error'));
    sent.once('response', ({ statusCode = 0 }) => {
      if (statusCode >= 300) tell(statusCode);
    });
    return sent;
  };
}
