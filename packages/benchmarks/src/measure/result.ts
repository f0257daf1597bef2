/** What a case measured. */

/** One row of the results page. */
export interface Result {
  readonly group: string;
  readonly name: string;
  /** The figure, in the unit of its group. */
  readonly value: number;
  readonly unit: string;
  /** Names of the rows this one is compared with, in the same group and run. */
  readonly rivals?: readonly string[];
  readonly note?: string;
}
