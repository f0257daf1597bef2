/** Undoes what shells ignore inside a word: `c''at`, `c\at` and `cat$IFS/etc` read `cat`. */

const HAS_TRICK = /["'\\^$<{]/;

export function shellForm(text: string): string {
  if (!HAS_TRICK.test(text)) return text;
  return text
    .replaceAll(/\$\{?IFS\}?(?:\$\d)?/g, ' ')
    .replaceAll(/\$[@*\d](?=\w)|\$\{[@*\d]\}|\$\{[a-z_]{1,8}\}(?=\w)/gi, '')
    .replaceAll(/(?<=\w)(?:\$\(\)|``|\$u(?=\w)|\$\$|\$\?)/g, '')
    .replaceAll(/\{([\w./-]{2,32}),([^{}]{1,64})\}/g, ' $1 $2 ')
    .replaceAll(/(?<=\w)<(?=[/.\w])/g, ' ')
    .replaceAll(/["'^]|\\(?=[\w/])/g, '');
}
