/** The rules as parsed: plain data, checked, with the places their parts were written at. */
import type { Position } from './errors.ts';

/** Sigma's levels, least first. */
export const SIGMA_LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const;

/** One of {@link SIGMA_LEVELS}. */
export type SigmaLevel = (typeof SIGMA_LEVELS)[number];

/** Sigma's states of a rule. */
export const SIGMA_STATUSES = [
  'stable',
  'test',
  'experimental',
  'deprecated',
  'unsupported',
] as const;

/** The namespaced block `spanguard:` of a rule. All of it is optional. */
export interface RuleExtension {
  /** What to do about an alert, one sentence. */
  readonly action?: string;
  /** What an alert is about: client, user, session, api_key, endpoint. */
  readonly entity?: string;
  /** How long the condition must not hold until the same group may alert again. */
  readonly quietMs?: number;
  /** For detection rules that stand alone: what one episode is keyed by. */
  readonly groupBy?: readonly string[];
  /** Whether a client can make the alert name somebody else. */
  readonly spoofable?: boolean;
  /** False alerts that a service of middle size may see, as written: `1 a month`. */
  readonly budget?: string;
}

/** What rules, correlations and filters have in common. */
export interface RuleHeader {
  /** The key of the rule in a set: its id, else its name, else its title. */
  readonly key: string;
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly status: string;
  readonly description: string;
  readonly references: readonly string[];
  readonly author: string;
  readonly date: string;
  readonly modified: string;
  readonly level: SigmaLevel;
  readonly tags: readonly string[];
  readonly falsePositives: readonly string[];
  readonly extension: RuleExtension;
  readonly file: string;
  readonly at: Position;
}

/** A value a field is compared with. */
export type SigmaValue = string | number | boolean | null;

/** One field (or, without a field, any value of the event) against a list of values. */
export interface FieldTest {
  readonly kind: 'test';
  /** Empty for keywords. */
  readonly field: string;
  readonly modifiers: readonly string[];
  readonly values: readonly SigmaValue[];
  readonly at: Position;
}

/** A search of a detection: field tests joined by `all` (a map) or `any` (a list). */
export type Search = FieldTest | { readonly kind: 'all' | 'any'; readonly of: readonly Search[] };

/** What a rule is written for. */
export interface LogSource {
  readonly category: string;
  readonly product: string;
  readonly service: string;
}

/** A parsed condition. Selectors are resolved to the identifiers they stand for. */
export type Condition =
  | { readonly kind: 'search'; readonly name: string }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] };

/** The searches of a rule or filter with the condition that joins them. */
export interface Detection {
  readonly searches: ReadonlyMap<string, Search>;
  readonly condition: Condition;
}

/** A detection rule: one event decides. */
export interface DetectionRule extends RuleHeader {
  readonly kind: 'detection';
  readonly logSource: LogSource;
  readonly detection: Detection;
}

/** Types of correlations that Sigma 2.1 knows. */
export const CORRELATION_TYPES = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
  'value_sum',
  'value_avg',
  'value_percentile',
] as const;

/** One of {@link CORRELATION_TYPES}. */
export type CorrelationType = (typeof CORRELATION_TYPES)[number];

/** Comparisons of a correlation's condition. */
export const COMPARISONS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;

/** One of {@link COMPARISONS}. */
export type Comparison = (typeof COMPARISONS)[number];

/** Those that more events can only make true: an alert never depends on what is still to come. */
export type RisingComparison = 'gt' | 'gte';

/** All comparisons must hold. */
export interface CorrelationCondition {
  readonly comparisons: readonly { readonly is: RisingComparison; readonly limit: number }[];
  /** The field whose values are counted or summed; empty for event_count. */
  readonly field: string;
}

/** A correlation: events of other rules over time. */
export interface CorrelationRule extends RuleHeader {
  readonly kind: 'correlation';
  readonly type: CorrelationType;
  /** Ids or names of the rules it looks at. */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  readonly timespanMs: number;
  /** Undefined for temporal types, where every rule must have happened. */
  readonly condition: CorrelationCondition | undefined;
  /** alias -> rule -> field. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Whether the rules it looks at also alert by themselves. */
  readonly generate: boolean;
}

/** A filter: narrows other rules. */
export interface FilterRule extends RuleHeader {
  readonly kind: 'filter';
  /** Ids or names; `any` stands for all. */
  readonly rules: readonly string[] | 'any';
  readonly logSource: LogSource;
  readonly detection: Detection;
}
