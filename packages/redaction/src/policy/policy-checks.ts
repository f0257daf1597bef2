/** Checks what a user wrote of redaction, in a file or in code: the same words, the same limits, the same refusals. */
import { ACTION_NAMES, ACTIONS, actionsAllowed, PROFILES } from './actions.ts';
import { PSEUDONYM_KEY_BYTES_MIN } from './pseudonyms.ts';

/** Which values of URL queries go: those of sensitive parameters, all, or none. */
export const URL_QUERIES = ['sensitive', 'all', 'off'] as const;

/** One thing wrong with a policy. */
export interface PolicyProblem {
  /** Names that lead to it, from the policy itself. A user wrote them: not to be shown as they are. */
  readonly path: readonly string[];
  /** `name`: nothing is called so here; `value`: what stands there cannot be used. */
  readonly wrong: 'name' | 'value';
  /** What may stand there; see {@link sentenceOf}. */
  readonly expected: string;
  /** What stands there must not be shown. */
  readonly isSecret: boolean;
}

/** Says what is wrong; `found` is what stands there, as it may be shown. */
export function sentenceOf({ wrong, expected, isSecret }: PolicyProblem, found: string): string {
  if (wrong === 'name') return `unknown key; allowed here: ${expected}`;
  return `found ${isSecret ? 'a value that is not shown' : found}, expected ${expected}`;
}

/** Finds all that is wrong with a value; `path` leads to it. */
export type PolicyCheck = (value: unknown, path: readonly string[]) => PolicyProblem[];

/** Most globs of a list. */
export const GLOBS_MAX = 1024;
/** Longest glob, in characters. */
export const GLOB_CHARACTERS_MAX = 256;
/** What a list of globs may be. */
export const GLOBS_EXPECTED: string = `a list of at most ${GLOBS_MAX} texts of 1 to ${GLOB_CHARACTERS_MAX} characters`;

/** Longest key of pseudonyms, in characters. */
export const PSEUDONYM_KEY_CHARACTERS_MAX = 8192;
/** What a key of pseudonyms may be. */
export const PSEUDONYM_KEY_EXPECTED: string =
  `a secret of at least ${PSEUDONYM_KEY_BYTES_MIN} bytes ` +
  `and at most ${PSEUDONYM_KEY_CHARACTERS_MAX} characters`;

const globs: PolicyCheck = (value, path) =>
  Array.isArray(value) && value.length <= GLOBS_MAX && value.every(isGlob)
    ? []
    : [notAllowed(path, GLOBS_EXPECTED)];

const detectors: PolicyCheck = (value, path) => {
  if (!isMap(value)) return [notAllowed(path, 'a map of actions by name')];
  return Object.entries(value).flatMap(([name, action]) => {
    const at = [...path, name];
    const allowed = actionsAllowed(name);
    return allowed === undefined ? [unknownName(at, ACTION_NAMES)] : oneOf(allowed)(action, at);
  });
};

/** What a policy says wherever it is written, but for the parameters of URLs. */
const PARTS: Readonly<Record<string, PolicyCheck>> = {
  profile: oneOf(PROFILES),
  detectors,
  keys: members({ keep: globs, redact: globs, drop: globs, only: globs }),
};

/** Checks a policy given in code. */
export const checkRedactionConfig: PolicyCheck = members({
  ...PARTS,
  urlQuery: oneOf(URL_QUERIES),
});

/** Checks a policy written in a file, where names have underscores and the key of pseudonyms may be said. */
export const checkPolicyDocument: PolicyCheck = members({
  ...PARTS,
  url_query: oneOf(URL_QUERIES),
  pseudonym_key: (value, path) =>
    isPseudonymKey(value) ? [] : [{ ...notAllowed(path, PSEUDONYM_KEY_EXPECTED), isSecret: true }],
});

/** How the reference and messages name a choice. */
export function expectedOneOf(values: readonly string[]): string {
  return `one of ${values.join(', ')}`;
}

/** What may be done with a detector or class, for the reference; of `cvv` and `pin` nothing is kept. */
export const ACTIONS_EXPECTED: string = expectedOneOf(ACTIONS);

function oneOf(allowed: readonly string[]): PolicyCheck {
  return (value, path) =>
    allowed.some((one) => one === value) ? [] : [notAllowed(path, expectedOneOf(allowed))];
}

function members(checks: Readonly<Record<string, PolicyCheck>>): PolicyCheck {
  const byName = new Map(Object.entries(checks));
  return (value, path) => {
    if (!isMap(value)) return [notAllowed(path, 'a map of options')];
    return Object.entries(value).flatMap(([name, member]) => {
      const check = byName.get(name);
      if (check === undefined) return [unknownName([...path, name], [...byName.keys()])];
      return member === undefined ? [] : check(member, [...path, name]);
    });
  };
}

function notAllowed(path: readonly string[], expected: string): PolicyProblem {
  return { path, wrong: 'value', expected, isSecret: false };
}

function unknownName(path: readonly string[], known: readonly string[]): PolicyProblem {
  return { path, wrong: 'name', expected: known.join(', '), isSecret: false };
}

/** A map of YAML or JSON; sets and bytes, which YAML has too, are none. */
function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === '[object Object]';
}

function isGlob(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= GLOB_CHARACTERS_MAX;
}

function isPseudonymKey(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    value.length <= PSEUDONYM_KEY_CHARACTERS_MAX &&
    new TextEncoder().encode(value).length >= PSEUDONYM_KEY_BYTES_MIN
  );
}
