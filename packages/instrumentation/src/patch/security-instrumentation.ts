/** The engine that turns declared patches into an OpenTelemetry instrumentation. */
import { isBuiltin, syncBuiltinESMExports } from 'node:module';
import {
  type Instrumentation,
  InstrumentationBase,
  type InstrumentationConfig,
  InstrumentationNodeModuleDefinition,
  InstrumentationNodeModuleFile,
} from '@opentelemetry/instrumentation';
import { AppliedPatches, type PatchReport } from './applied-patches.ts';
import type { ChannelSubscription } from './channel.ts';
import { loadedModules } from './loaded-modules.ts';
import type { DeclaredPatch, ModulePatch } from './patch.ts';

/** An OpenTelemetry instrumentation that can say what became of its patches. */
export interface SecurityInstrumentation extends Instrumentation {
  report(): readonly PatchReport[];
}

/** What an instrumentation is made of. */
export interface InstrumentationDeclaration {
  /** Package name, as OpenTelemetry reports it. */
  readonly name: string;
  readonly version: string;
  readonly patches: readonly ModulePatch[];
  /** Diagnostics channels it listens to while it is enabled. */
  readonly channels?: readonly ChannelSubscription[];
}

/**
 * Makes the instrumentation of declared patches: modules loaded later, by `require` or `import`, are
 * patched once; `disable` puts them back. Register it like any OpenTelemetry instrumentation.
 */
export function createSecurityInstrumentation(
  { name, version, patches, channels = [] }: InstrumentationDeclaration,
  config: InstrumentationConfig = {},
): SecurityInstrumentation {
  const applied = new AppliedPatches(patches);
  // The base class asks for its modules, and is enabled, while it is constructed, before any field of ours
  // exists; what they need is therefore closed over.
  return new (class extends InstrumentationBase implements SecurityInstrumentation {
    protected override init(): InstrumentationNodeModuleDefinition[] {
      return patches.map((declared) => moduleDefinition(declared, applied));
    }

    override enable(): void {
      const loaded = loadedModules();
      applied.noteEarly((moduleName) => loaded.has(moduleName));
      super.enable();
      for (const each of channels) each.subscribe();
    }

    override disable(): void {
      super.disable();
      for (const each of channels) each.unsubscribe();
    }

    report(): readonly PatchReport[] {
      const state = this.isEnabled() ? 'applied' : 'undone';
      const moduleName = 'diagnostics_channel';
      const subscribed: PatchReport[] = channels.map(({ name: path }) => ({
        moduleName,
        path,
        state,
      }));
      return [...applied.report(), ...subscribed];
    }
  })(name, version, config);
}

function moduleDefinition(
  declared: ModulePatch,
  applied: AppliedPatches,
): InstrumentationNodeModuleDefinition {
  const { moduleName, versions, patches } = declared;
  const files = declared.files.map((file) => {
    const { apply, undo } = hooksOf(file.patches, applied);
    return new InstrumentationNodeModuleFile(
      `${moduleName}/${file.path}`,
      [file.versions],
      apply,
      undo,
    );
  });
  const { apply, undo } = hooksOf(patches, applied);
  if (!isBuiltin(moduleName)) {
    return new InstrumentationNodeModuleDefinition(moduleName, [versions], apply, undo, files);
  }
  // Who imports a module of Node's by its names has them from a copy that Node makes on demand.
  return new InstrumentationNodeModuleDefinition(
    moduleName,
    [versions],
    (moduleExports: unknown) => {
      const given = apply(moduleExports);
      syncBuiltinESMExports();
      return given;
    },
    () => {
      undo();
      syncBuiltinESMExports();
    },
  );
}

function hooksOf(
  patches: readonly DeclaredPatch[],
  applied: AppliedPatches,
): { apply: (moduleExports: unknown) => unknown; undo: () => void } {
  return {
    apply: (moduleExports) => applied.apply(patches, moduleExports),
    undo: () => {
      applied.undo(patches);
    },
  };
}
