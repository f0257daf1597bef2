/** The policy of a file as a JSON Schema, by which editors complete and check it. */
import { ACTION_NAMES, actionsAllowed, PROFILES } from '../policy/actions.ts';
import {
  GLOB_CHARACTERS_MAX,
  GLOBS_MAX,
  PSEUDONYM_KEY_CHARACTERS_MAX,
  URL_QUERIES,
} from '../policy/policy-checks.ts';
import { POLICY_OPTIONS } from './policy-document.ts';

/** Part of a JSON Schema. */
export type PolicySchema = Readonly<Record<string, unknown>>;

/** What may stand for any word: see `substitution.ts`. */
const SUBSTITUTED = { type: 'string', pattern: String.raw`\$\{(env|file):[^}]+\}` };

const GLOBS: PolicySchema = {
  type: 'array',
  maxItems: GLOBS_MAX,
  items: { type: 'string', minLength: 1, maxLength: GLOB_CHARACTERS_MAX },
};

/** As `parsePolicy` reads it, before anything is put into it. */
export const POLICY_SCHEMA: PolicySchema = mapOf({
  profile: described('profile', wordOf(PROFILES)),
  detectors: mapOf(
    Object.fromEntries(ACTION_NAMES.map((name) => [name, wordOf(actionsAllowed(name) ?? [])])),
  ),
  keys: mapOf({
    keep: described('keys.keep', GLOBS),
    redact: described('keys.redact', GLOBS),
    drop: described('keys.drop', GLOBS),
    only: described('keys.only', GLOBS),
  }),
  url_query: described('url_query', wordOf(URL_QUERIES)),
  pseudonym_key: described('pseudonym_key', {
    type: 'string',
    minLength: 1,
    maxLength: PSEUDONYM_KEY_CHARACTERS_MAX,
  }),
});

function mapOf(properties: Readonly<Record<string, PolicySchema>>): PolicySchema {
  return { type: 'object', properties, additionalProperties: false };
}

function wordOf(words: readonly string[]): PolicySchema {
  return { anyOf: [{ type: 'string', enum: words }, SUBSTITUTED] };
}

function described(path: string, schema: PolicySchema): PolicySchema {
  const option = POLICY_OPTIONS.find((one) => one.path === path);
  if (option === undefined) throw new TypeError(`there is no option ${path}`);
  return { ...schema, description: `${option.doc} Expected: ${option.expected}.` };
}
