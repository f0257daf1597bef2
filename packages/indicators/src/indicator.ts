/** What a recogniser answers: kind, confidence, and where in which decoded view it was seen. */

export const INDICATOR_KINDS = [
  'sqli',
  'nosqli',
  'ldapi',
  'cmdi',
  'ssti',
  'xpath',
  'xxe',
  'xss',
  'traversal',
  'ssrf',
  'prototype_pollution',
  'log_forging',
  'crlf',
  'deserialisation',
  'attack_tool',
  'sensitive_file',
  'extraneous',
] as const;

/** The class of attack a sign belongs to. */
export type IndicatorKind = (typeof INDICATOR_KINDS)[number];

/** `high` may alert alone; `suspicious` needs a second, independent sign. */
export type Confidence = 'high' | 'suspicious';

/** One way a text was unwrapped before the sign was seen. */
export type Decoding = 'url' | 'base64' | 'html' | 'escape' | 'null' | 'compat' | 'utf7';

/** Where a value came from; some texts are a sign in one place and ordinary in another. */
export type Place = 'query' | 'path' | 'body' | 'header';

/** One sign of an attack in one text. */
export interface Indicator {
  readonly kind: IndicatorKind;
  readonly confidence: Confidence;
  /** Stable identifier, `<kind>.<what>`; never reused for another meaning. */
  readonly rule: string;
  /** The decodings undone before the sign appeared, outermost first; empty for the raw text. */
  readonly decoding: readonly Decoding[];
  /** UTF-16 offsets in the text given; present only when nothing had to be decoded. */
  readonly start?: number;
  readonly end?: number;
}

/** A sign together with the part of the request that carried it. */
export interface LocatedIndicator extends Indicator {
  readonly place: Place;
  readonly part: 'name' | 'value';
  /**
   * Parameter name as it came, whole; empty for a path. It is the attacker's text: whoever shows it masks it
   * first and cuts and neutralises it afterwards, since half a secret is none to a mask.
   */
  readonly parameter: string;
}

/** A limit of the recognisers was reached, and what lies beyond it may be a payload. */
export const BEYOND_LIMITS: Indicator = Object.freeze({
  kind: 'extraneous',
  confidence: 'suspicious',
  rule: 'extraneous.beyond_limits',
  decoding: [],
});

/** The one answer for every benign text, so that the common case allocates nothing. */
export const NOTHING: readonly never[] = Object.freeze([]);
