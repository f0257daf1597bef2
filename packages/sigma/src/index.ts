/** Sigma 2.1 rules and correlations: parse, check, compile to closures, run as a stream. */
export { type EventVocabulary } from './checking/check-detection.ts';
export {
  CorrelationEngine,
  type CorrelationEvent,
  type EngineOptions,
  type EngineStats,
} from './correlating/correlation-engine.ts';
export { type CorrelationMatch, type Evidence, type GroupField } from './correlating/entry.ts';
export { Ruleset, type RulesetOptions, type RulesetResult } from './correlating/ruleset.ts';
export {
  type Position,
  SIGMA_ERRORS,
  SigmaError,
  type SigmaErrorCode,
  type SigmaProblem,
} from './errors.ts';
export { type CompileOptions, compileRule } from './matching/compile-rule.ts';
export { type EventMatcher, type EventValue, type EventView } from './matching/event-view.ts';
export { parseRules, type ParsedRules, type ParseResult } from './parsing/parse-rules.ts';
export {
  type CorrelationRule,
  type DetectionRule,
  type FilterRule,
  type RuleExtension,
  type RuleHeader,
  SIGMA_LEVELS,
  type SigmaLevel,
} from './rule.ts';
