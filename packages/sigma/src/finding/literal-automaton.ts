/**
 * Finds which of many literals a text holds, in one pass over it (Aho and Corasick): the time is linear in
 * the text, however many literals there are and whatever the text is.
 */

/** Literals are looked for by their beginning. */
export const LITERAL_CHARACTERS_MAX = 32;

const ASCII = 128;
/** Takes part as an s: without case a regular expression takes it for one. */
const LONG_S = 0x17f;
/** Nodes near the root, where nearly every step ends, have their step for every character ready. */
const READY_NODES_MAX = 2_048;
const SEARCHES_MAX = 0xff_ff_ff_ff;

/** See the head of this file. Literals are of ASCII without capital letters, not empty, each once. */
export class LiteralAutomaton {
  readonly #classes = new Uint8Array(ASCII);
  readonly #classCount: number;
  /** A node's children stand one after the other; a node comes after its parent. */
  readonly #firstChild: Int32Array;
  readonly #childCount: Uint8Array;
  readonly #classOf: Uint8Array;
  /** The node of the longest end of a node's text that is itself the beginning of a literal. */
  readonly #shorter: Int32Array;
  /** The literal that ends at a node, -1 where none does. */
  readonly #literal: Int32Array;
  /** The next on the way over shorter ends at which a literal ends, 0 where there is none. */
  readonly #nextEnd: Int32Array;
  readonly #ready: Int32Array;
  readonly #readyNodes: number;
  /** By node: in which search it was passed last. */
  readonly #passed: Uint32Array;
  #search = 0;

  constructor(literals: readonly string[]) {
    let classCount = 1;
    for (const literal of literals) {
      for (let at = 0; at < literal.length; at += 1) {
        const code = literal.charCodeAt(at);
        if (this.#classes[code] === 0) this.#classes[code] = classCount++;
      }
    }
    this.#classCount = classCount;
    const trie = buildTrie(literals, this.#classes);
    const count = trie.literal.length;
    this.#firstChild = trie.firstChild;
    this.#childCount = trie.childCount;
    this.#classOf = trie.classOf;
    this.#literal = trie.literal;
    this.#shorter = new Int32Array(count);
    this.#nextEnd = new Int32Array(count);
    this.#passed = new Uint32Array(count);
    this.#readyNodes = Math.min(count, READY_NODES_MAX);
    this.#ready = new Int32Array(this.#readyNodes * classCount);
    this.#link();
  }

  get nodeCount(): number {
    return this.#literal.length;
  }

  /** Adds the index of every literal in a text, each once. The text has no capital letters. */
  search(text: string, found: number[]): void {
    this.#begin();
    let node = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code < ASCII) node = this.#step(node, this.#classes[code] ?? 0);
      else node = code === LONG_S ? this.#step(node, this.#classes[0x73] ?? 0) : 0;
      // What was passed before has told of its shorter ends too.
      let end = node;
      while (end !== 0 && this.#passed[end] !== this.#search) {
        this.#passed[end] = this.#search;
        const literal = this.#literal[end] ?? -1;
        if (literal >= 0) found.push(literal);
        end = this.#nextEnd[end] ?? 0;
      }
    }
  }

  #begin(): void {
    this.#search += 1;
    if (this.#search <= SEARCHES_MAX) return;
    this.#passed.fill(0);
    this.#search = 1;
  }

  #step(from: number, characterClass: number): number {
    if (characterClass === 0) return 0;
    let node = from;
    while (node >= this.#readyNodes) {
      const child = this.#child(node, characterClass);
      if (child !== 0) return child;
      node = this.#shorter[node] ?? 0;
    }
    return this.#ready[node * this.#classCount + characterClass] ?? 0;
  }

  /** 0 where there is none: the root is nobody's child. */
  #child(node: number, characterClass: number): number {
    const first = this.#firstChild[node] ?? 0;
    const behind = first + (this.#childCount[node] ?? 0);
    for (let child = first; child < behind; child += 1) {
      if (this.#classOf[child] === characterClass) return child;
    }
    return 0;
  }

  #link(): void {
    for (let node = 0; node < this.nodeCount; node += 1) {
      const shorter = this.#shorter[node] ?? 0;
      const endsThere = shorter !== 0 && (this.#literal[shorter] ?? -1) >= 0;
      this.#nextEnd[node] = endsThere ? shorter : (this.#nextEnd[shorter] ?? 0);
      if (node > 0 && node < this.#readyNodes) this.#makeReady(node, shorter);
      const first = this.#firstChild[node] ?? 0;
      const behind = first + (this.#childCount[node] ?? 0);
      for (let child = first; child < behind; child += 1) {
        const one = this.#classOf[child] ?? 0;
        this.#shorter[child] = node === 0 ? 0 : this.#step(shorter, one);
        if (node < this.#readyNodes) this.#ready[node * this.#classCount + one] = child;
      }
    }
  }

  /** Where a node has no child its shorter one's step is taken. */
  #makeReady(node: number, shorter: number): void {
    const from = shorter * this.#classCount;
    this.#ready.copyWithin(node * this.#classCount, from, from + this.#classCount);
  }
}

interface Trie {
  readonly firstChild: Int32Array;
  readonly childCount: Uint8Array;
  readonly classOf: Uint8Array;
  readonly literal: Int32Array;
}

/** Literals from `from` up to `to`, in alphabetical order, that begin with the same `depth` characters. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly depth: number;
}

/** Node by node, nearest to the root first: literals in order lie together wherever they begin alike. */
function buildTrie(literals: readonly string[], classes: Uint8Array): Trie {
  const order = literals.map((text, index) => ({ text, index }));
  order.sort((a, b) => (a.text < b.text ? -1 : 1));
  const firstChild: number[] = [];
  const childCount: number[] = [];
  const classOf = [0];
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
      classOf.push(classes[code] ?? 0);
    }
    childCount.push(stretches.length - (firstChild[node] ?? 0));
  }
  return {
    firstChild: Int32Array.from(firstChild),
    childCount: Uint8Array.from(childCount),
    classOf: Uint8Array.from(classOf),
    literal: Int32Array.from(literal),
  };
}
