/** Compiles rules against the fields of facts, and says which rows they ask for. */
import {
  ATTR_CLIENT_PREFIX,
  ATTR_SERVICE_NAME,
  SECURITY_EVENT_SEVERITY,
} from '@spanguard/conventions';
import {
  type DetectionRule,
  type EventVocabulary,
  parseRules,
  type ParsedRules,
  Ruleset,
} from '@spanguard/sigma';
import { FACT_SLOTS } from '../model/facts/fact-slots.ts';
import { ASKED_ROW_KINDS, type AskedRowKind, REQUEST } from '../model/facts/row-kinds.ts';
import type { RuleText } from '../model/rule-text.ts';

/** Compiled rules, or everything that is wrong with them, a line each. */
export type CompiledRules =
  | {
      readonly ok: true;
      readonly ruleset: Ruleset;
      /** Where a rule may not mean what is written, a line each. */
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly string[] };

/** What rules are checked against: a rule for other events would only seem to watch. */
const VOCABULARY: EventVocabulary = {
  fields: FACT_SLOTS,
  logSource: { product: 'spanguard', category: 'security_event' },
  values: new Map([
    ['event', [REQUEST, ...ASKED_ROW_KINDS, ...Object.keys(SECURITY_EVENT_SEVERITY)]],
  ]),
};

/** A rule that stands alone is told for each client and service, not once for all of them. */
const STANDALONE_GROUP_BY = [ATTR_CLIENT_PREFIX, ATTR_SERVICE_NAME] as const;
const EVENT_FIELD = 'event';
/** Between them stands what a value is made of, whatever its wildcards. */
const WILDCARDS = /[*?\\]+/;

/** Compiles all of them; collects all problems. */
export function compileRules(texts: readonly RuleText[]): CompiledRules {
  const problems: string[] = [];
  const parsed: ParsedRules[] = [];
  for (const { file, text } of texts) {
    const result = parseRules(text, { file });
    if (result.ok) parsed.push(result);
    else problems.push(...result.errors.map(({ message }) => message));
  }
  if (problems.length > 0) return { ok: false, problems };
  const result = Ruleset.from(parsed, {
    vocabulary: VOCABULARY,
    standaloneGroupBy: STANDALONE_GROUP_BY,
  });
  if (!result.ok) return { ok: false, problems: result.errors.map(({ message }) => message) };
  return {
    ok: true,
    ruleset: result.ruleset,
    warnings: result.warnings.map(({ message }) => message),
  };
}

/**
 * Kinds of rows that a rule names, which detection writes only where somebody asks. A rule that names no
 * event sees what is there.
 */
export function rowKindsOf({ detections }: Ruleset): ReadonlySet<AskedRowKind> {
  const rules = detections.filter(({ consumers }) => consumers.length > 0);
  return new Set(
    ASKED_ROW_KINDS.filter((kind) => rules.some(({ rule }) => asksFor(rule.detection, kind))),
  );
}

type Search =
  DetectionRule['detection']['searches'] extends ReadonlyMap<string, infer Each> ? Each : never;

function asksFor({ searches }: DetectionRule['detection'], kind: AskedRowKind): boolean {
  return [...searches.values()].some((search) => isNamed(search, kind));
}

/** A kind too many costs rows; one too few would make a rule blind. So a part of the name is enough. */
function isNamed(search: Search, kind: AskedRowKind): boolean {
  if (search.kind !== 'test') return search.of.some((each) => isNamed(each, kind));
  if (search.field !== EVENT_FIELD) return false;
  if (search.modifiers.includes('re')) return true;
  return search.values.some((value) => {
    const text = String(value).toLowerCase();
    if (search.modifiers.length === 0 && !WILDCARDS.test(text)) return text === kind;
    const parts = text.split(WILDCARDS);
    return parts.every((part) => kind.includes(part)) && parts.some((part) => part !== '');
  });
}
