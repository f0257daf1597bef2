/** The redaction policy as instrumentations see it. */
import type { SecurityMask } from '@spanguard/instrumentation';
import { compilePolicy, createPseudonyms, type RedactionConfig } from '@spanguard/redaction';

/** Compiles a policy. Throws RedactionConfigError where the configuration cannot be used. */
export function createSecurityMask(config: RedactionConfig, masterKey: Uint8Array): SecurityMask {
  const policy = compilePolicy(config, { pseudonyms: createPseudonyms({ masterKey }) });
  return {
    text: (text) => policy.redactText(text),
    target: (rawTarget) => policy.redactUrl(rawTarget),
    attribute: (key, value) => policy.redactAttribute(key, value),
  };
}
