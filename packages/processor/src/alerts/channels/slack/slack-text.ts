/** Text as Slack shows it: to the letter, whoever wrote it. */
import { neutralise } from '@spanguard/verdict';

/** What begins a mention, a channel or a link, and how it is written to be shown. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
]);

/** At most so many characters once escaped: Slack refuses a whole message for one that is longer. */
export function slackText(text: string, charactersMax: number): string {
  let written = '';
  for (const character of neutralise(text, charactersMax)) {
    const next = ESCAPES.get(character) ?? character;
    if (written.length + next.length > charactersMax) break;
    written += next;
  }
  return written;
}
