/** Remembers inputs of one place in which no sign was seen: most requests repeat those of others. */

/** Longer inputs are looked at each time: the memory stays below 4 MiB a place. */
const INPUT_CHARACTERS_MAX = 256;
/** When it is full it starts over, so that junk of one client does not stay. */
const INPUTS_MAX = 4096;

/**
 * A bounded memory; one a place, since what is clean as user agent need not be so as target. A plain set:
 * memories that ask twice before they keep cost more than reading a target that never comes again.
 */
export class CleanInputs {
  readonly #inputs = new Set<string>();

  has(input: string): boolean {
    return this.#inputs.has(input);
  }

  add(input: string): void {
    if (input.length > INPUT_CHARACTERS_MAX) return;
    if (this.#inputs.size >= INPUTS_MAX) this.#inputs.clear();
    this.#inputs.add(input);
  }
}
