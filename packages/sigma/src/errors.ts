/** Every error this package reports: a stable code, a place, a sentence. Codes are never reused. */

/** Codes and what each means. The README lists the same. */
export const SIGMA_ERRORS = {
  SIGMA_YAML_INVALID: 'The text is not valid YAML.',
  SIGMA_LIMIT: 'A bound was passed: size, depth, number of documents, length of a condition.',
  SIGMA_FIELD_MISSING: 'A required field is absent.',
  SIGMA_FIELD_INVALID: 'A field holds something that is not allowed there.',
  SIGMA_FIELD_UNKNOWN: 'A field is not known at this place.',
  SIGMA_CONDITION_INVALID: 'A condition does not parse, or names an absent search identifier.',
  SIGMA_MODIFIER_INVALID: 'A modifier is unknown, or does not go with its value or neighbours.',
  SIGMA_PLACEHOLDER_UNKNOWN: 'An `expand` placeholder has no value in the options.',
  SIGMA_REGEX_INVALID: 'A regular expression is not valid, or cannot run in linear time.',
  SIGMA_DUPLICATE: 'Two rules share an id or a name.',
  SIGMA_REFERENCE_UNKNOWN: 'A correlation or filter names a rule that is not in the set.',
  SIGMA_REFERENCE_CYCLE: 'Correlations refer to each other in a circle, or too deep.',
  SIGMA_NOT_SUPPORTED: 'Valid Sigma that this engine does not run yet.',
  SIGMA_RULE_DECIDED: 'A rule can never match, or matches every event.',
  SIGMA_RULE_DOUBTFUL: 'A rule asks for what there is not: a warning.',
  SIGMA_SNAPSHOT_INVALID: 'A snapshot is of another version or shape.',
} as const;

/** One of the keys of {@link SIGMA_ERRORS}. */
export type SigmaErrorCode = keyof typeof SIGMA_ERRORS;

/** A place in a file, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with a rule. */
export interface SigmaProblem {
  readonly code: SigmaErrorCode;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Name, title or id of the rule; empty when it has none yet. */
  readonly rule: string;
  /** `file:line:column: rule "name": what was found, what is allowed`. */
  readonly message: string;
}

/** Thrown by {@link compileRule} and `CorrelationEngine.restore`; `parseRules` never throws. */
export class SigmaError extends Error {
  override readonly name: string = 'SigmaError';
  readonly problems: readonly SigmaProblem[];

  constructor(problems: readonly SigmaProblem[]) {
    super(problems.map(({ message }) => message).join('\n'));
    this.problems = problems;
  }
}

const PROBLEMS_MAX = 1_000;
const SHOWN_CHARACTERS_MAX = 80;

/** Collects problems of one file; says which rule is being read. */
export class Problems {
  readonly file: string;
  readonly list: SigmaProblem[] = [];
  rule = '';

  constructor(file: string) {
    this.file = file;
  }

  add(code: SigmaErrorCode, at: Position, sentence: string): void {
    if (this.list.length >= PROBLEMS_MAX) return;
    const rule = this.rule === '' ? '' : ` rule ${JSON.stringify(this.rule)}:`;
    const { line, column } = at;
    const message = `${this.file}:${line}:${column}:${rule} ${sentence}`;
    this.list.push({ code, file: this.file, line, column, rule: this.rule, message });
  }
}

/** How a found value is shown in a message: quoted, cut. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  if (text.length <= SHOWN_CHARACTERS_MAX) return text;
  return `${text.slice(0, SHOWN_CHARACTERS_MAX)}…`;
}
