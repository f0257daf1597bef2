/** Recognises what a policy upstream has put in place of a name. */

const PSEUDONYM = /^\[[a-z_]{1,16}:[\w~.-]{1,48}\]$/;
/** `[email]`, or the stars of a Collector: equal for all, so it tells nobody from anybody. */
const NOBODY = /^(?:\[[a-z_]{1,16}\]|\*+)$/;

/** Whether a text is a pseudonym, `[email:k1f.9Zz..]`: equal for equal names. */
export function isPseudonym(text: string): boolean {
  return PSEUDONYM.test(text);
}

/** Whether a text stands in place of any name: who is counted by it would be counted with all others. */
export function isNobody(text: string): boolean {
  return NOBODY.test(text);
}
