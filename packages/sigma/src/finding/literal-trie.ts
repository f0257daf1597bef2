/** Literals as a tree of their characters, in arrays. */

/** A node comes after its parent, and the children of one stand together in the order of their characters. */
export interface Trie {
  readonly firstChild: Int32Array;
  readonly childCount: Uint16Array;
  /** The character that leads to a node. */
  readonly character: Uint16Array;
  /** The literal that ends at a node, -1 where none does. */
  readonly literal: Int32Array;
}

/** Literals from `from` up to `to`, in alphabetical order, that begin with the same `depth` characters. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly depth: number;
}

/** Node by node, nearest to the root first: literals in order lie together wherever they begin alike. */
export function buildTrie(literals: readonly string[]): Trie {
  const order = literals.map((text, index) => ({ text, index }));
  order.sort((a, b) => (a.text < b.text ? -1 : 1));
  const firstChild: number[] = [];
  const childCount: number[] = [];
  const character = [0];
  const literal: number[] = [];
  const stretches: Stretch[] = [{ from: 0, to: order.length, depth: 0 }];
  for (let node = 0; node < stretches.length; node += 1) {
    const { from, to, depth } = stretches[node] ?? { from: 0, to: 0, depth: 0 };
    // The shortest stands first.
    const ends = depth > 0 && order[from]?.text.length === depth;
    literal.push(ends ? (order[from]?.index ?? -1) : -1);
    firstChild.push(stretches.length);
    for (let at = ends ? from + 1 : from; at < to;) {
      const code = order[at]?.text.charCodeAt(depth) ?? 0;
      const begin = at;
      while (at < to && order[at]?.text.charCodeAt(depth) === code) at += 1;
      stretches.push({ from: begin, to: at, depth: depth + 1 });
      character.push(code);
    }
    childCount.push(stretches.length - (firstChild[node] ?? 0));
  }
  return {
    firstChild: Int32Array.from(firstChild),
    childCount: Uint16Array.from(childCount),
    character: Uint16Array.from(character),
    literal: Int32Array.from(literal),
  };
}
