/** Rules ready to run: nothing of them is looked up by name any more. */
import type { RowTest } from '../matching/row-test.ts';
import type { CorrelationRule, DetectionRule, RuleHeader } from '../rule.ts';
import type { FieldPlace } from './arrival.ts';

/** Which correlation takes a rule's events, and as which of its inputs. */
export interface Consumer {
  readonly correlation: number;
  readonly input: number;
}

/** A detection rule, ready to run. */
export interface CompiledDetection {
  readonly rule: DetectionRule;
  readonly test: RowTest;
  readonly consumers: Consumer[];
}

/** Where a correlation finds its fields in the events of one of its rules. */
export interface CorrelationInput {
  readonly group: readonly FieldPlace[];
  readonly counted: FieldPlace;
}

/** How often the consumers of a correlation are told that its condition holds. */
export interface Hearing {
  /** Those that count how often, and do not only ask whether. */
  readonly counting: Consumer[];
  /** The others are told once within so much time: a small part of the spans they look at. */
  partMs: number;
}

/** A correlation, ready to run. A detection rule that stands alone becomes one that needs 1 event. */
export interface CompiledCorrelation {
  readonly rule: RuleHeader;
  readonly type: CorrelationRule['type'];
  readonly inputs: readonly CorrelationInput[];
  readonly groupBy: readonly string[];
  /** Whether events that lack a field of it are a group of their own; else they do not count. */
  readonly groupsAbsent: boolean;
  readonly spanMs: number;
  readonly quietMs: number;
  /** More events can only help. */
  readonly holds: (measured: number) => boolean;
  /** Whether it alerts itself, or only feeds others. */
  readonly emits: boolean;
  readonly consumers: Consumer[];
  /** How often they are told. */
  readonly hearing: Hearing;
  /** Changes when a snapshot's state no longer fits. */
  readonly definition: string;
}
