/** Gathers the signs of many values of one request, each with the parameter that carried it. */
import { CleanTexts } from './clean-texts.ts';
import { type LocatedIndicator, NOTHING, type Place } from './indicator.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { isPlain, recogniseValue } from './recognise-value.ts';

const PLAIN_LENGTH_MAX = 256;
const SHORT_LENGTH_MAX = 24;
/** By place: what is a sign in one may be none in another. */
const CLEAN: Readonly<Record<Place, CleanTexts>> = {
  query: new CleanTexts(),
  path: new CleanTexts(),
  body: new CleanTexts(),
  header: new CleanTexts(),
};

export class Findings {
  readonly #place: Place;
  readonly #list: LocatedIndicator[] = [];
  #valuesLeft = DEFAULT_LIMITS.valuesMax;

  constructor(place: Place) {
    this.#place = place;
  }

  get full(): boolean {
    return this.#valuesLeft <= 0;
  }

  get list(): readonly LocatedIndicator[] {
    return this.#list.length === 0 ? NOTHING : this.#list;
  }

  read(text: string, part: 'name' | 'value', parameter: string): void {
    if (text.length === 0 || this.full) return;
    const clean = CLEAN[this.#place];
    // Reading a short text takes less than looking it up; numbers and words need no memory.
    const isShort = text.length <= SHORT_LENGTH_MAX;
    if (!isShort && clean.has(text)) return;
    // Only what costs work counts, so that nobody hides behind many harmless fields.
    if (text.length <= PLAIN_LENGTH_MAX && isPlain(text)) {
      if (!isShort) clean.add(text);
      return;
    }
    if (isShort && clean.has(text)) return;
    this.#valuesLeft -= 1;
    const indicators = recogniseValue(text, { place: this.#place });
    if (indicators.length === 0) clean.add(text);
    for (const indicator of indicators) {
      this.#list.push({
        ...indicator,
        place: this.#place,
        part,
        parameter,
      });
    }
  }
}
