/** A masking policy compiled to functions: keys, detectors, validators, actions, pseudonyms. */
export { DETECTORS } from './detectors/all-detectors.ts';
export { type Detector, type Found, type Scanned } from './detectors/detector.ts';
export {
  type ParsedPolicy,
  parsePolicy,
  POLICY_OPTIONS,
  type PolicyDocument,
  type PolicyOption,
} from './document/policy-document.ts';
export { POLICY_SCHEMA, type PolicySchema } from './document/policy-schema.ts';
export { shownPath, shownValue, withoutQuotations } from './document/shown-value.ts';
export {
  substitute,
  type Substitution,
  type SubstitutionSources,
} from './document/substitution.ts';
export { KEY_DECISION, type KeyDecision } from './keys/key-policy.ts';
export { type Action, ACTION_NAMES, ACTIONS, type Profile, PROFILES } from './policy/actions.ts';
export { cutRedacted } from './policy/cut-redacted.ts';
export { HmacSha256 } from './policy/hmac-sha256.ts';
export { MACHINE_KEY_BYTES, machineKey, machineKeyFolders } from './policy/machine-key.ts';
export {
  createPseudonyms,
  PSEUDONYM_KEY_BYTES_MIN,
  type Pseudonyms,
  type PseudonymsOptions,
} from './policy/pseudonyms.ts';
export { type PolicyProblem, sentenceOf } from './policy/policy-checks.ts';
export {
  type RedactionConfig,
  RedactionConfigError,
  STRICT_REDACTION,
  valueAt,
} from './policy/redaction-config.ts';
export {
  type AttributeValue,
  compilePolicy,
  type PolicyOptions,
  type RedactionPolicy,
} from './policy/redaction-policy.ts';
export { type ValueEdit, type Verdict } from './policy/value-edits.ts';
export { type Marked, type Prefilter, scalarPrefilter } from './prefilter/scalar-prefilter.ts';
export { createPrefilter } from './prefilter/simd-prefilter.ts';
export { mayNameValue } from './structure/value-siblings.ts';
