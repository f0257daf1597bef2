/** The prefilter as WebAssembly with SIMD; its output is that of the plain one, bit for bit. */
import { PREFILTER_WASM } from './generated/prefilter-wasm.ts';
import { type Prefilter, scalarPrefilter } from './scalar-prefilter.ts';
import { triggerTables } from './triggers.ts';

/** Addresses fixed in the module. */
const NIBBLES_AT = 1024;
const SEPARATORS_AT = 1120;
const NAME_TRIGRAMS_AT = 2048;
const TOKEN_TRIGRAMS_AT = 2560;
const MARKS_AT = 4096;
const PAGE_BYTES = 65_536;
/** The module reads this far behind the input. */
const PADDING_BYTES = 64;
/** Marks of texts up to 1 KB. */
const KEPT_WORDS_MAX = 33;

interface PrefilterExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly scan: (input: number, length: number, marks: number, notable: number) => void;
}

/** What we use of the global WebAssembly object, which Node's types leave out. */
interface WebAssemblyGlobal {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
  validate(bytes: Uint8Array): boolean;
}

/** The fastest prefilter that runs here. */
export function createPrefilter(): Prefilter {
  // The cast: Node's types do not have this global.
  const { WebAssembly: wasm } = globalThis as unknown as {
    readonly WebAssembly?: WebAssemblyGlobal;
  };
  const bytes = decodeBase64(PREFILTER_WASM);
  // A machine without SIMD does not validate the module.
  if (wasm === undefined || !wasm.validate(bytes)) return scalarPrefilter();
  const instance = new wasm.Instance(new wasm.Module(bytes));
  return simdPrefilter(instance.exports as PrefilterExports);
}

function simdPrefilter({ memory, scan }: PrefilterExports): Prefilter {
  const { names, tokens, nibbles, separators } = triggerTables();
  const tables = new Uint8Array(memory.buffer);
  tables.set(nibbles, NIBBLES_AT);
  tables.set(separators, SEPARATORS_AT);
  tables.set(names, NAME_TRIGRAMS_AT);
  tables.set(tokens, TOKEN_TRIGRAMS_AT);
  // Of short texts, making views takes longer than marking: they are kept until the memory grows.
  let all = tables;
  let views: (Uint32Array | undefined)[] = [];
  const viewOf = (words: number): Uint32Array => {
    const view = views[words] ?? new Uint32Array(all.buffer, MARKS_AT, words);
    if (words <= KEPT_WORDS_MAX) views[words] = view;
    return view;
  };
  /** Returns how many words of marks there are; as many notes are right behind them. */
  const markAll = (bytes: Uint8Array): number => {
    const words = (bytes.length >>> 5) + 1;
    const notable = MARKS_AT + words * 4;
    // Zeros between bits and input, too: names are looked for before a sign, and none is before the first.
    const input = (notable + words * 4 + PADDING_BYTES + 15) & ~15;
    const end = input + bytes.length + PADDING_BYTES;
    const missing = end - all.length;
    if (missing > 0) {
      memory.grow(Math.ceil(missing / PAGE_BYTES));
      all = new Uint8Array(memory.buffer);
      views = [];
    }
    all.fill(0, MARKS_AT, input);
    all.set(bytes, input);
    all.fill(0, input + bytes.length, end);
    scan(input, bytes.length, MARKS_AT, notable);
    return words;
  };
  return {
    mark: (bytes) => viewOf(markAll(bytes)),
    markBatch: (bytes) => {
      const words = markAll(bytes);
      const notable = new Uint32Array(all.buffer, MARKS_AT + words * 4, words);
      return { marks: viewOf(words), notable };
    },
  };
}

function decodeBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
