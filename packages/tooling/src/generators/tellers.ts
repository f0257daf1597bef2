/**
 * Who tells an attribute or event: read off the sources, so that the reference page cannot promise too
 * much.
 */
import { isTest, type SourceFile } from '../tidy/sources.ts';

/** Who sets or sends a name; `reader` only takes it from other SDKs. */
export type Teller = 'application' | 'processor' | 'reader';

/** The folders that tell, by what they tell as. Folders not named here only pass names on. */
const TELLING: readonly (readonly [RegExp, readonly Teller[]])[] = [
  [/^packages\/(?:api|instrumentation(?:-[a-z]+)?|sdk|register)\/src\//, ['application']],
  [/^packages\/verdict\/src\//, ['application', 'processor']],
  [/^packages\/processor\/src\/(?:alerts|correlation)\//, ['processor']],
  [/^packages\/processor\/src\/detection\//, ['reader']],
];

/** By the name of the constant of `@spanguard/conventions`: `ATTR_USER_ID`, `EVENT_AUTHN_LOGIN_FAIL`. */
export type Tellers = ReadonlyMap<string, ReadonlySet<Teller>>;

/** Finds every constant that code uses; to import it is no use. */
export function tellersIn(sources: readonly SourceFile[]): Tellers {
  const found = new Map<string, Set<Teller>>();
  for (const { path, text } of sources) {
    const tellers = TELLING.find(([folder]) => folder.test(path))?.[1];
    if (tellers === undefined || isTest(path)) continue;
    const code = text.replaceAll(/\bimport\s*\{[^}]*\}/g, '');
    for (const [constant] of code.matchAll(/\b(?:ATTR|EVENT)_[A-Z0-9_]+\b/g)) {
      const known = found.get(constant) ?? new Set();
      for (const teller of tellers) known.add(teller);
      found.set(constant, known);
    }
  }
  return found;
}

/** The cell of the reference page; `isRead` where facts are made of it, whoever sends it. */
export function toldBy(tellers: Tellers, constant: string, isRead = false): string {
  const found = tellers.get(constant);
  if (found === undefined) return isRead ? 'other SDKs; read only' : 'nobody yet';
  const telling = [...found].filter((teller) => teller !== 'reader').toSorted();
  return telling.length === 0 ? 'other SDKs; read only' : telling.join(', ');
}
