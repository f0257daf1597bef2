/** Cuts text that is yet to be masked. What is masked already is cut by `neutralise`. */
import { cutAtCharacter } from './neutralise.ts';

// A secret cut in half escapes a masker that knows it whole, so text is cut where no secret goes on. A blank
// is no such place: card numbers and private keys have blanks in them.
const BOUNDARY = /[\n,;"'{}[\]()<>&|]/u;

/** Cuts text to at most `charsMax` characters at a place where no secret goes on; `''` where there is none. */
export function cutAtBoundary(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  let end = cutAtCharacter(text, charsMax).length;
  while (end > 0 && !BOUNDARY.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
