/** What a GraphQL document asks for: whether it is one, how deep and how often, and its literals. */

/** The measure of one document. */
export interface DocumentShape {
  readonly depth: number;
  /** Fields given another name, which is how one request asks the same a thousand times. */
  readonly aliases: number;
  /** Directives, of which every one is evaluated. */
  readonly directives: number;
  /** The schema itself is asked for. */
  readonly introspects: boolean;
  /** The strings between quotes, as the application will see them. */
  readonly literals: readonly string[];
}

const DOCUMENT =
  /^[\s,\ufeff]{0,64}(?:#[^\n]{0,256}\n\s{0,64})?(?:(?:query|mutation|subscription|fragment)\b[^{]{0,2048}\{|\{\s{0,64}(?:\.{3}|[A-Za-z_]\w{0,64}\s{0,16}[\s({:}@,]))/;
const LITERALS_MAX = 256;
const LENGTH_MAX = 65_536;
const TOKEN =
  /"""|"|#[^\n]*|[{}@]|[A-Za-z_]\w{0,64}\s{0,8}:\s{0,8}[A-Za-z_]|[([]|[)\]]|\b__(?:schema|type)\b/g;

/** Whether a text is a GraphQL document; JSON begins like one and has quotes around its names. */
export function isGraphql(text: string): boolean {
  return DOCUMENT.test(text.slice(0, 4096));
}

/** Reads at most the first 65,536 characters. */
export function shapeOf(document: string): DocumentShape {
  const text = document.slice(0, LENGTH_MAX);
  const literals: string[] = [];
  const shape = { depth: 0, aliases: 0, directives: 0, introspects: false, literals };
  let [depth, brackets] = [0, 0];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [token] = match;
    const first = token.charAt(0);
    if (first === '"') {
      const end = literalEnd(text, TOKEN.lastIndex, token);
      if (end < 0) break;
      if (literals.length < LITERALS_MAX)
        literals.push(unescaped(text.slice(TOKEN.lastIndex, end)));
      TOKEN.lastIndex = end + token.length;
    } else if (first === '{') shape.depth = Math.max(shape.depth, ++depth);
    else if (first === '}') depth -= 1;
    else if (first === '@') shape.directives += 1;
    else if (first === '(' || first === '[') brackets += 1;
    else if (first === ')' || first === ']') brackets -= 1;
    else if (token.startsWith('__')) shape.introspects = true;
    // Inside brackets a name with a colon is an argument.
    else if (first !== '#' && brackets <= 0) shape.aliases += 1;
  }
  return shape;
}

/** Where a literal ends; -1 where it never does, and then no other that begins behind it does. */
function literalEnd(text: string, from: number, quotes: string): number {
  for (let at = text.indexOf(quotes, from); at >= 0; at = text.indexOf(quotes, at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 92) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}

/** GraphQL writes strings as JSON does. */
function unescaped(literal: string): string {
  return literal.replaceAll(/\\(["\\/nrt])/g, (_, sign: string) => ESCAPED.get(sign) ?? sign);
}

const ESCAPED: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
