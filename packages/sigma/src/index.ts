/** Sigma 2.1 rules and correlations: parse, check, compile, run as a stream over rows. */
export { type EventVocabulary } from './checking/check-detection.ts';
export {
  CorrelationEngine,
  type EngineOptions,
  type EngineStats,
  type LeaveOut,
} from './correlating/correlation-engine.ts';
export { type CorrelationMatch, type GroupField } from './correlating/entry.ts';
export { fieldsOfRules } from './correlating/fields-of-rules.ts';
export { Ruleset, type RulesetResult } from './correlating/ruleset.ts';
export { type RulesetOptions } from './correlating/ruleset-builder.ts';
export {
  type Position,
  SIGMA_ERRORS,
  SigmaError,
  type SigmaErrorCode,
  type SigmaProblem,
} from './errors.ts';
export { type CompileOptions, compileRule } from './matching/compile-rule.ts';
export { type RowMatcher } from './matching/decided-rows.ts';
export { parseRules, type ParsedRules, type ParseResult } from './parsing/parse-rules.ts';
export {
  EventList,
  fieldSlots,
  type PlainEntity,
  type PlainEvent,
  type PlainValue,
  textSlots,
} from './rows/event-list.ts';
export {
  type EventRows,
  type EvidenceRef,
  type FieldSlot,
  type FieldSlots,
  type RowTexts,
} from './rows/event-rows.ts';
export { RowCursor } from './rows/row-cursor.ts';
export {
  type CorrelationRule,
  type DetectionRule,
  type FilterRule,
  type RuleExtension,
  type RuleHeader,
  SIGMA_LEVELS,
  type SigmaLevel,
} from './rule.ts';
