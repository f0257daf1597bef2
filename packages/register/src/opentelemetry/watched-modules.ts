/** Which modules instrumentations have declared: the one list, from which everything that needs it follows. */
import type { Instrumentation } from '@opentelemetry/instrumentation';

/** What upstream's base class keeps of a declared module. */
interface Definition {
  readonly name: string;
  readonly files?: readonly { readonly name: string }[];
}

/** Names of the modules that instrumentations patch. */
export function watchedModules(instrumentations: readonly Instrumentation[]): readonly string[] {
  return [...new Set(definitionsOf(instrumentations).map(({ name }) => name))];
}

/**
 * What an import hook has to let through for them: a module by what it is imported as; a file inside a
 * module, which its own module imports by a relative path, by where it lies.
 */
export function watchedImports(
  instrumentations: readonly Instrumentation[],
): readonly (string | RegExp)[] {
  const files = definitionsOf(instrumentations)
    .flatMap((definition) => definition.files ?? [])
    .map(({ name }) => name.replaceAll('\\', '/'));
  const places = [...new Set(files)].map(
    (name) => new RegExp(`/node_modules/${escaped(name)}$`, 'u'),
  );
  return [...watchedModules(instrumentations), ...places];
}

function definitionsOf(instrumentations: readonly Instrumentation[]): readonly Definition[] {
  return instrumentations.flatMap((instrumentation) => {
    const definitions: unknown = Reflect.get(instrumentation, '_modules');
    return Array.isArray(definitions) ? (definitions as Definition[]) : [];
  });
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
}
