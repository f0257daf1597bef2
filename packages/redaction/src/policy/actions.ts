/** What is done with what was found: the actions, and the sets of them that a user starts from. */
import { DETECTORS } from '../detectors/all-detectors.ts';
import { SENSITIVE_NAMES } from '../keys/key-words.ts';

/** What may be done with what was found. */
export const ACTIONS = ['keep', 'drop', 'replace', 'mask', 'pseudonym'] as const;

/** One of {@link ACTIONS}. */
export type Action = (typeof ACTIONS)[number];

/** Sets of actions to start from. */
export const PROFILES = ['default', 'pci', 'gdpr', 'hipaa', 'secrets-only'] as const;

/** One of {@link PROFILES}. */
export type Profile = (typeof PROFILES)[number];

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
const KEEPS_NOTHING: readonly Action[] = ['drop', 'replace'];

/** The actions that may be given to a name; undefined where nothing has that name. */
export function actionsAllowed(name: string): readonly Action[] | undefined {
  if (!ACTION_NAMES.includes(name)) return undefined;
  return NEVER_KEPT.has(name) ? KEEPS_NOTHING : ACTIONS;
}

/** The action of every detector and class: those of a profile, but for those given. All are checked before. */
export function resolveActions({
  profile = 'default',
  detectors = {},
}: {
  readonly profile?: Profile | undefined;
  readonly detectors?: Readonly<Record<string, Action>> | undefined;
}): ReadonlyMap<string, Action> {
  return new Map(Object.entries({ ...BY_PROFILE[profile], ...detectors }));
}
