/** Signs of attacks in one parameter value or name, raw or decoded. */
import { AGENT_RULES, VALUE_RULES } from './all-rules.ts';
import { mayDecode, views } from './decode/views.ts';
import { type Indicator, NOTHING, type Place } from './indicator.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { RuleSet } from './rule-set.ts';
import { View } from './view.ts';

export interface RecogniseOptions {
  readonly place?: Place;
  readonly limits?: Partial<Limits>;
}

const VALUES = new RuleSet(VALUE_RULES);
const AGENTS = new RuleSet(AGENT_RULES);
const AGENT_LENGTH_MAX = 1024;

/**
 * What is seen in the value and in everything it may decode to, each rule at most once. Benign
 * values get one shared empty array. Of long values the head and the tail are read.
 */
export function recogniseValue(value: string, options?: RecogniseOptions): readonly Indicator[] {
  const lengthMax = options?.limits?.viewLengthMax ?? DEFAULT_LIMITS.viewLengthMax;
  if (value.length > 2 * lengthMax) return recogniseEnds(value, lengthMax, options);
  if (isPlain(value)) return NOTHING;
  const limits =
    options?.limits === undefined ? DEFAULT_LIMITS : { ...DEFAULT_LIMITS, ...options.limits };
  const found = new Map<string, Indicator>();
  for (const view of views(value, options?.place, limits)) {
    VALUES.collect(view, options?.place, found);
  }
  return found.size === 0 ? NOTHING : [...found.values()];
}

/** Nine in ten benign values hold no literal of any rule and nothing to decode. */
export function isPlain(value: string): boolean {
  return !VALUES.touches(value) && !mayDecode(value);
}

/** Padding is how payloads get past those who read only the beginning. */
function recogniseEnds(
  value: string,
  lengthMax: number,
  options: RecogniseOptions | undefined,
): readonly Indicator[] {
  const head = recogniseValue(value.slice(0, lengthMax), options);
  const offset = value.length - lengthMax;
  const tail = recogniseValue(value.slice(offset), options);
  if (tail.length === 0) return head;
  const seen = new Set(head.map(({ rule }) => rule));
  const more = tail.filter(({ rule }) => !seen.has(rule));
  return [...head, ...more.map((indicator) => shifted(indicator, offset))];
}

function shifted(indicator: Indicator, offset: number): Indicator {
  const { start, end } = indicator;
  if (start === undefined || end === undefined) return indicator;
  return { ...indicator, start: start + offset, end: end + offset };
}

/** Scanners and attack tools by what they call themselves; at most 1024 characters are read. */
export function recogniseUserAgent(userAgent: string): readonly Indicator[] {
  const text = userAgent.slice(0, AGENT_LENGTH_MAX);
  if (!AGENTS.touches(text)) return NOTHING;
  const found = new Map<string, Indicator>();
  AGENTS.collect(new View(text, []), 'header', found);
  return found.size === 0 ? NOTHING : [...found.values()];
}
