/** Applies declared patches to a loaded module, keeps the report, and undoes them. */
import { securityRuntime } from '../runtime/security-runtime.ts';
import { retryLater } from './late-bindings.ts';
import { isMethod, isPatched, likeOriginal, mark, unmark } from './like-original.ts';
import {
  LoadedExports,
  type OpenedCopies,
  type ReplacedProperty,
  restore,
} from './loaded-exports.ts';
import type {
  DeclaredPatch,
  ExportPatch,
  LibraryMethod,
  MethodPatch,
  ModulePatch,
} from './patch.ts';

/**
 * What became of a declared patch or subscription: `waiting` until its module loads, `early` where the module was
 * loaded before us and is out of reach, `applied`, `already` when another copy of us patched it, `missing` in
 * this version, `failed` on our own error, `undone`, or `covered` when someone patched over ours and it could
 * not be taken out.
 */
export type PatchState =
  'waiting' | 'early' | 'applied' | 'already' | 'missing' | 'failed' | 'undone' | 'covered';

/** One line of the report. */
export interface PatchReport {
  /** The module; `diagnostics_channel` for a subscription. */
  readonly moduleName: string;
  readonly path: string;
  readonly state: PatchState;
}

interface Noted {
  readonly moduleName: string;
  readonly path: string;
  state: PatchState;
}

/** A wrapped export: `require` hooks remember it for ever, so undoing it turns it off. */
interface Replacement {
  readonly original: LibraryMethod;
  readonly method: LibraryMethod;
  isOn: boolean;
}

/** The patches of one instrumentation, as they stand. */
export class AppliedPatches {
  private readonly states = new Map<DeclaredPatch, Noted>();
  private readonly applied = new Map<DeclaredPatch, ReplacedProperty[]>();
  private readonly wrappers = new Map<DeclaredPatch, WeakMap<LibraryMethod, LibraryMethod>>();
  private readonly replacements = new Map<ExportPatch, Map<LibraryMethod, Replacement>>();
  private readonly copies: OpenedCopies = new WeakMap();

  constructor(modules: readonly ModulePatch[]) {
    for (const { moduleName, patches, files } of modules) {
      for (const each of patches) this.add(each, moduleName, each.path);
      for (const file of files) {
        for (const each of file.patches) this.add(each, moduleName, `${file.path}:${each.path}`);
      }
    }
  }

  /** Applies patches to what loading their file gave; returns what the importer is to be given. Never throws. */
  apply(patches: readonly DeclaredPatch[], moduleExports: unknown): unknown {
    let given = moduleExports;
    for (const each of patches) {
      const exports = this.applyOne(each, given);
      if (exports === undefined) continue;
      given = exports.given;
      if (this.stateOf(each) === 'missing' && exports.isUnfinished) {
        this.applyLater(each, moduleExports);
      }
    }
    return given;
  }

  /** Puts everything back. */
  undo(patches: readonly DeclaredPatch[]): void {
    for (const each of patches) {
      const all = this.applied.get(each);
      if (all === undefined) continue;
      const isClean = all.map(restore).every(Boolean);
      this.applied.delete(each);
      if (each.kind === 'exported') this.turnOff(each);
      this.note(each, isClean ? 'undone' : 'covered');
    }
  }

  /** Notes that a module was loaded before anything could be done about it. */
  noteEarly(isEarly: (moduleName: string) => boolean): void {
    for (const noted of this.states.values()) {
      if (noted.state === 'waiting' && isEarly(noted.moduleName)) noted.state = 'early';
    }
  }

  report(): readonly PatchReport[] {
    return Array.from(this.states.values(), (noted) => ({ ...noted }));
  }

  private add(each: DeclaredPatch, moduleName: string, path: string): void {
    this.states.set(each, { moduleName, path, state: 'waiting' });
  }

  private note(each: DeclaredPatch, state: PatchState): void {
    const noted = this.states.get(each);
    if (noted === undefined) return;
    // `import` after `require` of the same module finds our own patch: it is still applied.
    if (state === 'already' && noted.state === 'applied') return;
    noted.state = state;
  }

  private stateOf(each: DeclaredPatch): PatchState | undefined {
    return this.states.get(each)?.state;
  }

  private applyOne(each: DeclaredPatch, moduleExports: unknown): LoadedExports | undefined {
    try {
      const exports = new LoadedExports(moduleExports, this.copies);
      const state =
        each.kind === 'method'
          ? this.applyMethod(each, exports)
          : this.applyExported(each, exports);
      this.note(each, state);
      return exports;
    } catch (error) {
      this.note(each, 'failed');
      securityRuntime()?.onInternalError(`patch.${each.path}`, error);
      return undefined;
    }
  }

  private applyMethod(patch: MethodPatch, exports: LoadedExports): PatchState {
    let state: PatchState = 'missing';
    // The named export and the method of the default object are two properties of one function.
    for (const object of exports.objects) {
      const holder = patch.holderOf(object);
      const original: unknown = holder === undefined ? undefined : Reflect.get(holder, patch.name);
      if (holder === undefined || !isMethod(original)) continue;
      if (state === 'missing') state = 'already';
      if (isPatched(original)) continue;
      this.keep(patch, exports.replace(holder, patch.name, this.wrapperOf(patch, original)));
      state = 'applied';
    }
    return state;
  }

  private applyExported(patch: ExportPatch, exports: LoadedExports): PatchState {
    const { exported } = exports;
    if (exported === undefined) return 'missing';
    if (isPatched(exported)) return 'already';
    const replacement = this.replacementOf(patch, exported);
    const replaced = exports.replaceExported(replacement.original, replacement.method);
    const all = this.applied.get(patch) ?? [];
    this.applied.set(patch, [...all, ...replaced]);
    return 'applied';
  }

  private applyLater(patch: DeclaredPatch, moduleExports: unknown): void {
    retryLater(() => {
      if (this.stateOf(patch) === 'missing') this.applyOne(patch, moduleExports);
      return this.stateOf(patch) !== 'missing';
    });
  }

  private wrapperOf(patch: MethodPatch, original: LibraryMethod): LibraryMethod {
    let made = this.wrappers.get(patch);
    if (made === undefined) this.wrappers.set(patch, (made = new WeakMap()));
    const known = made.get(original);
    if (known !== undefined) return known;
    const wrapper = likeOriginal(patch.wrap(original), original);
    made.set(original, wrapper);
    return wrapper;
  }

  private replacementOf(patch: ExportPatch, original: LibraryMethod): Replacement {
    let made = this.replacements.get(patch);
    if (made === undefined) this.replacements.set(patch, (made = new Map()));
    const known = made.get(original);
    if (known === undefined) {
      const created = newReplacement(patch, original);
      made.set(original, created);
      return created;
    }
    known.isOn = true;
    mark(known.method, original);
    return known;
  }

  private turnOff(patch: ExportPatch): void {
    for (const replacement of this.replacements.get(patch)?.values() ?? []) {
      replacement.isOn = false;
      unmark(replacement.method);
    }
  }

  private keep(patch: DeclaredPatch, replaced: ReplacedProperty): void {
    const all = this.applied.get(patch);
    if (all === undefined) this.applied.set(patch, [replaced]);
    else all.push(replaced);
  }
}

function newReplacement(patch: ExportPatch, original: LibraryMethod): Replacement {
  const wrapped = patch.wrap(original);
  const method: LibraryMethod = function exported(this: unknown, ...args): unknown {
    const called = replacement.isOn ? wrapped : original;
    if (new.target === undefined) return Reflect.apply(called, this, args);
    const isPlainNew: boolean = new.target === method && !replacement.isOn;
    return Reflect.construct(called, args, isPlainNew ? original : new.target);
  };
  const replacement: Replacement = { original, method, isOn: true };
  likeOriginal(method, original);
  // `fastify.fastify`, `fastify.default`: the function under names of its own.
  for (const name of Object.getOwnPropertyNames(original)) {
    if (Reflect.get(original, name) === original) Reflect.set(method, name, method);
  }
  return replacement;
}
