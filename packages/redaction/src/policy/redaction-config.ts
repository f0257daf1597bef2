/** What a program may say of redaction. */
import type { Action, Profile } from './actions.ts';
import { checkRedactionConfig, sentenceOf, type URL_QUERIES } from './policy-checks.ts';

/** A policy as a program gives it. `{}` is safe. */
export interface RedactionConfig {
  readonly profile?: Profile;
  /** Action by name of a detector or a class of keys; see the README for the names. */
  readonly detectors?: Readonly<Record<string, Action>>;
  /** Globs over attribute keys. */
  readonly keys?: {
    readonly keep?: readonly string[];
    readonly redact?: readonly string[];
    readonly drop?: readonly string[];
    readonly only?: readonly string[];
  };
  /** Which values of URL queries go: those of sensitive parameters, all, or none. */
  readonly urlQuery?: (typeof URL_QUERIES)[number];
}

/**
 * What holds where a policy cannot be read: nobody knows what it would have hidden. Nothing found leaves in
 * any form, not even as a pseudonym, and no parameter of a URL is shown.
 */
export const STRICT_REDACTION: RedactionConfig = { profile: 'hipaa', urlQuery: 'all' };

/** A configuration that cannot be used: where, what was found, what is expected. */
export class RedactionConfigError extends Error {
  override readonly name: string = 'RedactionConfigError';
  /** Dotted path of the option. */
  readonly path: string;

  constructor(path: string, sentence: string) {
    super(`${path}: ${sentence}`);
    this.path = path;
  }
}

/** Throws {@link RedactionConfigError} for the first thing wrong. */
export function checkConfig(config: RedactionConfig): void {
  const [problem] = checkRedactionConfig(config, []);
  if (problem === undefined) return;
  const found = JSON.stringify(valueAt(config, problem.path)) ?? 'nothing';
  throw new RedactionConfigError(problem.path.join('.'), sentenceOf(problem, found));
}

/** The value that a path leads to in plain data; undefined where it leads nowhere. */
export function valueAt(data: unknown, path: readonly string[]): unknown {
  let value = data;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}
