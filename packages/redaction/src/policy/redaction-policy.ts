/** A policy compiled once: judges keys and values, as bytes in a batch and as strings in an application. */
import { RecentAnswers } from '@spanguard/memory';
import type { Scanned } from '../detectors/detector.ts';
import { secretOf } from '../detectors/named-secret.ts';
import {
  besideOf,
  classOf,
  KEY_DECISION,
  type KeyDecision,
  KeyPolicy,
} from '../keys/key-policy.ts';
import { createPrefilter } from '../prefilter/simd-prefilter.ts';
import { behindLastMark } from '../prefilter/marks.ts';
import type { Marked, Prefilter } from '../prefilter/scalar-prefilter.ts';
import { placeholderEnd } from '../detectors/placeholder.ts';
import { ReadBudget } from '../detectors/read-budget.ts';
import { isTokenCount } from '../detectors/token-count.ts';
import { NamesBeside } from '../structure/names-beside.ts';
import { namedBeside, NOTHING_NAMED, type ValuePlace } from '../structure/value-siblings.ts';
import { resolveActions } from './actions.ts';
import { CleanValues } from './clean-values.ts';
import { addFinding, type Finding } from './findings.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { checkConfig, type RedactionConfig } from './redaction-config.ts';
import { Replacer } from './replacer.ts';
import { CLEAN, type ValueEdit, type Verdict } from './value-edits.ts';
import {
  type ByteRange,
  bytesOf,
  decoded,
  edited,
  editedBytes,
  encoded,
  touchText,
} from './value-text.ts';
import { queryValues } from './url-query.ts';
import { FINDINGS_MAX, type NotJudged, scanValue } from './value-scanner.ts';

/** Attribute values as OpenTelemetry has them. */
export type AttributeValue =
  string | number | boolean | readonly (string | number | boolean | null | undefined)[];

/** What a policy is compiled with besides its configuration. */
export interface PolicyOptions {
  /** Without it, the action `pseudonym` is `replace`. */
  readonly pseudonyms?: Pseudonyms;
}

/** Longer values are replaced: nothing scans them within reasonable time in an application. */
const VALUE_BYTES_MAX = 16 * 1024 * 1024;
const URL_CHARACTERS = /^[\w.~!$&()*+,;=:@/?%-]*$/;
const NUMBER_CHARACTERS_MIN = 12;
const NUMBER_MIN = 10 ** (NUMBER_CHARACTERS_MIN - 1);
/** Of texts redacted again for what their own replacements laid bare; hardly any needs a second. */
const PASSES_MAX = 4;
const NO_BYTES = new Uint8Array(0);
/** Longer texts are scanned without marks: a prefilter keeps memory for the longest it has seen. */
const MARKED_BYTES_MAX = 1024 * 1024;

/** Compiles a policy. Throws RedactionConfigError where the configuration cannot be used. */
export function compilePolicy(
  config: RedactionConfig = {},
  options: PolicyOptions = {},
): RedactionPolicy {
  return new RedactionPolicy(config, options);
}

/** See the head of this file. */
export class RedactionPolicy {
  /** Judges what stands beside each other in lists and maps, for the index of a batch. */
  readonly names: NamesBeside;
  readonly #keys: KeyPolicy;
  readonly #urlQuery: 'sensitive' | 'all' | 'off';
  readonly #replacer: Replacer;
  /** By the key as a text: of those as bytes the table of a batch remembers what is decided. */
  readonly #decisions = new RecentAnswers<KeyDecision>();
  readonly #clean = new CleanValues();
  readonly #reads = new ReadBudget();
  #prefilter: Prefilter | undefined;
  /** Of texts that come one by one: what was marked of a batch stays valid meanwhile. */
  #textPrefilter: Prefilter | undefined;

  constructor(config: RedactionConfig, { pseudonyms }: PolicyOptions) {
    checkConfig(config);
    const { keep = [], redact = [], drop = [], only = [] } = config.keys ?? {};
    this.#urlQuery = config.urlQuery ?? 'sensitive';
    const hasUrls = this.#urlQuery !== 'sensitive';
    this.#keys = new KeyPolicy({ keep, redact, drop, only, hasUrls });
    this.names = new NamesBeside(this.#keys);
    const actions = resolveActions(config);
    this.#replacer = new Replacer({ actions, pseudonyms, keys: this.#keys, reads: this.#reads });
  }

  /** Judges a key: 0 to 255, 0 = nothing known. Of two, the greater is the stricter. */
  readonly classifyKey = (bytes: Uint8Array, start: number, end: number): KeyDecision =>
    this.#keys.classify(bytes, start, end);

  /** Marks the bytes of a batch worth a closer look; see the prefilter. Valid until the next call. */
  mark(bytes: Uint8Array): Marked {
    this.#prefilter ??= createPrefilter();
    return this.#prefilter.markBatch(bytes);
  }

  /**
   * Judges one text. Total: whatever goes wrong, the value is replaced. `marks` are the ones of `mark(bytes)`:
   * with them only marked places are looked at, and the verdict is the same.
   */
  decide(
    bytes: Uint8Array,
    range: { readonly start: number; readonly end: number },
    decision: KeyDecision,
    marks?: Uint32Array,
  ): Verdict {
    try {
      return this.#decide(bytes, range, decision, marks);
    } catch {
      return this.#replaceWhole('failed_closed');
    }
  }

  /** Judges a number or boolean under a key; `text` is how it is written. Booleans are secrets of nobody. */
  decideNumber(text: string, decision: KeyDecision): Verdict {
    // Counts, ports and lines: too short for a card, and under no sensitive name.
    if (text.length < NUMBER_CHARACTERS_MIN && decision < KEY_DECISION.firstClass) return CLEAN;
    const bytes = encoded(text);
    const verdict = this.#decideText(bytes, decision);
    if (verdict.kind !== 'edit') return verdict;
    // A part of a number is no number: it becomes a text as a whole.
    const replaced = encoded(edited(text, bytes, verdict.edits));
    return {
      kind: 'replace',
      replacement: replaced,
      detector: verdict.edits[0]?.detector ?? 'pan',
    };
  }

  /** Free text with everything sensitive in it replaced. The same text where it is clean. */
  redactText(text: string): string {
    return this.#redactString(text, KEY_DECISION.none) ?? '';
  }

  /** A URL or request target; all that is not secret stays byte for byte. */
  redactUrl(target: string): string {
    if (this.#urlQuery !== 'sensitive') {
      return this.#redactString(target, KEY_DECISION.urlQuery) ?? '';
    }
    const redacted = this.#redactString(target, KEY_DECISION.none) ?? '';
    if (redacted === target) this.#noteParts(target);
    return redacted;
  }

  /**
   * Path and query of a clean target are clean, where it is written as URLs are (RFC 3986): a question mark
   * then ends all that is looked for, on both of its sides. They are asked for next, as `url.path` and
   * `url.query`.
   */
  #noteParts(target: string): void {
    const mark = target.indexOf('?');
    if (mark < 0 || !URL_CHARACTERS.test(target)) return;
    this.#clean.add(KEY_DECISION.none, target.slice(0, mark));
    this.#clean.add(KEY_DECISION.none, target.slice(mark + 1));
  }

  /** What is said of values by the items or members beside them, by index. `outer` is as in redactAttribute. */
  namedBeside(
    values: readonly unknown[],
    outer: KeyDecision,
    place: ValuePlace = {},
  ): ReadonlyMap<number, KeyDecision> {
    return outer > this.names.outerMax ? NOTHING_NAMED : namedBeside(this.names, values, place);
  }

  /**
   * The value as it may be shown under its key; undefined where the attribute is to be dropped. `outer` is the
   * strictest decision on the keys around it and the names beside it.
   */
  redactAttribute<T extends AttributeValue>(
    key: string,
    value: T,
    outer: KeyDecision = KEY_DECISION.none,
  ): T | string | undefined {
    const decision = Math.max(this.decisionOf(key), outer);
    if (decision === KEY_DECISION.keep) return value;
    if (typeof value === 'string') return this.#redactString(value, decision);
    if (typeof value === 'boolean')
      return decision >= KEY_DECISION.redact ? this.#dropped(decision) : value;
    if (typeof value === 'number') return this.#redactNumber(value, decision) as T | undefined;
    return this.#redactList(value, decision) as T | undefined;
  }

  /** A list is dropped with any of its items; where a number is replaced all items become texts. */
  #redactList(
    values: Exclude<AttributeValue, string | number | boolean>,
    decision: KeyDecision,
  ): AttributeValue | undefined {
    if (decision >= KEY_DECISION.drop) return undefined;
    let isChanged = false;
    let hasReplacedNumber = false;
    const redacted: (string | number | boolean | null | undefined)[] = [];
    const beside = this.namedBeside(values, decision);
    for (const [index, item] of values.entries()) {
      let shown: typeof item = item;
      const ofItem = beside.get(index) ?? decision;
      if (typeof item === 'string') shown = this.#redactString(item, ofItem);
      if (typeof item === 'number') shown = this.#redactNumber(item, decision);
      if (shown === undefined && item !== undefined) return undefined;
      isChanged ||= shown !== item;
      hasReplacedNumber ||= typeof shown !== typeof item;
      redacted.push(shown);
    }
    if (!isChanged) return values;
    return hasReplacedNumber ? redacted.map(String) : redacted;
  }

  #redactNumber(value: number, decision: KeyDecision): string | number | undefined {
    // Counts, ports and durations are no card, and a name that says nothing makes them no secret.
    if (decision < KEY_DECISION.firstClass && Math.abs(value) < NUMBER_MIN) return value;
    const verdict = this.decideNumber(String(value), decision);
    if (verdict.kind === 'clean') return value;
    return verdict.kind === 'replace' ? decoded(verdict.replacement) : undefined;
  }

  #redactString(text: string, decision: KeyDecision): string | undefined {
    if (this.#clean.has(decision, text)) return text;
    // Too long for any detector: not even encoded.
    const isUnread = text.length > VALUE_BYTES_MAX && decision < KEY_DECISION.firstClass;
    const bytes = isUnread ? NO_BYTES : bytesOf(text);
    const verdict = isUnread ? this.#replaceWhole('too_long') : this.#decideText(bytes, decision);
    switch (verdict.kind) {
      case 'clean':
        this.#clean.add(decision, text);
        return text;
      case 'drop':
        return undefined;
      case 'replace':
        return decoded(verdict.replacement);
      case 'edit':
        return edited(text, bytes, verdict.edits);
    }
  }

  /** Judges a text that stands alone. Most are clean, which the prefilter tells in a tenth of the time. */
  #decideText(bytes: Uint8Array, decision: KeyDecision): Verdict {
    try {
      const marks = decision < KEY_DECISION.firstClass ? this.#marksOf(bytes) : undefined;
      return this.#decide(bytes, { start: 0, end: bytes.length }, decision, marks);
    } catch {
      return this.#replaceWhole('failed_closed');
    }
  }

  #marksOf(bytes: Uint8Array): Uint32Array | undefined {
    if (bytes.length > MARKED_BYTES_MAX) return undefined;
    this.#textPrefilter ??= createPrefilter();
    return this.#textPrefilter.mark(bytes);
  }

  #decide(
    bytes: Uint8Array,
    { start, end }: { start: number; end: number },
    decision: KeyDecision,
    marks: Uint32Array | undefined,
  ): Verdict {
    if (decision === KEY_DECISION.keep || end <= start) {
      return decision >= KEY_DECISION.drop ? { kind: 'drop', detector: 'key' } : CLEAN;
    }
    const isBeside = besideOf(decision) !== undefined;
    if (decision >= KEY_DECISION.firstClass && !isBeside)
      return this.#judgeKey(bytes, { start, end }, decision);
    if (end - start > VALUE_BYTES_MAX) return this.#replaceWhole('too_long');
    // What is looked at whatever it holds: the parameters of a URL, and the value beside a name.
    const isLookedAt = decision === KEY_DECISION.urlQuery || isBeside;
    if (marks !== undefined && !isLookedAt && behindLastMark(marks, start, end) <= start)
      return CLEAN;
    const findings = this.#findingsOf({ bytes, start, end }, decision, marks);
    if (typeof findings === 'string') return this.#replaceWhole(findings);
    if (findings.length === 0) return CLEAN;
    // The replacer reads as well, and may say so of what it reads.
    const { wantsNearer } = this.#reads;
    const edits = this.#replacer.editsOf(findings, { bytes, start, end });
    const isLoose =
      wantsNearer ||
      findings.some(({ isJoined }) => isJoined === true) ||
      touchText({ bytes, start, end }, edits);
    return isLoose
      ? this.#settled({ bytes, start, end }, decision, edits)
      : { kind: 'edit', edits };
  }

  /**
   * What was part of a longer word beside a finding may be one of its own beside a replacement, and what told
   * where a value ends may be gone, or a word that makes a number a card be near. Whoever redacts next would
   * find it: it goes now.
   */
  #settled(value: ByteRange, decision: KeyDecision, edits: readonly ValueEdit[]): Verdict {
    let bytes = editedBytes(value, edits);
    for (let pass = 1; pass < PASSES_MAX; pass++) {
      const text = { bytes, start: 0, end: bytes.length };
      const findings = this.#findingsOf(text, decision, this.#marksOf(bytes));
      if (typeof findings === 'string') return this.#replaceWhole(findings);
      if (findings.length === 0) {
        const detector = edits[0]?.detector ?? 'redacted';
        return pass === 1
          ? { kind: 'edit', edits }
          : { kind: 'replace', replacement: bytes, detector };
      }
      bytes = editedBytes(text, this.#replacer.editsOf(findings, text));
    }
    return this.#replaceWhole('unsettled');
  }

  #findingsOf(
    { bytes, start, end }: ByteRange,
    decision: KeyDecision,
    marks: Uint32Array | undefined,
  ): readonly Finding[] | NotJudged {
    const isIdentifier = decision === KEY_DECISION.identifier;
    const [keys, reads] = [this.#keys, this.#reads];
    const value: Scanned = { bytes, start, end, isIdentifier, keys, reads, marks };
    const beside = besideOf(decision);
    if (beside !== undefined) return this.#findingsBeside(value, beside);
    if (decision !== KEY_DECISION.urlQuery) return scanValue(value, this.#isRedacted);
    if (this.#urlQuery === 'off') {
      return scanValue(
        value,
        (finding) => finding.label === undefined && this.#isRedacted(finding),
      );
    }
    const found = scanValue(value, this.#isRedacted);
    if (typeof found === 'string') return found;
    const parameters = queryValues(value.bytes, value);
    if (parameters === undefined) return 'too_many';
    // What lies within a parameter goes with it.
    const findings = [...parameters];
    for (const finding of found) addFinding(findings, finding);
    return findings.length > FINDINGS_MAX ? 'too_many' : findings;
  }

  /** What a name beside the value says it is, and what else is found in it. */
  #findingsBeside(value: Scanned, decision: KeyDecision): readonly Finding[] | NotJudged {
    const { start, end, reads } = value;
    reads.begin(end - start);
    const secret = secretOf(value, { start, end }, decision);
    const found = scanValue(value, this.#isRedacted);
    if (secret === undefined || typeof found === 'string') return found;
    const named: Finding = { ...secret, detector: 'named_secret' };
    const findings = this.#isRedacted(named) ? [named] : [];
    for (const finding of found) addFinding(findings, finding);
    return findings;
  }

  readonly #isRedacted = ({ detector, label = detector }: Finding): boolean =>
    this.#replacer.actionOf(label) !== 'keep';

  /** A value under a sensitive key goes as a whole. */
  #judgeKey(
    bytes: Uint8Array,
    { start, end }: { start: number; end: number },
    decision: KeyDecision,
  ): Verdict {
    if (decision >= KEY_DECISION.drop) return { kind: 'drop', detector: 'key' };
    const label = classOf(decision) ?? 'redacted';
    const action = this.#replacer.actionOf(label);
    if (action === 'keep' || placeholderEnd(bytes, start, end) === end) return CLEAN;
    if (decision === KEY_DECISION.tokens && isTokenCount(bytes, start, end)) return CLEAN;
    if (action === 'drop') return { kind: 'drop', detector: label };
    const replacement = this.#replacer.wholeOf(label, { bytes, start, end });
    return { kind: 'replace', replacement, detector: label };
  }

  #replaceWhole(detector: string): Verdict {
    return { kind: 'replace', replacement: encoded('[redacted]'), detector };
  }

  #dropped(decision: KeyDecision): string | undefined {
    return decision >= KEY_DECISION.drop ? undefined : '[redacted]';
  }

  /** Judges a key, as `classifyKey` does. */
  decisionOf(key: string): KeyDecision {
    const known = this.#decisions.get(key);
    if (known !== undefined) return known;
    const bytes = encoded(key);
    const decision = this.#keys.classify(bytes, 0, bytes.length);
    this.#decisions.set(key, decision);
    return decision;
  }
}
