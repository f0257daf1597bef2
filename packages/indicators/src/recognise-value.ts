/** Signs of attacks in one parameter value or name, raw or decoded, and in a user agent. */
import { RecentAnswers } from '@spanguard/memory';
import { AGENT_RULES } from './all-rules.ts';
import { BEYOND_LIMITS, type Indicator, NOTHING, type Place } from './indicator.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { readText } from './read-text.ts';
import { RuleSet } from './rule-set.ts';
import { View } from './view.ts';

export interface RecogniseOptions {
  readonly place?: Place;
  readonly limits?: Partial<Limits>;
}

const IN_HEADER = { place: 'header' } as const;
/** Clients are many and their programs few; an agent stands whole for itself or not at all. */
const CLEAN_AGENTS = new RecentAnswers<true>({ answersMax: 512, charactersMax: 512 });
const AGENTS = new RuleSet(AGENT_RULES);
/** All headers together are no longer where Node's limit was left as it is. */
const AGENT_LENGTH_MAX = 16_384;

/**
 * What is seen in the value and in everything it may decode to, each rule at most once. Benign
 * values get one shared empty array. Of values longer than 8,192 the head, the tail and windows around
 * the marks of payloads between them are read; marks beyond those are a sign of their own.
 */
export function recogniseValue(value: string, options?: RecogniseOptions): readonly Indicator[] {
  const limits =
    options?.limits === undefined ? DEFAULT_LIMITS : { ...DEFAULT_LIMITS, ...options.limits };
  const { indicators, isCut } = readText(value, options?.place, limits);
  return isCut ? [...indicators, BEYOND_LIMITS] : indicators;
}

/**
 * Scanners and attack tools by what they call themselves, and whatever else an agent carries. Of one longer
 * than 16,384 characters the first and last 8,192 are read for tools, and what of a tool stands between them
 * is a sign of its own.
 */
export function recogniseUserAgent(userAgent: string): readonly Indicator[] {
  if (CLEAN_AGENTS.get(userAgent) === true) return NOTHING;
  const carried = recogniseValue(userAgent, IN_HEADER);
  const tools = toolsIn(userAgent);
  if (carried.length === 0) {
    if (tools.length === 0) CLEAN_AGENTS.set(userAgent, true);
    return tools;
  }
  return tools.length === 0 ? carried : [...tools, ...carried];
}

function toolsIn(userAgent: string): readonly Indicator[] {
  if (!AGENTS.touches(userAgent)) return NOTHING;
  const half = AGENT_LENGTH_MAX / 2;
  const isCut = userAgent.length > AGENT_LENGTH_MAX;
  const text = isCut ? `${userAgent.slice(0, half)} ${userAgent.slice(-half)}` : userAgent;
  const found = new Map<string, Indicator>();
  AGENTS.collect(new View(text, []), 'header', found);
  if (isCut && AGENTS.touches(userAgent.slice(half, -half))) {
    found.set(BEYOND_LIMITS.rule, BEYOND_LIMITS);
  }
  return found.size === 0 ? NOTHING : [...found.values()];
}
