/** Which of the things a rule requires it is found by: the one that the fewest rows may be hoped to have. */
import { type Clue, rarityOf, type Requirement } from '../matching/row-test.ts';
import { LITERAL_CHARACTERS_MAX, withoutLongS } from './literal-automaton.ts';

/** Parts that say less are in nearly every text. */
const PART_CHARACTERS_MIN = 2;
const NOT_ASCII = /[^\0-\x7F]/;

/** By rule: the clues it is found by; undefined where every row has to be tried. */
export function chooseRequirements(
  rules: readonly (readonly Requirement[])[],
): readonly (Requirement | undefined)[] {
  const usable = rules.map((requires) => requires.map(shortened).filter(isUsable));
  const askedBy = new Map<string, number>();
  for (const requires of usable) {
    const names = new Set(requires.flatMap((clues) => clues.map(nameOf)));
    for (const name of names) askedBy.set(name, (askedBy.get(name) ?? 0) + 1);
  }
  // What many rules ask for is what there is much of, however long it is.
  const rarity = (clue: Clue): number =>
    rarityOf(clue) - 2 * Math.log2(askedBy.get(nameOf(clue)) ?? 1);
  const worth = (clues: Requirement): number =>
    Math.min(...clues.map(rarity)) - Math.log2(Math.max(1, clues.length)) / 2;
  return usable.map((requires) => {
    let [best] = requires;
    for (const each of requires) if (best !== undefined && worth(each) > worth(best)) best = each;
    return best;
  });
}

/** The same for clues that are the same wherever they are looked for. */
function nameOf(clue: Clue): string {
  if (clue.kind === 'present') return `${clue.of} ${clue.column}`;
  return clue.kind === 'number' ? `=${clue.value}` : `${clue.literal.kind} ${clue.literal.text}`;
}

function shortened(clues: Requirement): Requirement {
  return clues.map((clue) => {
    if (clue.kind !== 'text' || clue.literal.kind === 'whole') return clue;
    const text = withoutLongS(clue.literal.text.slice(0, LITERAL_CHARACTERS_MAX));
    return { ...clue, literal: { kind: 'part', text } };
  });
}

function isUsable(clues: Requirement): boolean {
  return clues.every(
    (clue) =>
      clue.kind !== 'text' ||
      clue.literal.kind === 'whole' ||
      clue.literal.text.length >= PART_CHARACTERS_MIN ||
      NOT_ASCII.test(clue.literal.text),
  );
}
