/** Keeps OpenTelemetry's timers from keeping the application's process alive. */
import { readFileSync } from 'node:fs';
import Module from 'node:module';

// Retries (up to 10 s) and export timeouts (up to 30 s) are ordinary timers upstream: an application
// that is done would wait for them. Nothing outside these files is touched.
const FILES =
  /[\\/]@opentelemetry[\\/](?:sdk-(?:trace|logs|metrics)|otlp-exporter-base)[\\/].*\.cjs$/;
const PRELUDE =
  'const setTimeout = (...a) => { const t = globalThis.setTimeout(...a); t.unref?.(); return t; };';

type Loader = (module: Compiled, filename: string) => void;
interface Compiled {
  _compile(source: string, filename: string): void;
}

/** Runs `load`; the OpenTelemetry files it requires for the first time see unreferenced timers. */
export function withUnrefTimers(load: () => void): void {
  const extensions: Record<string, Loader | undefined> = Reflect.get(Module, '_extensions');
  const previous = extensions['.cjs'];
  const ordinary = previous ?? extensions['.js'];
  extensions['.cjs'] = (module, filename) => {
    const source = FILES.test(filename) ? readFileSync(filename, 'utf8') : '';
    // One line before the first, so that line numbers in stack traces stay true.
    if (source.includes('setTimeout(')) module._compile(PRELUDE + source, filename);
    else ordinary?.(module, filename);
  };
  try {
    load();
  } finally {
    if (previous === undefined) delete extensions['.cjs'];
    else extensions['.cjs'] = previous;
  }
}
