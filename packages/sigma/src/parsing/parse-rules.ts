/** Text to rules: every document of a file, every problem found, never an exception. */
import type { CorrelationRule, DetectionRule, FilterRule, RuleHeader } from '../rule.ts';
import { Problems, type SigmaProblem, shown } from '../errors.ts';
import { readCorrelation } from './correlation-reader.ts';
import { readDetection, readLogSource } from './detection-reader.ts';
import { FieldReader } from './field-reader.ts';
import { type Located, plainOf, readDocuments } from './located.ts';
import { displayName, readHeader } from './rule-header.ts';

/** The rules of one file. */
export interface ParsedRules {
  readonly rules: readonly DetectionRule[];
  readonly correlations: readonly CorrelationRule[];
  readonly filters: readonly FilterRule[];
}

/** Rules, or everything that is wrong with them. */
export type ParseResult =
  | ({ readonly ok: true } & ParsedRules)
  | { readonly ok: false; readonly errors: readonly SigmaProblem[] };

/**
 * Parse Sigma 2.1 YAML: detection rules, correlations, filters, several documents a file.
 * Limits: 2 MiB, 500 documents, 32 levels, conditions of 8,192 characters. `file` is what
 * messages call the text.
 */
export function parseRules(yamlText: string, { file }: { file: string }): ParseResult {
  const problems = new Problems(file);
  const rules: DetectionRule[] = [];
  const correlations: CorrelationRule[] = [];
  const filters: FilterRule[] = [];
  for (const document of readDocuments(yamlText, problems)) {
    const rule = readRule(document, problems);
    if (rule?.kind === 'detection') rules.push(rule);
    if (rule?.kind === 'correlation') correlations.push(rule);
    if (rule?.kind === 'filter') filters.push(rule);
  }
  if (problems.list.length > 0) return { ok: false, errors: problems.list };
  return { ok: true, rules, correlations, filters };
}

function readRule(
  document: Located,
  problems: Problems,
): DetectionRule | CorrelationRule | FilterRule | undefined {
  problems.rule = '';
  if (document.kind !== 'map') {
    const sentence = `a document is ${shown(plainOf(document))}, expected a map`;
    problems.add('SIGMA_FIELD_INVALID', document.at, sentence);
    return undefined;
  }
  const reader = new FieldReader(document, problems);
  problems.rule = displayName(reader);
  if (reader.entry('action') !== undefined && reader.entry('title') === undefined) {
    const sentence = 'action documents were removed in Sigma 2, write the rules out';
    problems.add('SIGMA_NOT_SUPPORTED', document.at, sentence);
    return undefined;
  }
  const header = readHeader(reader);
  // A rule without a title is still read, so that all its problems are told at once.
  const named = header ?? unnamed(reader);
  const rule = readBody(named, reader);
  return header === undefined ? undefined : rule;
}

function readBody(
  header: RuleHeader,
  reader: FieldReader,
): DetectionRule | CorrelationRule | FilterRule | undefined {
  const bodies = ['detection', 'correlation', 'filter'].filter((key) => reader.entry(key));
  if (bodies.length > 1) {
    const sentence = `has ${bodies.join(' and ')}, expected one of them`;
    reader.problems.add('SIGMA_FIELD_INVALID', reader.map.at, sentence);
    return undefined;
  }
  if (reader.entry('correlation') !== undefined) return readCorrelation(header, reader);
  if (reader.entry('filter') !== undefined) return readFilter(header, reader);
  const logSource = readLogSource(reader);
  if (reader.required('detection') === undefined) return undefined;
  const inner = reader.mapping('detection');
  const detection = inner === undefined ? undefined : readDetection(inner);
  if (detection === undefined) return undefined;
  return { ...header, kind: 'detection', logSource, detection };
}

function readFilter(header: RuleHeader, reader: FieldReader): FilterRule | undefined {
  const logSource = readLogSource(reader);
  const inner = reader.mapping('filter');
  if (inner === undefined) return undefined;
  const rulesEntry = inner.entry('rules');
  const named = rulesEntry === undefined ? ['any'] : inner.texts('rules');
  if (rulesEntry !== undefined && named.length === 0) inner.invalid(rulesEntry, 'any, or rules');
  const detection = readDetection(inner, ['rules']);
  if (detection === undefined) return undefined;
  const rules = named.length === 1 && named[0] === 'any' ? 'any' : named;
  return { ...header, kind: 'filter', rules, logSource, detection };
}

function unnamed({ problems, map }: FieldReader): RuleHeader {
  return {
    ...{ key: '', id: '', name: '', title: '', status: '', description: '', references: [] },
    ...{ author: '', date: '', modified: '', level: 'medium', tags: [], falsePositives: [] },
    ...{ extension: {}, file: problems.file, at: map.at },
  };
}
