/** Rules of the shapes that SigmaHQ's web rules have, as many as are wanted, over fields of ours. */
import { SeededRandom } from '@spanguard/testkit';

/** Fields that every version of the processor lets rules ask for. */
const FIELD = {
  path: 'http.route',
  method: 'http.request.method',
  status: 'http.response.status_code',
  agent: 'security.indicator.parameter',
} as const;

const SEED = 3614;
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const;
const STATUSES = [200, 302, 401, 404, 500] as const;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** The detection of a rule, in lines, from texts that no traffic holds. */
type Shape = (random: SeededRandom) => readonly string[];

const SHAPES: readonly Shape[] = [
  // An exploit: a method, and one of several paths.
  (random) => [
    'selection:',
    `  ${FIELD.method}: ${random.pick(METHODS)}`,
    `  ${FIELD.path}|contains:`,
    ...texts(random, 3),
    'condition: selection',
  ],
  // All parts of one path, and an answer.
  (random) => [
    'selection:',
    `  ${FIELD.path}|contains|all:`,
    ...texts(random, 2),
    'answer:',
    `  ${FIELD.status}: ${random.pick(STATUSES)}`,
    'condition: selection and answer',
  ],
  // A web shell: a beginning, an end, and who is known to be harmless.
  (random) => [
    'selection:',
    `  ${FIELD.path}|startswith: '/${path(random)}'`,
    `  ${FIELD.path}|endswith: '.${word(random)}'`,
    'filter_main_own:',
    `  ${FIELD.agent}|contains: '${word(random)}'`,
    'condition: selection and not 1 of filter_main_*',
  ],
  // A scanner by what it calls itself.
  (random) => [
    'selection:',
    `  ${FIELD.agent}|contains:`,
    ...texts(random, 12),
    'condition: selection',
  ],
  // One of two forms of an attack.
  (random) => [
    'selection_path:',
    `  ${FIELD.path}: '/${path(random)}'`,
    'selection_form:',
    `  ${FIELD.path}|re: '/${word(random)}/[0-9a-f]{8,32}\\.${word(random)}$'`,
    'condition: 1 of selection_*',
  ],
];

/** So many rules, the text of a file each. The same number, the same texts. */
export function sigmaRules(count: number): string[] {
  const random = new SeededRandom(SEED);
  return Array.from({ length: count }, (_, n) => rule(n, random));
}

function rule(n: number, random: SeededRandom): string {
  const shape = SHAPES[n % SHAPES.length] ?? (() => []);
  const id = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  return [
    `title: Exploitation of ${word(random)} (${n})`,
    `id: ${id}`,
    'status: test',
    'description: One of many.',
    'author: Spanguard',
    'date: 2026-11-27',
    'logsource:',
    '  product: spanguard',
    '  category: security_event',
    'detection:',
    ...shape(random).map((line) => `  ${line}`),
    'level: high',
    '',
  ].join('\n');
}

function texts(random: SeededRandom, count: number): string[] {
  return Array.from({ length: count }, () => `    - '/${path(random)}'`);
}

function path(random: SeededRandom): string {
  return `${word(random)}/${word(random)}`;
}

function word(random: SeededRandom): string {
  return random.text(random.int(5, 10), LETTERS);
}
