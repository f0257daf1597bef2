/** What a case measured. */

/** One row of the results page. */
export interface Result {
  readonly group: string;
  readonly name: string;
  /** The figure, in the unit of its group. */
  readonly value: number;
  readonly unit: string;
  /** Name of the row this one is compared with, in the same group and run. */
  readonly rival?: string;
  readonly note?: string;
}
