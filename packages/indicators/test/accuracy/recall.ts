/** Measures how many placed payloads are seen, by family, place and encoding. */
import {
  type Indicator,
  recogniseBody,
  recogniseHeaders,
  recogniseTarget,
  recogniseUserAgent,
} from '../../src/index.ts';
import { payloads } from './payloads.ts';
import { ENCODINGS, PLACES, type Request } from './placed.ts';
import { Draw } from './random.ts';

/** How many there were, how many were seen, how many with high confidence. */
export interface Tally {
  count: number;
  any: number;
  high: number;
}

/** Tallies by name, in the order they were first seen. */
export class Tallies {
  readonly #byName = new Map<string, Tally>();

  note(name: string, signs: readonly Indicator[]): void {
    let tally = this.#byName.get(name);
    if (tally === undefined) this.#byName.set(name, (tally = { count: 0, any: 0, high: 0 }));
    tally.count += 1;
    if (signs.length > 0) tally.any += 1;
    if (signs.some(({ confidence }) => confidence === 'high')) tally.high += 1;
  }

  get rows(): readonly (readonly [string, Tally])[] {
    return [...this.#byName];
  }
}

/** Everything that is seen in a request. */
export function signsIn({ target, headers, body }: Request): readonly Indicator[] {
  const agent = headers['user-agent'];
  return [
    ...recogniseTarget(target),
    ...recogniseHeaders(headers),
    ...(typeof agent === 'string' ? recogniseUserAgent(agent) : []),
    ...recogniseBody(body),
  ];
}

/** What one payload in one place was. */
export interface Placed {
  readonly family: string;
  readonly encoding: string;
  readonly place: string;
  readonly text: string;
  readonly request: Request;
}

/** Every payload in every encoding, each in `placesEach` places drawn by the seed. */
export function* placedPayloads(seed: number, placesEach: number): Generator<Placed> {
  const draw = new Draw(seed);
  const places = Object.keys(PLACES);
  for (const { family, text } of payloads(seed, 2)) {
    for (const [encoding, encode] of Object.entries(ENCODINGS)) {
      for (let time = 0; time < placesEach; time++) {
        const place = draw.of(places);
        const request = PLACES[place]?.(encode(text, draw));
        if (request !== undefined) yield { family, encoding, place, text, request };
      }
    }
  }
}
