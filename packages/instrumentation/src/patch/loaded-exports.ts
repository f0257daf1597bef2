/** What loading a module gave, as a thing that can be patched: also where its properties are sealed. */
import { types } from 'node:util';
import { isMethod, isObjectLike } from './like-original.ts';
import type { LibraryMethod } from './patch.ts';

// `import` of CommonJS made from ES modules has the exports two `default`s down.
const rootsMax = 3;

/** One object through which a module's exports are reached: itself, its `default`, the `default` of that. */
interface Root {
  object: object;
  /** The root whose `default` this is. */
  readonly parent: Root | undefined;
}

/** A property that was replaced, and what it was. */
export interface ReplacedProperty {
  readonly holder: object;
  readonly name: string;
  readonly replacement: LibraryMethod;
  /** As it was on the holder itself; absent when it was inherited. */
  readonly descriptor: PropertyDescriptor | undefined;
}

/** Copies of exports that could not be written to, by what they are copies of. */
export type OpenedCopies = WeakMap<object, object>;

/**
 * The exports of one load. Getters that cannot be redefined and the namespace of a `require`d ES module cannot
 * be patched in place: then importers are given a copy that reads through to the original.
 */
export class LoadedExports {
  private readonly roots: Root[] = [];
  private readonly copies: OpenedCopies;
  private readonly loaded: unknown;
  private replacedWhole: LibraryMethod | undefined = undefined;

  constructor(moduleExports: unknown, copies: OpenedCopies) {
    this.copies = copies;
    this.loaded = moduleExports;
    let next = moduleExports;
    let parent: Root | undefined = undefined;
    while (isObjectLike(next) && this.roots.length < rootsMax) {
      const object: object = next;
      if (this.roots.some((root) => root.object === object)) break;
      const root: Root = { object: copies.get(object) ?? object, parent };
      this.roots.push(root);
      parent = root;
      next = Reflect.get(object, 'default');
    }
  }

  /** What the importer is to be given. */
  get given(): unknown {
    return this.replacedWhole ?? this.roots[0]?.object ?? this.loaded;
  }

  /** The objects to look in. */
  get objects(): readonly object[] {
    return this.roots.map(({ object }) => object);
  }

  /** The exported function or class itself. */
  get exported(): LibraryMethod | undefined {
    return this.objects.find(isMethod);
  }

  /** Whether the loader's view of an ES module still lacks values that the module gives later. */
  get isUnfinished(): boolean {
    const { loaded } = this;
    if (!isObjectLike(loaded) || !types.isProxy(loaded)) return false;
    return Object.keys(loaded).some((key) => Reflect.get(loaded, key) === undefined);
  }

  /** Replaces a property. Throws a `TypeError` where it is sealed and its holder is no object we can copy. */
  replace(holder: object, name: string, replacement: LibraryMethod): ReplacedProperty {
    const open = isSealed(holder, name) ? this.open(holder) : holder;
    const descriptor = Object.getOwnPropertyDescriptor(open, name);
    write(open, name, replacement);
    return { holder: open, name, replacement, descriptor };
  }

  /** Replaces the exported function wherever these exports hold it. */
  replaceExported(original: LibraryMethod, replacement: LibraryMethod): ReplacedProperty[] {
    const replaced: ReplacedProperty[] = [];
    if (this.roots[0]?.object === original) this.replacedWhole = replacement;
    for (const root of this.roots) {
      if (root.object === original) continue;
      for (const name of Object.getOwnPropertyNames(root.object)) {
        if (Reflect.get(root.object, name) !== original) continue;
        replaced.push(this.replace(root.object, name, replacement));
      }
    }
    return replaced;
  }

  private open(holder: object): object {
    const root = this.roots.find(({ object }) => object === holder);
    if (root === undefined || isMethod(holder)) throw new TypeError('the exports are sealed');
    const copy = readThrough(holder);
    this.copies.set(holder, copy);
    root.object = copy;
    if (root.parent !== undefined) {
      const { parent } = root;
      const parentObject = isSealed(parent.object, 'default')
        ? this.open(parent.object)
        : parent.object;
      write(parentObject, 'default', copy);
    }
    return copy;
  }
}

/** Puts a replaced property back; `false` where others have replaced ours. */
export function restore({ holder, name, replacement, descriptor }: ReplacedProperty): boolean {
  if (Reflect.get(holder, name) !== replacement) return false;
  if (descriptor === undefined) return Reflect.deleteProperty(holder, name);
  return Reflect.defineProperty(holder, name, descriptor);
}

function isSealed(holder: object, name: string): boolean {
  if (types.isModuleNamespaceObject(holder)) return true;
  const descriptor = Object.getOwnPropertyDescriptor(holder, name);
  return descriptor !== undefined && !descriptor.configurable && descriptor.writable !== true;
}

function write(holder: object, name: string, value: unknown): void {
  const descriptor = Object.getOwnPropertyDescriptor(holder, name);
  if (descriptor?.configurable === false) {
    Reflect.set(holder, name, value);
    return;
  }
  const enumerable = descriptor?.enumerable ?? true;
  Object.defineProperty(holder, name, { value, configurable: true, enumerable, writable: true });
}

// Bindings of an ES module may change, and may not be set yet: they are read when they are asked for.
function readThrough(exports: object): object {
  const copy: object = Object.create(Reflect.getPrototypeOf(exports)) as object;
  for (const key of Reflect.ownKeys(exports)) {
    const get = (): unknown => Reflect.get(exports, key);
    const isEnumerable = typeof key === 'string' && key !== '__esModule';
    Object.defineProperty(copy, key, { get, configurable: true, enumerable: isEnumerable });
  }
  return copy;
}
