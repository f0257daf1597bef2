/** Remembers short texts in which nothing was seen: names of parameters, and most values, come again. */

const TEXT_LENGTH_MAX = 128;
/** When it is full it starts over, so that junk of one client does not stay. */
const TEXTS_MAX = 8192;
const SEEN_ONCE_MAX = 256;

/**
 * A bounded memory. Holds what clients sent, in this process only, and never longer than it is short. A text
 * is kept from its second time on: one that never comes again would only grow old in it.
 */
export class CleanTexts {
  readonly #texts = new Set<string>();
  readonly #seenOnce = new Set<string>();

  has(text: string): boolean {
    return text.length <= TEXT_LENGTH_MAX && this.#texts.has(text);
  }

  add(text: string): void {
    if (text.length > TEXT_LENGTH_MAX) return;
    if (!this.#seenOnce.delete(text)) {
      if (this.#seenOnce.size >= SEEN_ONCE_MAX) this.#seenOnce.clear();
      this.#seenOnce.add(text);
      return;
    }
    if (this.#texts.size >= TEXTS_MAX) this.#texts.clear();
    this.#texts.add(text);
  }
}
