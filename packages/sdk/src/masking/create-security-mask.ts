/** The redaction policy as instrumentations see it. */
import type { SecurityMask } from '@spanguard/instrumentation';
import { compilePolicy, createPseudonyms, type RedactionConfig } from '@spanguard/redaction';

/** Compiles a policy. Throws RedactionConfigError where the configuration cannot be used. */
export function createSecurityMask(config: RedactionConfig, masterKey: Uint8Array): SecurityMask {
  const policy = compilePolicy(config, { pseudonyms: createPseudonyms({ masterKey }) });
  const clean = new CleanValues();
  return {
    text: (text) => {
      if (clean.has(FREE_TEXT, text)) return text;
      const masked = policy.redactText(text);
      if (masked === text) clean.add(FREE_TEXT, text);
      return masked;
    },
    target: (rawTarget) => policy.redactUrl(rawTarget),
    attribute: (key, value) => {
      if (typeof value !== 'string') return policy.redactAttribute(key, value);
      if (clean.has(key, value)) return value;
      const masked = policy.redactAttribute(key, value);
      if (masked === value) clean.add(key, value);
      return masked;
    },
  };
}

const FREE_TEXT = '';
const KEYS_MAX = 256;
const VALUES_OF_KEY_MAX = 512;
const VALUE_LENGTH_MAX = 128;

/**
 * Short values that were found clean under a key. Methods, routes, hosts and user agents are the same in
 * nearly every span: looking them up costs a twentieth of looking at them. What is sensitive is never kept.
 */
class CleanValues {
  readonly #byKey = new Map<string, Set<string>>();

  has(key: string, value: string): boolean {
    return value.length <= VALUE_LENGTH_MAX && this.#byKey.get(key)?.has(value) === true;
  }

  add(key: string, value: string): void {
    if (value.length > VALUE_LENGTH_MAX) return;
    let values = this.#byKey.get(key);
    if (values === undefined) {
      if (this.#byKey.size >= KEYS_MAX) this.#byKey.clear();
      values = new Set();
      this.#byKey.set(key, values);
    }
    if (values.size >= VALUES_OF_KEY_MAX) values.clear();
    values.add(value);
  }
}
