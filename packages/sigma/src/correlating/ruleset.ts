/** A set of rules that know each other: references resolved, everything compiled, once. */
import type { SigmaProblem } from '../errors.ts';
import type { ParsedRules } from '../parsing/parse-rules.ts';
import type { FieldSlots } from '../rows/event-rows.ts';
import type { RuleHeader } from '../rule.ts';
import type { CompiledCorrelation, CompiledDetection } from './compiled-rules.ts';
import { RulesetBuilder, type RulesetOptions } from './ruleset-builder.ts';

/** A ruleset, or everything that is wrong with it. */
export type RulesetResult =
  | {
      readonly ok: true;
      readonly ruleset: Ruleset;
      /** What its rules may not mean as it is written. */
      readonly warnings: readonly SigmaProblem[];
    }
  | { readonly ok: false; readonly errors: readonly SigmaProblem[] };

/** See the head of this file. */
export class Ruleset {
  /** The fields events have, and where: rows have their columns in these places. */
  readonly fields: FieldSlots;
  readonly detections: readonly CompiledDetection[];
  /** A correlation stands after those it looks at. */
  readonly correlations: readonly CompiledCorrelation[];

  private constructor({ detections, correlations }: RulesetBuilder, fields: FieldSlots) {
    this.fields = fields;
    this.detections = detections;
    this.correlations = correlations;
  }

  /** Combine the rules of any number of files. Never throws. */
  static from(parsed: readonly ParsedRules[], options: RulesetOptions): RulesetResult {
    const detections = parsed.flatMap(({ rules }) => rules);
    const correlations = parsed.flatMap((each) => each.correlations);
    const builder = new RulesetBuilder([...detections, ...correlations], options);
    builder.addDetections(
      detections,
      parsed.flatMap(({ filters }) => filters),
    );
    builder.addCorrelations(correlations);
    builder.addStandalone();
    if (builder.errors.length > 0) return { ok: false, errors: builder.errors };
    const ruleset = new Ruleset(builder, options.vocabulary.fields);
    return { ok: true, ruleset, warnings: builder.warnings };
  }

  /** Headers of all rules that can alert. */
  get alerting(): readonly RuleHeader[] {
    return this.correlations.filter(({ emits }) => emits).map(({ rule }) => rule);
  }
}
