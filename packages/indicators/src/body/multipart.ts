/** A multipart body as text, taken apart: names, file names, types, and what stands in parts of text. */

/** One part; what a part does not say is empty. */
export interface Part {
  readonly name: string;
  readonly fileName: string;
  readonly type: string;
  readonly text: string;
}

const OPENING = /^(?:\s{0,4}\r?\n)?(--[\w'()+,./:=? -]{1,72})\r?\n/;
const NAME = /(?:^|[;\s])name\s?=\s?(?:"((?:[^"\\]|\\.){0,2048})(?:"|$)|([^\s;"]{1,256}))/i;
const FILE_NAME = /filename\s?=\s?(?:"((?:[^"\\]|\\.){0,2048})(?:"|$)|([^\s;"]{1,256}))/i;
const ENCODED_FILE_NAME = /filename\*\s?=\s?([^\s;"]{1,1024})/i;
const TYPE = /content-type\s?:\s?([^\r\n]{1,256})/i;
const HEAD_END = /\r?\n\r?\n/g;
/** As long as a quoted name may be, so that one without an end is looked for once. */
const HEAD_LENGTH_MAX = 2048;
const SNIFFED_LENGTH = 4096;
/** What a picture or an archive is full of. */
const BINARY = new RegExp(
  `[${String.fromCharCode(0)}-${String.fromCharCode(8, 14)}-${String.fromCharCode(26)}\ufffd]`,
);

/** Whether a text looks like a multipart body. */
export function isMultipart(text: string): boolean {
  return OPENING.test(text.slice(0, 160)) && /content-disposition/i.test(text.slice(0, 1024));
}

/** At most `partsMax` parts; undefined beyond, as of the text of a part that is no text. */
export function partsIn(text: string, partsMax: number): readonly Part[] {
  const delimiter = OPENING.exec(text.slice(0, 160))?.[1]?.trimEnd();
  if (delimiter === undefined) return [];
  const parts: Part[] = [];
  let start = text.indexOf(delimiter) + delimiter.length;
  while (parts.length < partsMax) {
    const next = text.indexOf(`\n${delimiter}`, start);
    parts.push(partOf(text.slice(start, next < 0 ? text.length : next)));
    if (next < 0) break;
    start = next + 1 + delimiter.length;
    if (text.startsWith('--', start)) break;
  }
  return parts;
}

function partOf(text: string): Part {
  HEAD_END.lastIndex = 0;
  const end = HEAD_END.exec(text.slice(0, HEAD_LENGTH_MAX));
  const headLength = end?.index ?? Math.min(text.length, HEAD_LENGTH_MAX);
  const head = text.slice(0, headLength);
  const content = end === null ? '' : text.slice(HEAD_END.lastIndex).replace(/\r$/, '');
  const fileName = FILE_NAME.exec(head);
  return {
    name: (NAME.exec(head.replace(FILE_NAME, '')) ?? []).slice(1).find(Boolean) ?? '',
    fileName: fileName?.[1] ?? fileName?.[2] ?? ENCODED_FILE_NAME.exec(head)?.[1] ?? '',
    type: TYPE.exec(head)?.[1] ?? '',
    text: BINARY.test(content.slice(0, SNIFFED_LENGTH)) ? '' : content,
  };
}
