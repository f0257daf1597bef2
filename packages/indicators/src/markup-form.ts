/** A text without the scripts that run nothing: structured data, links that go nowhere, a tag that is spoken of. */
import { isSentence } from './told.ts';

const DATA_BLOCK =
  /<script\s{1,4}type\s?=\s?["']application\/(?:ld[+ ])?json["']\s?>[^<]{0,65536}<\/script\s?>/gi;
const PLACEHOLDER =
  /javascript:\s?(?:void\s?(?:\(\s?['"]?0?['"]?\s?\)|0)|return false|false|;)\s?;?(?=\s{0,4}(?:["'&<]|$))/gi;
const SPOKEN_OF = /<script>(?=[\s"',.;:!?)]{0,3}\s\p{L}{2})/giu;
const ACTS = /<\/script|[=(]/i;

export function markupForm(text: string): string {
  if (!/script/i.test(text)) return text;
  const form = text.replaceAll(DATA_BLOCK, ' ').replaceAll(PLACEHOLDER, ' ');
  const isSpokenOf = !ACTS.test(form) && isSentence(form);
  return isSpokenOf ? form.replaceAll(SPOKEN_OF, ' ') : form;
}
