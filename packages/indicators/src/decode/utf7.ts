/** UTF-7, which XML parsers and old browsers take for markup: `+ADw-script+AD4-`. */

// Printable ASCII begins with "A" in it, which hardly any other word between plus and minus does.
const RUN = /\+(A[A-Za-z\d+/]{2,255})(?:-|(?![\w+/]))/g;

/** Whether a text holds a run of UTF-7 at all. */
export function holdsUtf7(text: string): boolean {
  return text.includes('+A') && text.search(RUN) >= 0;
}

/** The text with its runs decoded; a run that is none stays. */
export function utf7Decode(text: string): string {
  return text.replaceAll(RUN, (run, hidden: string) => {
    const bytes = Buffer.from(hidden, 'base64');
    let decoded = '';
    for (let at = 0; at + 1 < bytes.length; at += 2) {
      const [high = 0, low = 0] = [bytes[at], bytes[at + 1]];
      // Markup is ASCII: anything else was a word of base64.
      if (high !== 0 || low > 126) return run;
      decoded += String.fromCharCode(low);
    }
    return decoded;
  });
}
