/** The redaction policy as instrumentations see it. */
import { ATTR_USER_ID } from '@spanguard/conventions';
import type { SecurityAttributeValue, SecurityMask } from '@spanguard/instrumentation';
import {
  compilePolicy,
  createPseudonyms,
  type KeyDecision,
  type RedactionConfig,
  type RedactionPolicy,
} from '@spanguard/redaction';

/** What is decided beside the policy. */
export interface MaskSettings {
  /** E-mail addresses in `user.id` stay as they are; what else is secret there is masked all the same. */
  readonly plainUsers?: boolean | undefined;
}

/** The policy as maskers of whole attributes see it: what is around a value, and beside it, counts as well. */
export interface StructureMask extends SecurityMask {
  /** Masks one value by its key and by the strictest decision around and beside it, 0 where there is none. */
  attribute(
    key: string,
    value: SecurityAttributeValue,
    outer?: KeyDecision,
  ): SecurityAttributeValue | undefined;
  /** What a key says of all that stands under it. */
  decisionOf(key: string): KeyDecision;
  /** What items and members say of those beside them, by index. */
  readonly namedBeside: RedactionPolicy['namedBeside'];
}

/** Compiles a policy. Throws RedactionConfigError where the configuration cannot be used. */
export function createSecurityMask(
  config: RedactionConfig,
  masterKey: Uint8Array,
  { plainUsers = false }: MaskSettings = {},
): StructureMask {
  const pseudonyms = createPseudonyms({ masterKey });
  const policy = compilePolicy(config, { pseudonyms });
  const plain: RedactionConfig = { ...config, detectors: { ...config.detectors, email: 'keep' } };
  const ofUsers = plainUsers ? compilePolicy(plain, { pseudonyms }) : policy;
  return {
    text: (text) => policy.redactText(text),
    target: (rawTarget) => policy.redactUrl(rawTarget),
    attribute: (key, value, outer) =>
      (key === ATTR_USER_ID ? ofUsers : policy).redactAttribute(key, value, outer),
    decisionOf: (key) => policy.decisionOf(key),
    namedBeside: (values, outer, settings) => policy.namedBeside(values, outer, settings),
  };
}
