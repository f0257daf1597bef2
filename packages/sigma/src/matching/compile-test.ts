/** One field test to a closure. */
import type { FieldTest, SigmaValue } from '../rule.ts';
import { type Problems, shown } from '../errors.ts';
import { compileCidr } from './cidr.ts';
import { base64, base64Offsets, dashVariants, utf16Bytes, utf8Bytes } from './encodings.ts';
import {
  decimalOf,
  type EventMatcher,
  type EventValue,
  type TextMatcher,
  type ValueMatcher,
} from './event-view.ts';
import { TIME_PARTS } from './modifiers.ts';
import {
  compilePattern,
  literalOf,
  parsePattern,
  type Placement,
  placePattern,
} from './pattern.ts';
import { compileRegex } from './regex.ts';

/** What compiling needs from outside. */
export interface TestContext {
  /** Values of `expand` placeholders, without the percent signs. */
  readonly placeholders: ReadonlyMap<string, readonly string[]>;
  readonly problems: Problems;
}

const NEVER: ValueMatcher = () => false;
const PLACEHOLDER = /%([^%\s]{1,64})%/;
const EXPANDED_MAX = 10_000;

/** Compile; what fails is added to the problems and matches nothing. */
export function compileTest(test: FieldTest, context: TestContext): EventMatcher {
  const { modifiers } = test;
  const matched = compilePlainTest(test, context);
  return modifiers.includes('neq') ? (event) => !matched(event) : matched;
}

function compilePlainTest(test: FieldTest, context: TestContext): EventMatcher {
  const { field, modifiers, values } = test;
  if (modifiers.includes('fieldref')) return compileFieldReference(test);
  if (field !== '' || !modifiers.includes('all'))
    return onValue(field, compileValues(test, context));
  // Each keyword may be in a value of its own.
  const each = values.map((value) => onValue('', compileValue(test, value, context)));
  return (event) => each.every((matches) => matches(event));
}

/** Keywords look at every value of the event. */
function onValue(field: string, matches: ValueMatcher): EventMatcher {
  if (field !== '') return (event) => matches(event.get(field));
  return (event) => {
    for (const value of event.values?.() ?? []) if (matches(value)) return true;
    return false;
  };
}

function compileValues(test: FieldTest, context: TestContext): ValueMatcher {
  const all = test.modifiers.includes('all');
  const set = all ? undefined : compileLiteralSet(test);
  if (set !== undefined) return set;
  const each = test.values.map((value) => compileValue(test, value, context));
  const [only] = each;
  if (each.length === 1 && only !== undefined) return only;
  if (all) return (value) => each.every((matches) => matches(value));
  return (value) => each.some((matches) => matches(value));
}

/** The common case, `field: [a, b, c]`, is one look-up however long the list. */
function compileLiteralSet({ field, modifiers, values }: FieldTest): ValueMatcher | undefined {
  if (field === '' || modifiers.some((modifier) => modifier !== 'neq')) return undefined;
  const literals = new Set<string>();
  for (const value of values) {
    const literal = value === null ? undefined : literalOf(parsePattern(String(value)));
    if (literal === undefined) return undefined;
    literals.add(literal.toLowerCase());
  }
  return (value) => {
    if (value === undefined) return false;
    const text = typeof value === 'string' ? value : String(value);
    return literals.has(text) || literals.has(text.toLowerCase());
  };
}

function compileValue(test: FieldTest, value: SigmaValue, context: TestContext): ValueMatcher {
  const { modifiers } = test;
  if (value === null) return (found) => found === undefined;
  if (modifiers.includes('exists')) return (found) => (found !== undefined) === value;
  const part = modifiers.find((modifier) => TIME_PARTS.has(modifier));
  if (part !== undefined) return compileTimePart(part, compileNumber(modifiers, Number(value)));
  if (modifiers.some((modifier) => COMPARE.has(modifier))) {
    return compileNumber(modifiers, Number(value));
  }
  const text = String(value);
  if (modifiers.includes('cidr')) return onText(compileCidr(text));
  const texts = modifiers.includes('expand') ? expand(test, text, context) : [text];
  const matchers = texts.map((each) => compileText(test, each, context));
  const [only] = matchers;
  if (matchers.length === 1 && only !== undefined) return only;
  return (found) => matchers.some((matches) => matches(found));
}

const COMPARE: ReadonlyMap<string, (found: number, limit: number) => boolean> = new Map([
  ['lt', (found: number, limit: number): boolean => found < limit],
  ['lte', (found: number, limit: number): boolean => found <= limit],
  ['gt', (found: number, limit: number): boolean => found > limit],
  ['gte', (found: number, limit: number): boolean => found >= limit],
]);

function compileNumber(modifiers: readonly string[], limit: number): ValueMatcher {
  const name = modifiers.find((modifier) => COMPARE.has(modifier)) ?? '';
  const compare = COMPARE.get(name) ?? ((found: number): boolean => found === limit);
  return (found) => {
    const number = decimalOf(found);
    return number !== undefined && compare(number, limit);
  };
}

/** Times are milliseconds since the epoch, or ISO 8601 text that says its zone. */
function compileTimePart(name: string, matches: ValueMatcher): ValueMatcher {
  const partOf = TIME_PARTS.get(name);
  return (found) => {
    const date = new Date(decimalOf(found) ?? isoMs(found));
    return partOf !== undefined && !Number.isNaN(date.getTime()) && matches(partOf(date));
  };
}

/** What else `Date` reads as a time differs from engine to engine. */
const ISO_TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

function isoMs(found: EventValue): number {
  return typeof found === 'string' && ISO_TIME.test(found) ? Date.parse(found) : Number.NaN;
}

function onText(matches: TextMatcher | undefined): ValueMatcher {
  if (matches === undefined) return NEVER;
  return (found) =>
    found !== undefined && matches(typeof found === 'string' ? found : String(found));
}

function compileText(test: FieldTest, text: string, context: TestContext): ValueMatcher {
  const { field, modifiers, at } = test;
  if (modifiers.includes('re')) {
    try {
      const flags = ['i', 'm', 's'].filter((flag) => modifiers.includes(flag)).join('');
      return onText(compileRegex(text, flags));
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'not a regular expression';
      context.problems.add('SIGMA_REGEX_INVALID', at, `${field}|re ${shown(text)}: ${reason}`);
      return NEVER;
    }
  }
  const cased = modifiers.includes('cased');
  const placement = placementOf(test);
  const matchers = transform(test, text, context).map((parts) =>
    onText(compilePattern(placePattern(parts, placement), { cased })),
  );
  const [only] = matchers;
  if (matchers.length === 1 && only !== undefined) return only;
  return (found) => matchers.some((matches) => matches(found));
}

/** Keywords stand anywhere in a value. */
function placementOf({ field, modifiers }: FieldTest): Placement {
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

/** The value names another field of the same event. */
function compileFieldReference(test: FieldTest): EventMatcher {
  const cased = test.modifiers.includes('cased');
  const placement = placementOf(test);
  const names = test.values.map(String);
  const text = (value: EventValue): string => (cased ? String(value) : String(value).toLowerCase());
  const matches = (found: EventValue, other: EventValue): boolean => {
    if (found === undefined || other === undefined) return false;
    if (placement === 'contains') return text(found).includes(text(other));
    if (placement === 'startswith') return text(found).startsWith(text(other));
    if (placement === 'endswith') return text(found).endsWith(text(other));
    return text(found) === text(other);
  };
  if (test.modifiers.includes('all')) {
    return (event) => names.every((name) => matches(event.get(test.field), event.get(name)));
  }
  return (event) => names.some((name) => matches(event.get(test.field), event.get(name)));
}
