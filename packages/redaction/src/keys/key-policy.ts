/** Judges names: which hold secrets, which identifiers, which a user named in the configuration. */
import { DecisionMemo } from './decision-memo.ts';
import {
  HARMLESS_ENDINGS,
  HARMLESS_NAMES,
  IDENTIFIER_NAMES,
  pluralOf,
  RUN_TOGETHER,
  SENSITIVE_CLASSES,
  SENSITIVE_NAMES,
  type SensitiveName,
  URL_NAMES,
} from './key-words.ts';
import { nameParts } from './name-tokens.ts';

/**
 * A decision, 0 to 255. Of two, the greater is the stricter; where names nest, the strictest counts.
 * 0 nothing known; 1 identifier; 2 kept as the user says; 3 a URL, where all parameters go; from 16 on
 * a sensitive class, in the order of SENSITIVE_CLASSES, and 32 the class of tokens in the plural; from
 * 80 on the same, told by a name beside the value; 253 replaced and 254 dropped as the user says; 255
 * not on the user's list, dropped.
 */
export type KeyDecision = number;

/** The decisions that are no class. */
export const KEY_DECISION = {
  none: 0,
  identifier: 1,
  keep: 2,
  /** A URL or query all of whose parameters go. */
  urlQuery: 3,
  firstClass: 16,
  /** Of the class `token`, where the value is no number: how many tokens a text has is no secret. */
  tokens: 32,
  /**
   * Added to a class that a name beside the value tells: the value is judged as behind a name in text, where
   * `null` or a sentence is no secret.
   */
  beside: 64,
  redact: 253,
  drop: 254,
  notListed: 255,
} as const;

/** Classes by their number: decision minus `firstClass`. */
export const CLASS_NAMES: readonly SensitiveName[] = SENSITIVE_CLASSES;

/** Keys a user names, as globs over dotted names: `*` stands for any characters. */
export interface KeyLists {
  readonly keep: readonly string[];
  readonly redact: readonly string[];
  readonly drop: readonly string[];
  /** Where not empty, every other key is dropped. */
  readonly only: readonly string[];
  /** Whether names of URLs and queries get a decision of their own. */
  readonly hasUrls?: boolean;
}

const TEXT_DECODER = new TextDecoder();

/** Compiled lists. Pure: equal names get equal decisions. */
export class KeyPolicy {
  readonly #words = new Map<string, KeyDecision>();
  /** The same names, and without spaces, but for those of identifiers: `valid` is none. */
  readonly #runs = new Map<string, KeyDecision>();
  /** Letters of the longest name: what is read of any. */
  #longest = 0;
  readonly #lists: {
    readonly decision: KeyDecision;
    readonly matches: (name: string) => boolean;
  }[] = [];
  readonly #only: (name: string) => boolean;
  readonly #hasOnly: boolean;
  readonly #memo = new DecisionMemo((bytes, start, end) => this.#judgeWords(bytes, start, end));

  constructor(lists: KeyLists) {
    for (const name of IDENTIFIER_NAMES) this.#words.set(name, KEY_DECISION.identifier);
    if (lists.hasUrls === true) {
      for (const name of URL_NAMES) this.#words.set(name, KEY_DECISION.urlQuery);
    }
    for (const name of CLASS_NAMES) {
      for (const words of SENSITIVE_NAMES[name]) {
        this.#learn(words, firstDecision(name));
        const plural = pluralOf(words);
        if (plural !== undefined) this.#learn(plural, pluralDecision(name));
      }
    }
    for (const name of HARMLESS_NAMES) this.#learn(name, KEY_DECISION.none);
    for (const [decision, globs] of [
      [KEY_DECISION.drop, lists.drop],
      [KEY_DECISION.redact, lists.redact],
      [KEY_DECISION.keep, lists.keep],
    ] as const) {
      if (globs.length > 0) this.#lists.push({ decision, matches: compileGlobs(globs) });
    }
    this.#hasOnly = lists.only.length > 0;
    this.#only = compileGlobs(lists.only);
  }

  #learn(name: string, decision: KeyDecision): void {
    this.#words.set(name, decision);
    this.#longest = Math.max(this.#longest, name.length);
    this.#runs.set(name, decision);
    this.#runs.set(name.replaceAll(' ', ''), decision);
  }

  /** Judges the name of an attribute. */
  classify(bytes: Uint8Array, start: number, end: number): KeyDecision {
    if (this.#hasOnly || this.#lists.length > 0) {
      const name = TEXT_DECODER.decode(bytes.subarray(start, end));
      for (const { decision, matches } of this.#lists) if (matches(name)) return decision;
      if (this.#hasOnly && !this.#only(name)) return KEY_DECISION.notListed;
    }
    return this.classifyName(bytes, start, end);
  }

  /** Judges any name by its words alone: those at its end, the longest known sequence first. */
  classifyName(bytes: Uint8Array, start: number, end: number): KeyDecision {
    return this.#memo.decide(bytes, start, end);
  }

  #judgeWords(bytes: Uint8Array, start: number, end: number): KeyDecision {
    const parts = nameParts(bytes, start, end);
    const known = this.#judgeEnd(parts);
    if (known !== undefined) return known;
    // `password2`: a number behind the word.
    const last = parts.at(-1) ?? [];
    const bare = (last.at(-1) ?? '').replace(/\d+$/, '');
    const part = bare === '' ? last.slice(0, -1) : [...last.slice(0, -1), bare];
    const unnumbered = this.#judgeEnd([...parts.slice(0, -1), part]);
    if (unnumbered !== undefined && unnumbered !== KEY_DECISION.identifier) return unnumbered;
    return classifyRun(part.join(''));
  }

  /**
   * The longest known sequence of words at the end. Within a part the letters alone decide as well: capitals
   * stand anywhere (`passWord`, `APIkey`), but only where a word begins does a sensitive one begin, too.
   */
  #judgeEnd(parts: readonly (readonly string[])[]): KeyDecision | undefined {
    let decision: KeyDecision | undefined;
    let spaced = '';
    let run = '';
    for (let index = parts.length - 1; index >= 0; index--) {
      const part = parts[index] ?? [];
      for (let at = part.length - 1; at >= 0; at--) {
        const word = part[at] ?? '';
        spaced = spaced === '' ? word : `${word} ${spaced}`;
        run = at === part.length - 1 && run !== '' ? `${word} ${run}` : word + run;
        if (run.length > this.#longest) return decision;
        decision = this.#words.get(spaced) ?? this.#runs.get(run) ?? decision;
      }
    }
    return decision;
  }
}

/** Words run together without a capital between: `dbpassword`, `accesstokens`. */
function classifyRun(run: string): KeyDecision {
  if (HARMLESS_ENDINGS.some((ending) => run.endsWith(ending))) return KEY_DECISION.none;
  for (const [ending, name] of RUN_TOGETHER) {
    if (run.endsWith(ending)) return firstDecision(name);
    if (run.endsWith(`${ending}s`)) return pluralDecision(name);
  }
  return KEY_DECISION.none;
}

function firstDecision(name: SensitiveName): KeyDecision {
  return KEY_DECISION.firstClass + CLASS_NAMES.indexOf(name);
}

function pluralDecision(name: SensitiveName): KeyDecision {
  return name === 'token' ? KEY_DECISION.tokens : firstDecision(name);
}

/** The class of a decision; undefined where it is none. */
export function classOf(decision: KeyDecision): SensitiveName | undefined {
  if (decision === KEY_DECISION.tokens) return 'token';
  // A negative index is no index but a name: looking that up is slow.
  return decision < KEY_DECISION.firstClass
    ? undefined
    : CLASS_NAMES[decision - KEY_DECISION.firstClass];
}

/** The decision that a name beside the value stands for; undefined for all others. */
export function besideOf(decision: KeyDecision): KeyDecision | undefined {
  const { beside } = KEY_DECISION;
  return decision >= beside && decision < 2 * beside ? decision - beside : undefined;
}

/** Globs as one anchored test; `*` alone crosses dots. Linear: between stars texts are found one by one. */
function compileGlobs(globs: readonly string[]): (name: string) => boolean {
  const compiled = globs.map((glob) => glob.split('*'));
  return (name) => compiled.some((parts) => matchesParts(name, parts));
}

function matchesParts(name: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return name === first;
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last))
    return false;
  let at = first.length;
  const limit = name.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > limit) return false;
    at = found + part.length;
  }
  return true;
}
