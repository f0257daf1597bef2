/** Makes text from a client harmless to whoever reads it: no control characters, no bidi, no ANSI. */

// C0 and C1 controls with DEL, soft hyphen, Arabic letter mark, zero-width and bidi marks, line and
// paragraph separator, byte order mark, interlinear marks, lone surrogates (Unicode TR36, TR39).
const HOSTILE =
  // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu;

/**
 * Replaces each hostile character by its visible JSON escape (`\u001b`), so a line break forges no
 * log line, an escape sequence drives no terminal, and JSON stays valid JSON. Clean text is returned
 * as it is. The result is cut to `charsMax` UTF-16 units, never within a character or an escape.
 */
export function neutralise(text: string, charsMax: number): string {
  // Cut first: the work is bounded by what is kept, not by what was sent.
  const head = text.length > charsMax ? cutAtCharacter(text, charsMax) : text;
  HOSTILE.lastIndex = 0;
  if (!HOSTILE.test(head)) return head;
  const escaped = head.replace(HOSTILE, escapeCharacter);
  return escaped.length > charsMax ? cutAtEscape(escaped, charsMax) : escaped;
}

/** Cuts to at most `charsMax` UTF-16 units without splitting a surrogate pair. */
export function cutAtCharacter(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const last = text.charCodeAt(charsMax - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splitsPair ? charsMax - 1 : charsMax);
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function cutAtEscape(text: string, charsMax: number): string {
  const head = cutAtCharacter(text, charsMax);
  const opened = head.lastIndexOf('\\u');
  return opened > head.length - 6 && opened >= 0 ? head.slice(0, opened) : head;
}
