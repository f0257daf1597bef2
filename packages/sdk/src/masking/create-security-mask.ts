/** The redaction policy as instrumentations see it. */
import { ATTR_USER_ID } from '@spanguard/conventions';
import type { SecurityMask } from '@spanguard/instrumentation';
import { compilePolicy, createPseudonyms, type RedactionConfig } from '@spanguard/redaction';

/** What is decided beside the policy. */
export interface MaskSettings {
  /** E-mail addresses in `user.id` stay as they are; what else is secret there is masked all the same. */
  readonly plainUsers?: boolean | undefined;
}

/** Compiles a policy. Throws RedactionConfigError where the configuration cannot be used. */
export function createSecurityMask(
  config: RedactionConfig,
  masterKey: Uint8Array,
  { plainUsers = false }: MaskSettings = {},
): SecurityMask {
  const pseudonyms = createPseudonyms({ masterKey });
  const policy = compilePolicy(config, { pseudonyms });
  const plain: RedactionConfig = { ...config, detectors: { ...config.detectors, email: 'keep' } };
  const ofUsers = plainUsers ? compilePolicy(plain, { pseudonyms }) : policy;
  return {
    text: (text) => policy.redactText(text),
    target: (rawTarget) => policy.redactUrl(rawTarget),
    attribute: (key, value) =>
      (key === ATTR_USER_ID ? ofUsers : policy).redactAttribute(key, value),
  };
}
