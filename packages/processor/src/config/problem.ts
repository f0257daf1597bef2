/** What is wrong with a configuration that is well written. */

/** One thing wrong, and where. */
export interface Problem {
  /** Path of the option; empty where what is wrong stands elsewhere, such as in a file of rules. */
  readonly path: readonly string[];
  /** Finishes the sentence that the path begins; never a secret. */
  readonly problem: string;
}

/** `file:line:column` of an option as it is written, or of the nearest around it that is. */
export type PlaceOf = (path: readonly string[]) => string;

/** `file:line:column: path: what is wrong`; without the place where nobody knows it. */
export function formatProblem({ path, problem }: Problem, placeOf?: PlaceOf): string {
  if (path.length === 0) return problem;
  const sentence = `${path.join('.')}: ${problem}`;
  return placeOf === undefined ? sentence : `${placeOf(path)}: ${sentence}`;
}
