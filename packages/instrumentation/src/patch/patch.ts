/** How a hook into a library is declared: which module, which versions, which method. Applies nothing. */

/** A method of a library: whatever it takes and returns. */
export type LibraryMethod = (this: unknown, ...args: unknown[]) => unknown;

/** Makes the replacement of a method. It must call `original` with the same `this` and arguments. */
export type MethodWrapper = (original: LibraryMethod) => LibraryMethod;

/** Finds the object that holds a method in what `require` or `import` gave; `undefined` if absent. */
export type HolderOf = (moduleExports: object) => object | undefined;

/** One declared method. */
export interface MethodPatch {
  readonly kind: 'method';
  /** As it is reported, e.g. `Authenticator.prototype.use`. */
  readonly path: string;
  readonly holderOf: HolderOf;
  readonly name: string;
  readonly wrap: MethodWrapper;
}

/** What a module exports, where that is itself a function or a class. */
export interface ExportPatch {
  readonly kind: 'exported';
  readonly path: 'module.exports';
  readonly wrap: MethodWrapper;
}

/** One declared patch. */
export type DeclaredPatch = MethodPatch | ExportPatch;

/** What is declared of one file: a module's entry, or a file inside it. */
class PatchList {
  readonly patches: DeclaredPatch[] = [];

  /** Declares a method by its path from the exports, and from their `default` where there is one. */
  method(path: string, wrap: MethodWrapper): this {
    const steps = path.split('.');
    const name = steps.pop() ?? path;
    const holderOf: HolderOf = (from) => walk(from, steps);
    this.patches.push({ kind: 'method', path, name, wrap, holderOf });
    return this;
  }

  /** Declares a method whose holder takes code to find; `path` is what is reported. */
  methodOf(holderOf: HolderOf, name: string, wrap: MethodWrapper): this {
    this.patches.push({ kind: 'method', path: `#${name}`, holderOf, name, wrap });
    return this;
  }

  /**
   * Declares the exported function or class itself: `module.exports`, ES `default`, and every name under which
   * the module exports the same. The wrapper of a class is called with `new.target` and must construct it:
   * `new.target ? Reflect.construct(original, args, new.target) : Reflect.apply(original, this, args)`.
   */
  exported(wrap: MethodWrapper): this {
    this.patches.push({ kind: 'exported', path: 'module.exports', wrap });
    return this;
  }
}

/** The declared patches of one file inside a module. */
export class FilePatch extends PatchList {
  /** From the module's folder, with its ending: `lib/layer.js`. */
  readonly path: string;
  readonly versions: string;

  constructor(path: string, versions: string) {
    super();
    this.path = path;
    this.versions = versions;
  }
}

/** The declared patches of one module. Declare with {@link patch}, apply with the engine. */
export class ModulePatch extends PatchList {
  readonly moduleName: string;
  /** Supported versions, as an npm range. */
  readonly versions: string;
  readonly files: FilePatch[] = [];

  constructor(moduleName: string, versions: string) {
    super();
    this.moduleName = moduleName;
    this.versions = versions;
  }

  /** Declares patches of a file that the module loads for itself; `versions` where not all have it. */
  file(path: string, declare: (file: FilePatch) => void, versions: string = this.versions): this {
    const file = new FilePatch(path, versions);
    declare(file);
    this.files.push(file);
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
