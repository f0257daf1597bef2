/** Says that a test is skipped, as tests of peers do: what was not tried must not look tried. */

/** One line on standard error; gives undefined. `needs` finishes the sentence "this needs ...". */
export function saySkipped(needs: string): undefined {
  process.stderr.write(`SKIPPED: this needs ${needs}\n`);
}
