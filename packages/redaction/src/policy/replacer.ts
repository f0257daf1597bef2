/** Writes what stands in place of what was found, by the action of its kind. Finds nothing itself. */
import type { Found, Scanned } from '../detectors/detector.ts';
import { panDetector } from '../detectors/pan.ts';
import type { ReadBudget } from '../detectors/read-budget.ts';
import { quoteBefore } from '../detectors/text-escapes.ts';
import type { KeyPolicy } from '../keys/key-policy.ts';
import type { Finding } from './findings.ts';
import { JsonPlace } from '../detectors/json-place.ts';
import type { Action } from './actions.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import type { ValueEdit } from './value-edits.ts';
import { type ByteRange, decoded, encoded } from './value-text.ts';

/** What a replacer works with. */
export interface ReplacerOptions {
  /** By detector or class of key; what is not in here is replaced. */
  readonly actions: ReadonlyMap<string, Action>;
  /** Without it, the action `pseudonym` is `replace`. */
  readonly pseudonyms: Pseudonyms | undefined;
  readonly keys: KeyPolicy;
  readonly reads: ReadBudget;
}

/** A value with what is known of its structure. */
interface JudgedValue extends ByteRange {
  /** Made for the first number found. */
  json: JsonPlace | undefined;
}

/** See the head of this file. */
export class Replacer {
  readonly #actions: ReadonlyMap<string, Action>;
  readonly #pseudonyms: Pseudonyms | undefined;
  readonly #keys: KeyPolicy;
  readonly #reads: ReadBudget;

  constructor({ actions, pseudonyms, keys, reads }: ReplacerOptions) {
    this.#actions = actions;
    this.#pseudonyms = pseudonyms;
    this.#keys = keys;
    this.#reads = reads;
  }

  /** What is done with a kind of finding. */
  actionOf(label: string): Action {
    return this.#actions.get(label) ?? 'replace';
  }

  /** One edit for each finding of a value, in their order. */
  editsOf(findings: readonly Finding[], { bytes, start, end }: ByteRange): ValueEdit[] {
    const value: JudgedValue = { bytes, start, end, json: undefined };
    return findings.map((finding) => this.#editOf(finding, value));
  }

  /** What stands in place of a whole value under a name of this class. */
  wholeOf(label: string, value: ByteRange): Uint8Array {
    return encoded(this.#textOf(label, label === 'pan' ? this.#cardAt(value) : undefined, value));
  }

  #editOf(finding: Finding, value: JudgedValue): ValueEdit {
    const { bytes } = value;
    const label = finding.label ?? finding.detector;
    const { start, end, quote = bareQuote(finding, value) } = finding;
    // A card number under its name is written as one found anywhere: one form a deployment.
    const isUnread = label === 'pan' && finding.canonical === undefined;
    const found = isUnread ? this.#cardAt({ bytes, start, end }) : finding;
    const text = this.#textOf(label, found, { bytes, start, end });
    // The sign of a bare number goes with it.
    const isNegative = quote !== '' && start > value.start && bytes[start - 1] === 0x2d;
    const replacement = encoded(`${quote}${text}${quote}`);
    return { start: isNegative ? start - 1 : start, end, replacement, detector: label };
  }

  #cardAt({ bytes, start, end }: ByteRange): Found | undefined {
    const [keys, reads] = [this.#keys, this.#reads];
    const value: Scanned = { bytes, start, end, isIdentifier: false, keys, reads };
    return panDetector.findAt(value, start);
  }

  #textOf(label: string, found: Found | undefined, { bytes, start, end }: ByteRange): string {
    const action = this.actionOf(label);
    if (action === 'pseudonym' && this.#pseudonyms !== undefined) {
      const canonical = found?.canonical ?? decoded(bytes.subarray(start, end));
      return this.#pseudonyms.pseudonym(label, canonical);
    }
    const digits = action === 'mask' ? found?.lastDigits : undefined;
    return digits === undefined ? `[${label}]` : `[${label}:${digits}]`;
  }
}

/** A bare number of JSON has to become a text: quotes, where the member's name has them. */
function bareQuote({ detector, start }: Finding, value: JudgedValue): string {
  if (detector !== 'pan') return '';
  value.json ??= new JsonPlace(value.bytes, value.start, value.end);
  if (value.json.isDocument) return value.json.quoteAt(start);
  // A document within prose: where its member's name has quotes.
  const { bytes } = value;
  let at = start;
  while (at > value.start && (bytes[at - 1] === 0x20 || bytes[at - 1] === 0x2d)) at -= 1;
  if (at <= value.start || bytes[at - 1] !== 0x3a) return '';
  const quote = quoteBefore(bytes, value.start, at - 1);
  return quote?.byte === 0x22 ? quote.text : '';
}
