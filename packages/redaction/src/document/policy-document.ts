/**
 * The policy as a file says it, one for applications and the processor alike: its options, and what plain
 * data says by them. Reads no file: the caller has parsed it, and knows where each name stands.
 */
import { ACTIONS_EXPECTED, expectedOneOf, GLOBS_EXPECTED } from '../policy/policy-checks.ts';
import {
  checkPolicyDocument,
  type PolicyProblem,
  PSEUDONYM_KEY_EXPECTED,
  URL_QUERIES,
} from '../policy/policy-checks.ts';
import { PROFILES } from '../policy/actions.ts';
import type { RedactionConfig } from '../policy/redaction-config.ts';

/** What the reference says of one option. */
export interface PolicyOption {
  /** Names from the policy itself, with dots between; `<name>` is any name of a detector or class of keys. */
  readonly path: string;
  /** Finishes the sentence "expected …". */
  readonly expected: string;
  readonly doc: string;
  /** As a user would write it; absent where the option is off. */
  readonly default?: string;
  readonly secret?: true;
}

/** Every option of a policy in a file. */
export const POLICY_OPTIONS: readonly PolicyOption[] = [
  {
    path: 'profile',
    expected: expectedOneOf(PROFILES),
    default: 'default',
    doc: 'Which set of detectors and actions to start from.',
  },
  {
    path: 'detectors.<name>',
    expected: ACTIONS_EXPECTED,
    doc: 'What is done with what a detector finds, or with values under a class of names; of `cvv` and `pin` nothing can be kept.',
  },
  globs('keep', 'Attribute keys never altered; globs.'),
  globs('redact', 'Attribute keys whose whole value is replaced; globs.'),
  globs('drop', 'Attribute keys removed with their value; globs.'),
  globs('only', 'Where not empty: every other key is dropped; globs.'),
  {
    path: 'url_query',
    expected: expectedOneOf(URL_QUERIES),
    default: 'sensitive',
    doc: 'Which query parameter values are replaced.',
  },
  {
    path: 'pseudonym_key',
    expected: PSEUDONYM_KEY_EXPECTED,
    doc: 'Master key of pseudonyms. Left out: the one that applications of the same user on this machine share.',
    secret: true,
  },
];

/** A policy, checked. */
export interface PolicyDocument {
  readonly config: RedactionConfig;
  /** Master key of pseudonyms, where the file has one. A function: nothing prints what it gives. */
  readonly pseudonymKey: (() => Uint8Array) | undefined;
}

/** A policy, or all that is wrong with it. */
export type ParsedPolicy =
  | { readonly ok: true; readonly policy: PolicyDocument }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

/** Reads a policy from plain data, as a parser of YAML or JSON gives it. Total; `{}` is the default policy. */
export function parsePolicy(data: unknown): ParsedPolicy {
  const problems = checkPolicyDocument(data, []);
  if (problems.length > 0) return { ok: false, problems };
  const { url_query: urlQuery, pseudonym_key: key, ...same } = data as WrittenPolicy;
  const config: RedactionConfig = { ...same, ...(urlQuery !== undefined && { urlQuery }) };
  const pseudonymKey = key === undefined ? undefined : () => new TextEncoder().encode(key);
  return { ok: true, policy: { config, pseudonymKey } };
}

/** What the checks leave. */
type WrittenPolicy = Omit<RedactionConfig, 'urlQuery'> & {
  readonly url_query?: RedactionConfig['urlQuery'];
  readonly pseudonym_key?: string;
};

function globs(name: string, doc: string): PolicyOption {
  return { path: `keys.${name}`, expected: GLOBS_EXPECTED, default: '[]', doc };
}
