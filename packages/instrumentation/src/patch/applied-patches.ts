/** Applies declared patches to a loaded module, keeps the report, and undoes them. */
import { securityRuntime } from '../runtime/security-runtime.ts';
import type { LibraryMethod, MethodPatch, ModulePatch } from './patch.ts';

/**
 * What became of a declared method: `waiting` until its module loads, `applied`, `already` when
 * another copy of us patched it, `missing` in this version, `failed` on our own error, `undone`, or
 * `covered` when someone patched over ours and it could not be taken out.
 */
export type PatchState =
  'waiting' | 'applied' | 'already' | 'missing' | 'failed' | 'undone' | 'covered';

/** One line of the report. */
export interface PatchReport {
  readonly moduleName: string;
  readonly path: string;
  readonly state: PatchState;
}

interface Applied {
  readonly holder: object;
  readonly name: string;
  readonly wrapped: LibraryMethod;
  /** The property as it was on the holder itself; absent when it was inherited. */
  readonly descriptor: PropertyDescriptor | undefined;
}

const PATCHED: symbol = Symbol.for('spanguard.patched');
const wrapsFollowedMax = 8;

/** The patches of one instrumentation, as they stand. */
export class AppliedPatches {
  private readonly states = new Map<MethodPatch, { moduleName: string; state: PatchState }>();
  private readonly applied = new Map<MethodPatch, Applied[]>();

  constructor(patches: readonly ModulePatch[]) {
    for (const { moduleName, methods } of patches) {
      for (const method of methods) this.states.set(method, { moduleName, state: 'waiting' });
    }
  }

  /** Applies every method of a module to what loading it gave. Never throws. */
  apply(modulePatch: ModulePatch, moduleExports: unknown): void {
    for (const method of modulePatch.methods) {
      this.note(method, this.applyOne(method, moduleExports));
    }
  }

  /** Puts every method of a module back. */
  undo(modulePatch: ModulePatch): void {
    for (const method of modulePatch.methods) {
      const all = this.applied.get(method);
      if (all === undefined) continue;
      const isClean = all.map(restore).every(Boolean);
      this.applied.delete(method);
      this.note(method, isClean ? 'undone' : 'covered');
    }
  }

  report(): readonly PatchReport[] {
    return Array.from(this.states, ([{ path }, { moduleName, state }]) => ({
      moduleName,
      path,
      state,
    }));
  }

  private note(method: MethodPatch, state: PatchState): void {
    const noted = this.states.get(method);
    if (noted === undefined) return;
    // `import` after `require` of the same module finds our own patch: it is still applied.
    if (state === 'already' && noted.state === 'applied') return;
    noted.state = state;
  }

  private applyOne(method: MethodPatch, moduleExports: unknown): PatchState {
    try {
      const holder = holderIn(method, moduleExports);
      if (holder === undefined) return 'missing';
      const original: unknown = Reflect.get(holder, method.name);
      if (!isMethod(original)) return 'missing';
      if (isPatched(original)) return 'already';
      const descriptor = Object.getOwnPropertyDescriptor(holder, method.name);
      const wrapped = likeOriginal(method.wrap(original), original);
      replace(holder, method.name, wrapped);
      const all = this.applied.get(method) ?? [];
      all.push({ holder, name: method.name, wrapped, descriptor });
      this.applied.set(method, all);
      return 'applied';
    } catch (error) {
      securityRuntime()?.onInternalError(`patch.${method.path}`, error);
      return 'failed';
    }
  }
}

/** Gives a wrapper the name, length, own properties and prototype of what it replaces. */
export function likeOriginal<Wrapped extends LibraryMethod>(
  wrapped: Wrapped,
  original: object,
): Wrapped {
  for (const key of Reflect.ownKeys(original)) {
    // Our own mark says what it was put on; it is never inherited by a copy.
    if (key === PATCHED) continue;
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    const own = Object.getOwnPropertyDescriptor(wrapped, key);
    if (descriptor === undefined) continue;
    // A function's own `prototype` cannot be redefined, but it can be assigned.
    if (own === undefined || own.configurable === true) {
      Object.defineProperty(wrapped, key, descriptor);
    } else if (own.writable === true && 'value' in descriptor) {
      Reflect.set(wrapped, key, descriptor.value);
    }
  }
  Object.setPrototypeOf(wrapped, Reflect.getPrototypeOf(original));
  Object.defineProperty(wrapped, PATCHED, { value: original });
  return wrapped;
}

function holderIn(method: MethodPatch, moduleExports: unknown): object | undefined {
  if (!isObjectLike(moduleExports)) return undefined;
  const direct = method.holderOf(moduleExports);
  if (direct !== undefined && isMethod(Reflect.get(direct, method.name))) return direct;
  const byDefault: unknown = Reflect.get(moduleExports, 'default');
  return isObjectLike(byDefault) ? method.holderOf(byDefault) : direct;
}

// Others may have patched over a copy of ours; shimmer, which nearly all use, leaves a trail.
function isPatched(method: object): boolean {
  let current: unknown = method;
  for (let i = 0; i < wrapsFollowedMax && isObjectLike(current); i++) {
    if (Object.hasOwn(current, PATCHED)) return true;
    current = Reflect.get(current, '__original');
  }
  return false;
}

function replace(holder: object, name: string, value: LibraryMethod): void {
  const isEnumerable = Object.getOwnPropertyDescriptor(holder, name)?.enumerable ?? true;
  const descriptor = { value, configurable: true, enumerable: isEnumerable, writable: true };
  Object.defineProperty(holder, name, descriptor);
}

function restore({ holder, name, wrapped, descriptor }: Applied): boolean {
  if (Reflect.get(holder, name) !== wrapped) return false;
  if (descriptor === undefined) return Reflect.deleteProperty(holder, name);
  return Reflect.defineProperty(holder, name, descriptor);
}

function isMethod(value: unknown): value is LibraryMethod {
  return typeof value === 'function';
}

function isObjectLike(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
