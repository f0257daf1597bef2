/** HTML entities and the backslash escapes of JavaScript, CSS and C. */

const NAMED: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
  ['colon', ':'],
  ['lpar', '('],
  ['rpar', ')'],
  ['lbrack', '['],
  ['lsqb', '['],
  ['rsqb', ']'],
  ['lcub', '{'],
  ['lbrace', '{'],
  ['rcub', '}'],
  ['rbrace', '}'],
  ['sol', '/'],
  ['bsol', '\\'],
  ['tab', ''],
  ['newline', ''],
  ['nbsp', ' '],
  ['semi', ';'],
  ['equals', '='],
  ['period', '.'],
  ['comma', ','],
  ['num', '#'],
  ['excl', '!'],
  ['grave', '`'],
  ['dollar', '$'],
  ['percnt', '%'],
  ['plus', '+'],
  ['ast', '*'],
  ['vert', '|'],
  ['lowbar', '_'],
  ['quest', '?'],
  ['commat', '@'],
]);

const ENTITY = /&(?:#x([0-9a-f]{1,8})|#(\d{1,8})|([a-z]{2,8})(?=;));?/gi;
const ESCAPE = /\\(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|x([0-9a-f]{2})|([0-3][0-7]{2}))/gi;
const CSS_ESCAPE = /\\0{0,4}([2-7][0-9a-f])(?![0-9a-f]) ?/gi;

export function htmlDecode(text: string): string {
  return text.replaceAll(ENTITY, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return character(Number.parseInt(hex, 16));
    if (decimal !== undefined) return character(Number.parseInt(decimal, 10));
    return NAMED.get((name ?? '').toLowerCase()) ?? whole;
  });
}

export function escapeDecode(text: string): string {
  return text
    .replaceAll(ESCAPE, (_, ...codes: (string | undefined)[]) => {
      const [braced, unicode, hex, octal] = codes;
      return octal === undefined
        ? character(Number.parseInt(braced ?? unicode ?? hex ?? '', 16))
        : character(Number.parseInt(octal, 8));
    })
    .replaceAll(CSS_ESCAPE, (_, hex: string) => character(Number.parseInt(hex, 16)));
}

function character(point: number): string {
  // Browsers drop control characters inside keywords such as "java&#9;script".
  return point < 32 && point !== 10 && point !== 13
    ? ''
    : point > 0x10ffff
      ? '\ufffd'
      : String.fromCodePoint(point);
}
