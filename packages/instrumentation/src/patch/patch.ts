/** How a hook into a library is declared: which module, which versions, which method. Applies nothing. */

/** A method of a library: whatever it takes and returns. */
export type LibraryMethod = (this: unknown, ...args: unknown[]) => unknown;

/** Makes the replacement of a method. It must call `original` with the same `this` and arguments. */
export type MethodWrapper = (original: LibraryMethod) => LibraryMethod;

/** Finds the object that holds a method in what `require` or `import` gave; `undefined` if absent. */
export type HolderOf = (moduleExports: object) => object | undefined;

/** One declared method. */
export interface MethodPatch {
  /** As it is reported, e.g. `Authenticator.prototype.use`. */
  readonly path: string;
  readonly holderOf: HolderOf;
  readonly name: string;
  readonly wrap: MethodWrapper;
}

/** The declared patches of one module. Declare with {@link patch}, apply with the engine. */
export class ModulePatch {
  readonly moduleName: string;
  /** Supported versions, as an npm range. */
  readonly versions: string;
  readonly methods: MethodPatch[] = [];

  constructor(moduleName: string, versions: string) {
    this.moduleName = moduleName;
    this.versions = versions;
  }

  /** Declares a method by its path from the module's exports (or from their `default`). */
  method(path: string, wrap: MethodWrapper): this {
    const steps = path.split('.');
    const name = steps.pop() ?? path;
    this.methods.push({ path, name, wrap, holderOf: (from) => walk(from, steps) });
    return this;
  }

  /** Declares a method whose holder takes code to find. */
  methodOf(holderOf: HolderOf, name: string, wrap: MethodWrapper): this {
    this.methods.push({ path: `${this.moduleName}#${name}`, holderOf, name, wrap });
    return this;
  }
}

/**
 * Begins the declaration of a module's patches.
 *
 * @example
 * patch('passport', '>=0.6 <1').method('Authenticator.prototype.use', (original) =>
 *   function use(this: unknown, ...args) {
 *     return Reflect.apply(original, this, args);
 *   },
 * );
 */
export function patch(moduleName: string, versions: string): ModulePatch {
  return new ModulePatch(moduleName, versions);
}

function walk(from: object, steps: readonly string[]): object | undefined {
  let found: object = from;
  for (const step of steps) {
    const next: unknown = Reflect.get(found, step);
    if ((typeof next !== 'object' && typeof next !== 'function') || next === null) return undefined;
    found = next;
  }
  return found;
}
