/**
 * `${env:NAME}`, `${env:NAME:-default}` and `${file:path}` in scalar values, in the Collector's syntax;
 * `$$` is a dollar sign. Values are put into scalars after parsing, so that they cannot add structure.
 */

/** Where values come from. */
export interface SubstitutionSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of a file, or undefined where it cannot be read. */
  readonly readFile: (path: string) => string | undefined;
}

/** The text with everything put in, or what is missing. */
export type Substitution =
  | { readonly ok: true; readonly text: string; readonly substituted: boolean }
  | { readonly ok: false; readonly missing: string };

const FILE_CHARACTERS_MAX = 65_536;

/** Puts values into one scalar. A missing value is an error, never an empty text. */
export function substitute(scalar: string, { env, readFile }: SubstitutionSources): Substitution {
  let missing: string | undefined;
  const text = scalar.replaceAll(
    /\$(?:\$|\{(env|file):([^}]{1,1024})\})/g,
    (whole, kind?: string, argument?: string) => {
      if (kind === undefined || argument === undefined) return whole === '$$' ? '$' : whole;
      const value = kind === 'env' ? fromEnv(argument, env) : fromFile(argument, readFile);
      if (value === undefined) missing ??= `\${${kind}:${argument}}`;
      return value ?? '';
    },
  );
  if (missing !== undefined) return { ok: false, missing };
  return { ok: true, text, substituted: text !== scalar };
}

function fromEnv(argument: string, env: SubstitutionSources['env']): string | undefined {
  const [name = '', ...rest] = argument.split(':-');
  return env[name] ?? (rest.length > 0 ? rest.join(':-') : undefined);
}

function fromFile(path: string, readFile: SubstitutionSources['readFile']): string | undefined {
  const text = readFile(path);
  return text !== undefined && text.length <= FILE_CHARACTERS_MAX ? text.trimEnd() : undefined;
}
