/** All renderings of one value worth reading, breadth first and bounded. */
import type { Decoding, Place } from '../indicator.ts';
import type { Limits } from '../limits.ts';
import { View } from '../view.ts';
import { base64Text } from './base64.ts';
import { escapeDecode, htmlDecode } from './markup.ts';
import { urlDecode, urlEncoded } from './url.ts';
import { holdsUtf7, utf7Decode } from './utf7.ts';

/** Percent signs of percent signs of percent signs: no proxy decodes more often. */
const URL_DECODINGS_MAX = 3;
const COMPAT = /[\uff01-\uff5e\u2460-\u24ff\u2100-\u214f\u3002]/;
const QUOTED_BASE64 = /(?:base64,|base64\s|[:="'>])([\w+/]{16,}={0,2})(?:["'<]|$)/;

/** Whether `views` could give more than the text itself: one loop, no allocation. */
export function mayDecode(text: string): boolean {
  let plain = true;
  let wasPlus = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 37 || code === 92 || code === 38 || code === 0 || code > 0x20ff) return true;
    // "+A" begins UTF-7, as far as markup is written in it.
    if (wasPlus && code === 65 && holdsUtf7(text)) return true;
    wasPlus = code === 43;
    // Word characters, '+', '-', '/' and '=' may be base64, the rest may not.
    if (code < 43 || code > 122 || (code > 57 && code < 61)) plain = false;
  }
  return plain && text.length >= 4 && base64Likely(text);
}

/** Real words are lower case throughout; base64 of printable text practically never is. */
function base64Likely(text: string): boolean {
  return base64Text(text) !== undefined;
}

export function views(text: string, place: Place | undefined, limits: Limits): readonly View[] {
  const list = [new View(text, [])];
  const seen = new Set([text]);
  for (let at = 0; at < list.length && list.length < limits.viewsMax; at++) {
    const view = list[at];
    if (view === undefined || view.decoding.length >= limits.decodingsMax) continue;
    const add = (decoded: string | undefined, how: Decoding): void => {
      if (decoded === undefined || list.length >= limits.viewsMax || seen.has(decoded)) return;
      seen.add(decoded);
      list.push(new View(decoded, [...view.decoding, how]));
    };
    decodeOnce(view, place, add);
  }
  return list;
}

function decodeOnce(
  view: View,
  place: Place | undefined,
  add: (decoded: string | undefined, how: Decoding) => void,
): void {
  const { text } = view;
  const urls = view.decoding.filter((how) => how === 'url').length;
  if (urls < URL_DECODINGS_MAX && urlEncoded(text)) {
    // A form's '+' is a blank only where the text still is as it was on the wire.
    const wire = urls === 0 && (place === 'query' || place === 'body') ? blanks(text) : text;
    add(urlDecode(wire), 'url');
  }
  if (text.includes('&')) add(htmlDecode(text), 'html');
  if (text.includes('\\')) add(escapeDecode(text), 'escape');
  if (text.includes('\0')) add(text.replaceAll('\0', ''), 'null');
  if (COMPAT.test(text)) add(text.normalize('NFKC').replaceAll('\u3002', '.'), 'compat');
  if (holdsUtf7(text)) add(utf7Decode(text), 'utf7');
  if (!view.decoding.includes('base64')) {
    const hidden = base64Text(text);
    if (hidden !== undefined) add(hidden, 'base64');
    else if (text.length > 16) add(base64Text(QUOTED_BASE64.exec(text)?.[1] ?? ''), 'base64');
  }
}

function blanks(text: string): string {
  return text.includes(' ') ? text : text.replaceAll('+', ' ');
}
