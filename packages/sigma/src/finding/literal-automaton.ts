/**
 * Finds which of many literals a text holds, in one pass over it (Aho and Corasick): the time is linear in
 * the text, however many literals there are and whatever the text is.
 */
import { buildTrie } from './literal-trie.ts';

/** Literals are looked for by their beginning. */
export const LITERAL_CHARACTERS_MAX = 32;

/** Units of UTF-16. */
const CHARACTERS = 0x1_00_00;
const ASCII = 0x80;
const SMALL_S = 0x73;
const LONG_S = 0x17f;
/** Nodes near the root, where nearly every step ends, have their step for every ASCII character ready. */
const READY_NODES_MAX = 4_096;
const SEARCHES_MAX = 0xff_ff_ff_ff;

/** A literal as it is looked for: a long s is an s, for without case regular expressions take it for one. */
export function withoutLongS(literal: string): string {
  return literal.replaceAll('ſ', 's');
}

/**
 * See the head of this file. Literals have no capital letters and no long s and are not empty, each is there
 * once. A long s in a text counts as an s.
 */
export class LiteralAutomaton {
  /** Characters by the order of their codes, as far as literals have them; 0 is all others. */
  readonly #classes = new Uint16Array(CHARACTERS);
  /** Classes of ASCII, 0 included: they come first. */
  readonly #readyClasses: number;
  readonly #readyNodes: number;
  /** By node and class of ASCII. */
  readonly #ready: Int32Array;
  readonly #firstChild: Int32Array;
  readonly #childCount: Uint16Array;
  readonly #classOf: Uint16Array;
  /** The node of the longest end of a node's text that is itself the beginning of a literal. */
  readonly #shorter: Int32Array;
  /** The literal that ends at a node, -1 where none does. */
  readonly #literal: Int32Array;
  /** The node itself, or the next on the way over shorter ends, at which a literal ends; else 0. */
  readonly #firstEnd: Int32Array;
  /** By node at which a literal ends: in which search it was passed last. */
  readonly #passed: Uint32Array;
  #search = 0;

  constructor(literals: readonly string[]) {
    this.#readyClasses = assignClasses(literals, this.#classes);
    const trie = buildTrie(literals);
    const count = trie.literal.length;
    this.#firstChild = trie.firstChild;
    this.#childCount = trie.childCount;
    this.#classOf = trie.character.map((code) => this.#classes[code] ?? 0);
    this.#literal = trie.literal;
    this.#shorter = new Int32Array(count);
    this.#firstEnd = new Int32Array(count);
    this.#passed = new Uint32Array(count);
    this.#readyNodes = Math.min(count, READY_NODES_MAX);
    this.#ready = new Int32Array(this.#readyNodes * this.#readyClasses);
    this.#link();
  }

  get nodeCount(): number {
    return this.#literal.length;
  }

  /** Adds the index of every literal in a text, each once. The text has no capital letters. */
  search(text: string, found: number[]): void {
    this.#begin();
    const [classes, ready, firstEnd] = [this.#classes, this.#ready, this.#firstEnd];
    const [readyNodes, readyClasses] = [this.#readyNodes, this.#readyClasses];
    let node = 0;
    for (let at = 0; at < text.length; at += 1) {
      const one = classes[text.charCodeAt(at)] ?? 0;
      const isReady = node < readyNodes && one < readyClasses;
      node = isReady ? (ready[node * readyClasses + one] ?? 0) : this.#step(node, one);
      const end = firstEnd[node] ?? 0;
      if (end !== 0) this.#tell(end, found);
    }
  }

  #begin(): void {
    this.#search += 1;
    if (this.#search <= SEARCHES_MAX) return;
    this.#passed.fill(0);
    this.#search = 1;
  }

  /** What was passed before has told of its shorter ends too. */
  #tell(first: number, found: number[]): void {
    let end = first;
    while (end !== 0 && this.#passed[end] !== this.#search) {
      this.#passed[end] = this.#search;
      found.push(this.#literal[end] ?? 0);
      end = this.#firstEnd[this.#shorter[end] ?? 0] ?? 0;
    }
  }

  #step(from: number, one: number): number {
    if (one === 0) return 0;
    const isAscii = one < this.#readyClasses;
    for (let node = from; ; node = this.#shorter[node] ?? 0) {
      if (isAscii && node < this.#readyNodes)
        return this.#ready[node * this.#readyClasses + one] ?? 0;
      const child = this.#child(node, one);
      if (child !== 0 || node === 0) return child;
    }
  }

  /** 0 where there is none: the root is nobody's child. Children stand in the order of their classes. */
  #child(node: number, one: number): number {
    let low = this.#firstChild[node] ?? 0;
    // Behind the first characters most nodes have one child, and texts seldom get there.
    if (this.#childCount[node] === 1) return this.#classOf[low] === one ? low : 0;
    let high = low + (this.#childCount[node] ?? 0);
    while (low < high) {
      const middle = (low + high) >> 1;
      const found = this.#classOf[middle] ?? 0;
      if (found === one) return middle;
      if (found < one) low = middle + 1;
      else high = middle;
    }
    return 0;
  }

  #link(): void {
    const [ready, readyClasses] = [this.#ready, this.#readyClasses];
    for (let node = 0; node < this.nodeCount; node += 1) {
      const shorter = this.#shorter[node] ?? 0;
      const endsHere = (this.#literal[node] ?? -1) >= 0;
      this.#firstEnd[node] = endsHere ? node : (this.#firstEnd[shorter] ?? 0);
      const isReady = node < this.#readyNodes;
      // Where a node has no child its shorter one's step is taken.
      const from = shorter * readyClasses;
      if (isReady && node > 0) ready.copyWithin(node * readyClasses, from, from + readyClasses);
      const first = this.#firstChild[node] ?? 0;
      const behind = first + (this.#childCount[node] ?? 0);
      for (let child = first; child < behind; child += 1) {
        const one = this.#classOf[child] ?? 0;
        this.#shorter[child] = node === 0 ? 0 : this.#step(shorter, one);
        if (isReady && one < readyClasses) ready[node * readyClasses + one] = child;
      }
    }
  }
}

/** Numbers the characters that literals have, in the order of their codes; gives how many are of ASCII. */
function assignClasses(literals: readonly string[], classes: Uint16Array): number {
  for (const literal of literals) {
    for (let at = 0; at < literal.length; at += 1) classes[literal.charCodeAt(at)] = 1;
  }
  let count = 1;
  let ascii = 1;
  for (let code = 0; code < CHARACTERS; code += 1) {
    if (classes[code] === 0) continue;
    classes[code] = count;
    count += 1;
    if (code < ASCII) ascii = count;
  }
  classes[LONG_S] = classes[SMALL_S] ?? 0;
  return ascii;
}
