/** The wanted values of a field test to decisions about one value. */
import type { FieldTest, SigmaValue } from '../rule.ts';
import { type Problems, shown } from '../errors.ts';
import { compileNetworks } from './cidr.ts';
import { decimalOf } from './decimal.ts';
import { base64, base64Offsets, dashVariants, utf16Bytes, utf8Bytes } from './encodings.ts';
import { COMPARE, TIME_PARTS } from './modifiers.ts';
import {
  compilePattern,
  literalOf,
  parsePattern,
  type Placement,
  placePattern,
} from './pattern.ts';
import { compileRegex } from './regex.ts';
import { ALWAYS, anyOf, NEVER, type TextTest } from './text-test.ts';
import { onDecimal, type TextTests } from './verdicts.ts';

/** What compiling needs from outside. */
export interface TestContext {
  /** Values of `expand` placeholders, without the percent signs. */
  readonly placeholders: ReadonlyMap<string, readonly string[]>;
  readonly problems: Problems;
}

/** A wanted value, for texts and for numbers. */
export interface ValueTest {
  readonly text: TextTest;
  readonly number: (value: number) => boolean;
  /** The number itself, where it is nothing but that. */
  readonly literal?: number;
}

/** What a field test makes of a value, and of there being none. */
export interface ValueTests extends TextTests {
  readonly values: readonly ValueTest[];
  readonly whenAbsent: boolean;
}

const PLACEHOLDER = /%([^%\s]{1,64})%/;
const EXPANDED_MAX = 10_000;
const NEVER_VALUE: ValueTest = { text: NEVER, number: () => false };
const ALWAYS_VALUE: ValueTest = { text: ALWAYS, number: () => true };

/** Compile; what fails is added to the problems and matches nothing. */
export function compileValues(test: FieldTest, context: TestContext): ValueTests {
  const { modifiers } = test;
  const isAll = modifiers.includes('all');
  const asksForAbsence = test.values.map((value) =>
    modifiers.includes('exists') ? value === false : value === null,
  );
  const whenAbsent = isAll ? !asksForAbsence.includes(false) : asksForAbsence.includes(true);
  const values = test.values.map((value) => compileValue(test, value, context));
  const set = isAll ? undefined : (networkSet(test) ?? literalSet(test));
  const tests = set === undefined ? values.map(({ text }) => text) : [set];
  return { values, tests, isAll, whenAbsent };
}

/** The common case, `field: [a, b, c]`, is one look-up however long the list. */
function literalSet({ field, modifiers, values }: FieldTest): TextTest | undefined {
  if (field === '' || modifiers.some((modifier) => modifier !== 'neq')) return undefined;
  const literals = new Set<string>();
  for (const value of values) {
    if (value === null) continue;
    const literal = literalOf(parsePattern(String(value)));
    if (literal === undefined) return undefined;
    literals.add(literal.toLowerCase());
  }
  return {
    matches: (_, folded) => literals.has(folded),
    needs: Array.from(literals, (text) => ({ kind: 'whole', text })),
  };
}

/** Several networks read the value once. */
function networkSet({ modifiers, values }: FieldTest): TextTest | undefined {
  if (!modifiers.includes('cidr')) return undefined;
  return { matches: compileNetworks(values.map(String)), needs: undefined };
}

function compileValue(test: FieldTest, value: SigmaValue, context: TestContext): ValueTest {
  const { modifiers } = test;
  if (value === null) return NEVER_VALUE;
  if (modifiers.includes('exists')) return value === true ? ALWAYS_VALUE : NEVER_VALUE;
  const part = modifiers.find((modifier) => TIME_PARTS.has(modifier));
  if (part !== undefined) return compileTimePart(part, comparisonOf(modifiers, Number(value)));
  if (modifiers.some((modifier) => COMPARE.has(modifier))) {
    const compare = comparisonOf(modifiers, Number(value));
    return { text: onNumber(compare), number: compare };
  }
  const text = compileText(test, String(value), context);
  const literal = numberLiteral(test, value);
  if (literal === undefined) return { text, number: onDecimal(text) };
  return { text, number: (found) => found === literal, literal };
}

/** A number written as numbers are shown: no other text is that number's. */
function numberLiteral({ modifiers }: FieldTest, value: SigmaValue): number | undefined {
  const isPlain = modifiers.every((modifier) => modifier === 'neq' || modifier === 'all');
  const number = isPlain ? decimalOf(value) : undefined;
  return number !== undefined && String(number) === String(value) ? number : undefined;
}

function comparisonOf(modifiers: readonly string[], limit: number): (found: number) => boolean {
  const name = modifiers.find((modifier) => COMPARE.has(modifier)) ?? '';
  const compare = COMPARE.get(name) ?? ((found: number): boolean => found === limit);
  return (found) => Number.isFinite(found) && compare(found, limit);
}

function onNumber(matches: (value: number) => boolean): TextTest {
  return {
    matches: (text) => {
      const number = decimalOf(text);
      return number !== undefined && matches(number);
    },
    needs: undefined,
  };
}

/** Times are milliseconds since the epoch, or ISO 8601 text that says its zone. */
function compileTimePart(name: string, matches: (value: number) => boolean): ValueTest {
  const partOf = TIME_PARTS.get(name);
  const date = new Date(0);
  const number = (timeMs: number): boolean => {
    date.setTime(timeMs);
    return partOf !== undefined && !Number.isNaN(date.getTime()) && matches(partOf(date));
  };
  const text: TextTest = {
    matches: (found) => number(decimalOf(found) ?? isoMs(found)),
    needs: undefined,
  };
  return { text, number };
}

/** What else `Date` reads as a time differs from engine to engine. */
const ISO_TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

function isoMs(found: string): number {
  return ISO_TIME.test(found) ? Date.parse(found) : Number.NaN;
}

function compileText(test: FieldTest, text: string, context: TestContext): TextTest {
  if (test.modifiers.includes('cidr')) {
    return { matches: compileNetworks([text]), needs: undefined };
  }
  const texts = test.modifiers.includes('expand') ? expand(test, text, context) : [text];
  return anyOf(texts.map((each) => compileOne(test, each, context)));
}

function compileOne(test: FieldTest, text: string, context: TestContext): TextTest {
  const { field, modifiers, at } = test;
  if (modifiers.includes('re')) {
    try {
      const flags = ['i', 'm', 's'].filter((flag) => modifiers.includes(flag)).join('');
      return compileRegex(text, flags);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'not a regular expression';
      context.problems.add('SIGMA_REGEX_INVALID', at, `${field}|re ${shown(text)}: ${reason}`);
      return NEVER;
    }
  }
  const cased = modifiers.includes('cased');
  const placement = placementOf(test);
  const patterns = transform(test, text, context);
  return anyOf(patterns.map((parts) => compilePattern(placePattern(parts, placement), { cased })));
}

/** Keywords stand anywhere in a value. */
export function placementOf({ field, modifiers }: FieldTest): Placement {
  if (modifiers.includes('contains')) return 'contains';
  if (modifiers.includes('startswith')) return 'startswith';
  if (modifiers.includes('endswith')) return 'endswith';
  return field === '' ? 'contains' : 'whole';
}

/** Apply windash and the encodings in the order they are written. */
function transform(
  test: FieldTest,
  text: string,
  { problems }: TestContext,
): readonly ReturnType<typeof parsePattern>[] {
  let patterns = [text];
  let encoded = false;
  let bytes = false;
  for (const modifier of test.modifiers) {
    if (modifier === 'windash') {
      const variants = patterns.map(dashVariants);
      if (variants.includes(undefined)) {
        problems.add('SIGMA_LIMIT', test.at, `${shown(text)} has too many flags for windash`);
        return [];
      }
      patterns = variants.flatMap((each) => each ?? []);
    }
    const encode = ENCODE.get(modifier);
    if (encode === undefined) continue;
    const plain = encoded ? patterns : patterns.map((each) => literalOf(parsePattern(each)));
    if (plain.includes(undefined)) {
      const sentence = `${shown(text)} has wildcards, which ${modifier} cannot encode`;
      problems.add('SIGMA_MODIFIER_INVALID', test.at, sentence);
      return [];
    }
    const ready = plain.map((each = '') => (bytes || WIDE.has(modifier) ? each : utf8Bytes(each)));
    patterns = ready.flatMap(encode);
    encoded = true;
    bytes = true;
  }
  if (!encoded) return patterns.map(parsePattern);
  return patterns.map((each) => [{ kind: 'literal', text: each }]);
}

const WIDE = new Set(['wide', 'utf16', 'utf16le', 'utf16be']);
const ENCODE: ReadonlyMap<string, (text: string) => readonly string[]> = new Map([
  ['wide', (text: string): readonly string[] => [utf16Bytes(text, 'le')]],
  ['utf16le', (text: string): readonly string[] => [utf16Bytes(text, 'le')]],
  ['utf16be', (text: string): readonly string[] => [utf16Bytes(text, 'be')]],
  ['utf16', (text: string): readonly string[] => [`\u00FF\u00FE${utf16Bytes(text, 'le')}`]],
  ['base64', (text: string): readonly string[] => [base64(text)]],
  ['base64offset', base64Offsets],
]);

/** Every combination of the placeholders' values. */
function expand(test: FieldTest, text: string, context: TestContext): readonly string[] {
  const done: string[] = [];
  const open = [text];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const match = PLACEHOLDER.exec(next);
    const [written = '', name = ''] = match ?? [];
    const values = context.placeholders.get(name);
    if (match === null) done.push(next);
    else if (values === undefined) {
      const known = [...context.placeholders.keys()].join(', ') || 'none';
      const sentence = `placeholder ${shown(written)} has no value, known: ${known}`;
      context.problems.add('SIGMA_PLACEHOLDER_UNKNOWN', test.at, sentence);
      return [];
    } else {
      const { index } = match;
      const [before, after] = [next.slice(0, index), next.slice(index + written.length)];
      // A value with a percent sign is never expanded again.
      const lines = values.map((value) => before + value.replaceAll('%', '\u0000') + after);
      open.push(...lines);
    }
    if (done.length + open.length > EXPANDED_MAX) {
      const sentence = `${shown(text)} expands to more than ${EXPANDED_MAX} values`;
      context.problems.add('SIGMA_LIMIT', test.at, sentence);
      return [];
    }
  }
  return done.map((each) => each.replaceAll('\u0000', '%'));
}
