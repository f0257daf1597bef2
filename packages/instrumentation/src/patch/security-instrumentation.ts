/** The engine that turns declared patches into an OpenTelemetry instrumentation. */
import {
  type Instrumentation,
  InstrumentationBase,
  type InstrumentationConfig,
  InstrumentationNodeModuleDefinition,
} from '@opentelemetry/instrumentation';
import { AppliedPatches, type PatchReport } from './applied-patches.ts';
import type { ModulePatch } from './patch.ts';

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
}

/**
 * Makes the instrumentation of declared patches: modules loaded later, by `require` or `import`, are
 * patched once; `disable` puts them back. Register it like any OpenTelemetry instrumentation.
 */
export function createSecurityInstrumentation(
  { name, version, patches }: InstrumentationDeclaration,
  config: InstrumentationConfig = {},
): SecurityInstrumentation {
  const applied = new AppliedPatches(patches);
  // The base class asks for its modules while it is constructed, before any field of ours exists;
  // what they need is therefore closed over.
  return new (class extends InstrumentationBase implements SecurityInstrumentation {
    protected override init(): InstrumentationNodeModuleDefinition[] {
      return patches.map((declared) => moduleDefinition(declared, applied));
    }

    report(): readonly PatchReport[] {
      return applied.report();
    }
  })(name, version, config);
}

function moduleDefinition(
  declared: ModulePatch,
  applied: AppliedPatches,
): InstrumentationNodeModuleDefinition {
  return new InstrumentationNodeModuleDefinition(
    declared.moduleName,
    [declared.versions],
    (moduleExports: unknown) => {
      applied.apply(declared, moduleExports);
      return moduleExports;
    },
    () => {
      applied.undo(declared);
    },
  );
}
