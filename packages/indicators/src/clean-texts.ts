/** Remembers short texts in which nothing was seen: names of parameters, and most values, come again. */
import type { Place } from './indicator.ts';

const TEXT_LENGTH_MAX = 128;
/** When it is full it starts over, so that junk of one client does not stay. */
const TEXTS_MAX = 8192;
const SEEN_ONCE_MAX = 256;

/**
 * A bounded memory. Holds what clients sent, in this process only, and never longer than it is short: a text
 * stands whole for itself or not at all. A text is kept from its second time on: one that never comes again
 * would only grow old in it. With each goes what reading it takes, which its next reader is charged as well:
 * the memory spares time and changes no answer.
 */
export class CleanTexts {
  readonly #texts = new Map<string, number>();
  readonly #seenOnce = new Set<string>();

  /** What reading the text takes; undefined when it is not known to be clean. */
  lengthRead(text: string): number | undefined {
    return text.length <= TEXT_LENGTH_MAX ? this.#texts.get(text) : undefined;
  }

  add(text: string, lengthRead: number): void {
    if (text.length > TEXT_LENGTH_MAX) return;
    if (!this.#seenOnce.delete(text)) {
      if (this.#seenOnce.size >= SEEN_ONCE_MAX) this.#seenOnce.clear();
      this.#seenOnce.add(text);
      return;
    }
    if (this.#texts.size >= TEXTS_MAX) this.#texts.clear();
    this.#texts.set(text, lengthRead);
  }
}

/** By place: what is a sign in one may be none in another. */
export type CleanTextsByPlace = Readonly<Record<Place, CleanTexts>>;

export function cleanTextsByPlace(): CleanTextsByPlace {
  return {
    query: new CleanTexts(),
    path: new CleanTexts(),
    body: new CleanTexts(),
    header: new CleanTexts(),
  };
}

/** What this process remembers. */
export const CLEAN_TEXTS: CleanTextsByPlace = cleanTextsByPlace();
