/** The modifiers of Sigma 2.1: which exist, and which go together. */
import type { FieldTest, SigmaValue } from '../rule.ts';
import { shown } from '../errors.ts';
import { isNetwork } from './cidr.ts';
import { decimalOf } from './decimal.ts';

/** Comparisons and placements: at most one of them decides a test. */
const DECIDING = new Set([
  ...['contains', 'startswith', 'endswith', 're', 'cidr', 'exists'],
  ...['lt', 'lte', 'gt', 'gte'],
]);
const PLACEMENTS = new Set(['contains', 'startswith', 'endswith']);
const ENCODINGS = new Set([
  ...['windash', 'base64', 'base64offset', 'utf16', 'utf16le', 'utf16be', 'wide', 'expand'],
]);
const REGEX_FLAGS = new Set(['i', 'm', 's']);

/** Parts of a time that can be compared, in UTC. */
export const TIME_PARTS: ReadonlyMap<string, (date: Date) => number> = new Map([
  ['minute', (date: Date): number => date.getUTCMinutes()],
  ['hour', (date: Date): number => date.getUTCHours()],
  ['day', (date: Date): number => date.getUTCDate()],
  ['week', isoWeek],
  ['month', (date: Date): number => date.getUTCMonth() + 1],
  ['year', (date: Date): number => date.getUTCFullYear()],
]);

const KNOWN = new Set([
  ...[...DECIDING, ...ENCODINGS, ...REGEX_FLAGS, ...TIME_PARTS.keys()],
  ...['all', 'cased', 'neq', 'fieldref'],
]);

/** Comparisons of numbers. */
export const COMPARE: ReadonlyMap<string, (found: number, limit: number) => boolean> = new Map([
  ['lt', (found: number, limit: number): boolean => found < limit],
  ['lte', (found: number, limit: number): boolean => found <= limit],
  ['gt', (found: number, limit: number): boolean => found > limit],
  ['gte', (found: number, limit: number): boolean => found >= limit],
]);

/** Whether values are compared as numbers, not as they are written. */
export function comparesNumbers(modifiers: readonly string[]): boolean {
  return modifiers.some((modifier) => COMPARE.has(modifier) || TIME_PARTS.has(modifier));
}

/** What is wrong with a test's modifiers and values; undefined when nothing is. */
export function checkModifiers(test: FieldTest): string | undefined {
  const { modifiers } = test;
  const unknown = modifiers.find((modifier) => !KNOWN.has(modifier));
  if (unknown !== undefined) {
    return `modifier ${shown(unknown)} is unknown, expected one of ${[...KNOWN].join(', ')}`;
  }
  const deciding = modifiers.filter((modifier) => DECIDING.has(modifier));
  if (deciding.length > 1) return `${deciding.join(' and ')} exclude each other`;
  const flag = modifiers.find((modifier) => REGEX_FLAGS.has(modifier));
  if (flag !== undefined && !modifiers.includes('re')) return `${flag} needs re before it`;
  const [decides = ''] = deciding;
  if (modifiers.includes('fieldref') && decides !== '' && !PLACEMENTS.has(decides)) {
    return `fieldref and ${decides} exclude each other`;
  }
  const wrong = test.values.find((value) => !allowsValue(test, decides, value));
  return wrong === undefined ? undefined : `value ${shown(wrong)} does not go with ${named(test)}`;
}

function named({ modifiers }: FieldTest): string {
  return modifiers.length === 0 ? 'keywords' : modifiers.join('|');
}

function allowsValue(test: FieldTest, decides: string, value: SigmaValue): boolean {
  const { modifiers } = test;
  if (decides === 'exists') return typeof value === 'boolean' && test.values.length === 1;
  if (comparesNumbers(modifiers)) return decimalOf(value) !== undefined;
  if (decides === 'cidr') return typeof value === 'string' && isNetwork(value);
  if (decides === 're' || modifiers.includes('fieldref')) {
    return typeof value === 'string' && value !== '';
  }
  // Nothing is contained in everything: that was hardly meant.
  if (PLACEMENTS.has(decides) && (value === null || value === '')) return false;
  if (modifiers.some((modifier) => ENCODINGS.has(modifier))) return value !== null;
  return test.field !== '' || value !== null;
}

const DAY_MS = 86_400_000;

/** ISO 8601 week number. */
function isoWeek(date: Date): number {
  // The week belongs to the year of its Thursday.
  const dayMs = Math.floor(date.getTime() / DAY_MS) * DAY_MS;
  const thursdayMs = dayMs + (4 - (date.getUTCDay() || 7)) * DAY_MS;
  const yearStartMs = Date.UTC(new Date(thursdayMs).getUTCFullYear(), 0, 1);
  return Math.ceil(((thursdayMs - yearStartMs) / DAY_MS + 1) / 7);
}
