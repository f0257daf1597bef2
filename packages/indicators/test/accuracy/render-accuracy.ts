/** Renders what the seeded generators measure as the page ACCURACY.md. */
import { ordinaryRequests } from './benign.ts';
import { placedPayloads, signsIn, Tallies } from './recall.ts';

/** Another seed than those the rules were looked at with. */
const SEED = 20_261_127;
const PLACES_EACH = 3;
const TIMES_EACH = 4;

/** What was measured. */
export interface Accuracy {
  readonly all: Tallies;
  readonly families: Tallies;
  readonly places: Tallies;
  readonly encodings: Tallies;
  readonly ordinary: Tallies;
}

/** Every payload in every encoding in places that the seed draws, and every ordinary text in its own. */
export function measureAccuracy(): Accuracy {
  const accuracy: Accuracy = {
    all: new Tallies(),
    families: new Tallies(),
    places: new Tallies(),
    encodings: new Tallies(),
    ordinary: new Tallies(),
  };
  for (const { family, place, encoding, request } of placedPayloads(SEED, PLACES_EACH)) {
    const signs = signsIn(request);
    accuracy.all.note('attacks', signs);
    accuracy.families.note(family, signs);
    accuracy.places.note(place, signs);
    accuracy.encodings.note(encoding, signs);
  }
  for (const { kind, request } of ordinaryRequests(SEED, TIMES_EACH)) {
    const signs = signsIn(request);
    accuracy.all.note('ordinary requests', signs);
    accuracy.ordinary.note(kind, signs);
  }
  return accuracy;
}

/** The page. */
export function renderAccuracy({ all, families, places, encodings, ordinary }: Accuracy): string {
  return [
    '<!-- Written by `npm run generate`. Do not edit. -->\n',
    '# What the recognisers see, and what they take for a sign that is none\n',
    'Requests of seeded generators (`test/accuracy`): payloads written for this project, each family in each encoding,',
    'in places drawn by the seed; ordinary texts where such texts are sent. Shares of requests with a sign of high',
    'confidence, and with any. Who wrote the payloads knew the rules: the figures compare families, places and versions,',
    'and say little about what others write.\n',
    ...table('all', all),
    ...table('family', families),
    ...table('place', places),
    ...table('encoding', encodings),
    ...table('ordinary requests: kind', ordinary),
  ].join('\n');
}

function table(what: string, tallies: Tallies): readonly string[] {
  const rows = tallies.rows.map(([name, { count, any, high }]) => {
    const share = (part: number): string => `${((100 * part) / count).toFixed(1)} %`;
    return `| ${name} | ${count} | ${share(high)} | ${share(any)} |`;
  });
  return [`| ${what} | requests | high | any |`, '| --- | ---: | ---: | ---: |', ...rows, ''];
}
