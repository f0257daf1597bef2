/** Recognises what a policy has put in place of a name. */

const PSEUDONYM = /^\[[a-z_]{1,16}:[\w~.-]{1,48}\]$/;
const PSEUDONYM_WITHIN = /\[[a-z_]{1,16}:[\w~.-]{1,48}\]/;
/** `[email]`, or the stars of a Collector: equal for all, so it tells nobody from anybody. */
const NOBODY = /^(?:\[[a-z_]{1,16}\]|\*+)$/;

/** Whether a text is a pseudonym, `[email:k1f.9Zz..]`: equal for equal names. */
export function isPseudonym(text: string): boolean {
  return PSEUDONYM.test(text);
}

/** Whether a pseudonym is in a text: then it still tells whom it is about. */
export function holdsPseudonym(text: string): boolean {
  return PSEUDONYM_WITHIN.test(text);
}

/** Whether a text stands in place of any name: who is counted by it would be counted with all others. */
export function isNobody(text: string): boolean {
  return NOBODY.test(text);
}
