/** What a user may say of redaction, checked. */
import { SENSITIVE_NAMES } from '../keys/key-words.ts';
import { DETECTORS } from '../detectors/all-detectors.ts';

/** What may be done with what was found. */
export const ACTIONS = ['keep', 'drop', 'replace', 'mask', 'pseudonym'] as const;

/** One of {@link ACTIONS}. */
export type Action = (typeof ACTIONS)[number];

/** Sets of actions to start from. */
export const PROFILES = ['default', 'pci', 'gdpr', 'hipaa', 'secrets-only'] as const;

/** One of {@link PROFILES}. */
export type Profile = (typeof PROFILES)[number];

/** A policy as a user writes it. `{}` is safe. */
export interface RedactionConfig {
  readonly profile?: Profile;
  /** Action by name of a detector or a class of keys; see the README for the names. */
  readonly detectors?: Readonly<Record<string, string>>;
  /** Globs over attribute keys. */
  readonly keys?: {
    readonly keep?: readonly string[];
    readonly redact?: readonly string[];
    readonly drop?: readonly string[];
    readonly only?: readonly string[];
  };
  /** Which values of URL queries go: those of sensitive parameters, all, or none. */
  readonly urlQuery?: 'sensitive' | 'all' | 'off';
}

/** A configuration that cannot be used: where, what was found, what is allowed. */
export class RedactionConfigError extends Error {
  override readonly name: string = 'RedactionConfigError';
  /** Dotted path of the option. */
  readonly path: string;
  /** What stands there, as JSON; undefined where the option itself is unknown. */
  readonly found: string | undefined;
  readonly allowed: string;

  constructor(path: string, found: string | undefined, allowed: string) {
    super(`${path}: ${found === undefined ? 'unknown;' : `found ${found},`} allowed: ${allowed}`);
    this.path = path;
    this.found = found;
    this.allowed = allowed;
  }
}

/** Names that may be given an action: detectors and classes of keys. */
export const ACTION_NAMES: readonly string[] = [
  ...DETECTORS.map(({ name }) => name).filter((name) => name !== 'named_secret'),
  ...Object.keys(SENSITIVE_NAMES),
].filter((name, index, all) => all.indexOf(name) === index);

const SECRETS_ARE_REPLACED: Readonly<Record<string, Action>> = Object.fromEntries(
  ACTION_NAMES.map((name) => [name, 'replace']),
);
const BASE: Readonly<Record<string, Action>> = {
  ...SECRETS_ARE_REPLACED,
  pan: 'mask',
  iban: 'mask',
  email: 'pseudonym',
  session: 'pseudonym',
  cvv: 'drop',
  pin: 'drop',
};

const BY_PROFILE: Readonly<Record<Profile, Readonly<Record<string, Action>>>> = {
  default: BASE,
  pci: BASE,
  gdpr: BASE,
  // Safe Harbor, 164.514(b)(2): removed, not hashed.
  hipaa: { ...BASE, email: 'replace', session: 'replace', pan: 'replace', iban: 'replace' },
  'secrets-only': { ...BASE, email: 'keep' },
};

/** Card verification values and PINs may never be stored (PCI DSS 3.3.1): no action may keep a form of them. */
const NEVER_KEPT: ReadonlySet<string> = new Set(['cvv', 'pin']);

const OPTIONS = ['profile', 'detectors', 'keys', 'urlQuery'] as const;
const KEY_LISTS = ['keep', 'redact', 'drop', 'only'] as const;
/** What may be done with the parameters of URLs. */
const URL_QUERIES = ['sensitive', 'all', 'off'] as const;

/** Throws {@link RedactionConfigError} for unknown options and for values of the wrong kind. */
export function checkConfig(config: RedactionConfig): void {
  knownOnly('', config, OPTIONS);
  oneOf('urlQuery', config.urlQuery ?? 'sensitive', URL_QUERIES);
  knownOnly('keys.', config.keys ?? {}, KEY_LISTS);
  for (const [name, globs] of Object.entries(config.keys ?? {})) {
    if (isListOfTexts(globs)) continue;
    throw new RedactionConfigError(`keys.${name}`, JSON.stringify(globs), 'a list of globs');
  }
}

function knownOnly(path: string, found: object, allowed: readonly string[]): void {
  const unknown = Object.keys(found).find((name) => !allowed.includes(name));
  if (unknown === undefined) return;
  throw new RedactionConfigError(`${path}${unknown}`, undefined, allowed.join(', '));
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** The action of every detector and class. Throws {@link RedactionConfigError}. */
export function resolveActions(config: RedactionConfig): Map<string, Action> {
  const profile = oneOf('profile', config.profile ?? 'default', PROFILES);
  const actions = new Map<string, Action>(Object.entries(BY_PROFILE[profile]));
  for (const [name, value] of Object.entries(config.detectors ?? {})) {
    if (!ACTION_NAMES.includes(name)) {
      throw new RedactionConfigError(`detectors.${name}`, undefined, ACTION_NAMES.join(', '));
    }
    const action = oneOf(`detectors.${name}`, value, ACTIONS);
    if (NEVER_KEPT.has(name) && action !== 'drop' && action !== 'replace') {
      throw new RedactionConfigError(`detectors.${name}`, JSON.stringify(action), 'drop, replace');
    }
    actions.set(name, action);
  }
  return actions;
}

function oneOf<T extends string>(where: string, found: string, allowed: readonly T[]): T {
  const known = allowed.find((one) => one === found);
  if (known !== undefined) return known;
  throw new RedactionConfigError(where, JSON.stringify(found), allowed.join(', '));
}
