/**
 * What detection needs of the redaction policy: facts are stored, so nothing gets into them but through
 * it.
 */
import type { ByteRange } from './interner-generation.ts';

/** The policy, as detection sees it. */
export interface FactMask {
  /** How strictly an attribute is judged by its name: of two, the greater is the stricter. */
  decisionOf(name: string): number;
  /**
   * Whether a text of the batch, under such a name, may be shown as it stands. `marks` are those of the
   * batch.
   */
  isClean(text: ByteRange, decision: number, marks: Uint32Array): boolean;
  /** The value as it may be shown, or undefined where it must not be; `decision` is another name's. */
  attribute(name: string, value: string, decision: number): string | undefined;
  /** A keyed pseudonym: equal for equal values, and nobody without the key finds the value. */
  pseudonym(value: string): string;
}
