/** Which masking policy holds where several places may say one. */
import {
  type Profile,
  type RedactionConfig,
  type RedactionFile,
  type RedactionNode,
  readRedactionFile,
  readRedactionNode,
} from '@spanguard/sdk';

/** What was said, and where; of each that is not said `undefined`. */
export interface WrittenRedaction {
  /** The policy within the declarative file. */
  readonly node: RedactionNode | undefined;
  /** Path of a policy file. */
  readonly file: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly profile: Profile | undefined;
  readonly hashKey: Uint8Array | undefined;
}

/** What holds. */
export interface ChosenRedaction {
  readonly redaction: RedactionConfig;
  readonly hashKey: Uint8Array | undefined;
  /** What was said in vain, and what is wrong with the policy, one sentence each. */
  readonly complaints: readonly string[];
}

const PROBLEMS_TOLD_MAX = 10;

/**
 * A policy written as a whole holds as a whole, that of the declarative file before that of a file of its
 * own: a processor with the same file masks the same. The other options say what such a policy does not:
 * without one the profile, and the key where it has none. One that cannot be used leaves the strict one.
 */
export function chooseRedaction(written: WrittenRedaction): ChosenRedaction {
  const { node, file, env, profile, hashKey } = written;
  const complaints: string[] = [];
  const inVain = (name: string, because: string): void => {
    complaints.push(`${name} has no effect: ${because}`);
  };
  const read = readOf(node, file, env);
  if (read === undefined) {
    return { redaction: profile === undefined ? {} : { profile }, hashKey, complaints };
  }
  if (node !== undefined && file !== undefined) {
    inVain('SPANGUARD_REDACTION_FILE', 'OTEL_CONFIG_FILE has a policy in it');
  }
  if (profile !== undefined) inVain('SPANGUARD_REDACTION_PROFILE', 'the policy says its profile');
  if (hashKey !== undefined && read.hashKey !== undefined) {
    inVain('SPANGUARD_HASH_KEY', 'the policy has a pseudonym_key');
  }
  complaints.push(...told(read.problems));
  return { redaction: read.redaction, hashKey: read.hashKey ?? hashKey, complaints };
}

function readOf(
  node: RedactionNode | undefined,
  path: string | undefined,
  env: WrittenRedaction['env'],
): RedactionFile | undefined {
  if (node !== undefined) return readRedactionNode(node);
  return path === undefined ? undefined : readRedactionFile({ path, env });
}

function told(problems: readonly string[]): string[] {
  if (problems.length === 0) return [];
  const more = problems.length - PROBLEMS_TOLD_MAX;
  return [
    'THE MASKING POLICY CANNOT BE USED. Until it is mended the strict one holds: ' +
      'all that is found is removed, and all parameters of URLs',
    ...problems.slice(0, PROBLEMS_TOLD_MAX),
    ...(more > 0 ? [`and ${more} more problems with the policy`] : []),
  ];
}
