/** Makes text harmless for a terminal and a line-based log. */

/**
 * Controls (C0, DEL, C1), soft hyphen, zero-width and bidirectional marks, line and paragraph separators,
 * byte order mark, interlinear marks, lone surrogates (Unicode TR36, TR39): as the SDK's. Alerts also tell
 * of spans that no SDK of ours made.
 */
const HARMFUL =
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu;

/** Replaces what could forge a line, move the cursor or turn text around by a visible `\u{…}`. */
export function neutralise(text: string): string {
  return text.replaceAll(HARMFUL, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}
