/** Keeps exports in flight from keeping the application's process alive. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const TRANSPORT = 'platform/node/transport/http-transport-utils.cjs';

/** As Node's `http.request`; what it returns has a socket later. */
type RequestFunction = (...args: readonly unknown[]) => {
  once(event: 'socket', listener: (socket: { unref(): void }) => void): unknown;
};

/**
 * Unreferences the sockets of OTLP/HTTP exports. Exports over gRPC keep theirs. Returns whether the
 * transport was found: without it an export in flight may delay the end of the process.
 */
export function unrefExportSockets(): boolean {
  const load = createRequire(import.meta.url);
  try {
    const main = createRequire(load.resolve('@opentelemetry/exporter-trace-otlp-proto')).resolve(
      '@opentelemetry/otlp-exporter-base',
    );
    const transport: object = load(join(dirname(main), TRANSPORT));
    const send: unknown = Reflect.get(transport, 'sendWithHttp');
    if (typeof send !== 'function') return false;
    return Reflect.set(transport, 'sendWithHttp', (request: RequestFunction, ...rest: unknown[]) =>
      Reflect.apply(send, transport, [unreferenced(request), ...rest]),
    );
  } catch {
    return false;
  }
}

function unreferenced(request: RequestFunction): RequestFunction {
  return (...args) => {
    const sent = request(...args);
    sent.once('socket', (socket) => socket.unref());
    return sent;
  };
}
