/** Reads the words of the commands that work on the store. */

/** One of them, checked. */
export interface StoreCommand {
  readonly command: keyof typeof COMMANDS;
  /** Empty where the command does one thing. */
  readonly action: string;
  readonly operands: readonly string[];
  readonly isJson: boolean;
  readonly service: string | undefined;
  readonly output: string | undefined;
  readonly reason: string | undefined;
  readonly untilMs: number | undefined;
}

/** Options of these commands as they are written. */
export const STORE_OPTIONS = {
  json: { type: 'boolean' },
  service: { type: 'string' },
  output: { type: 'string', short: 'o' },
  reason: { type: 'string' },
  until: { type: 'string' },
} as const;

/** Values of {@link STORE_OPTIONS}. */
export interface StoreOptions {
  readonly json?: boolean;
  readonly service?: string;
  readonly output?: string;
  readonly reason?: string;
  readonly until?: string;
}

interface ActionShape {
  /** What it is told besides its name, for messages; `...` = one and more. */
  readonly operands: readonly string[];
  readonly options: readonly (keyof StoreOptions)[];
}

/** What each command does, the first by default where it needs nothing. */
export const COMMANDS = {
  apis: {
    list: { operands: [], options: ['json', 'service'] },
    show: { operands: ['<number>'], options: ['json'] },
    openapi: { operands: [], options: ['service'] },
    drift: { operands: ['<file>...'], options: ['json', 'service'] },
  },
  posture: {
    list: { operands: [], options: ['json', 'service'] },
    show: { operands: ['<id>'], options: ['json'] },
    ignore: { operands: ['<id>'], options: ['reason', 'until'] },
  },
  report: { '': { operands: [], options: ['json', 'service', 'output'] } },
  store: { backup: { operands: ['<file>'], options: [] } },
} as const satisfies Readonly<Record<string, Readonly<Record<string, ActionShape>>>>;

/** Whether a word is the name of one of these commands. */
export function isStoreCommand(word: string): word is keyof typeof COMMANDS {
  return Object.hasOwn(COMMANDS, word);
}

/** The command, or what is wrong with it. */
export function parseStoreCommand(
  command: keyof typeof COMMANDS,
  words: readonly string[],
  options: StoreOptions,
): StoreCommand | string {
  const actions: Readonly<Record<string, ActionShape>> = COMMANDS[command];
  const isAlone = Object.hasOwn(actions, '');
  const [action = '', ...operands] = isAlone ? ['', ...words] : words;
  const shape = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (shape === undefined) return `${command} does one of: ${Object.keys(actions).join(', ')}`;
  const name = isAlone ? command : `${command} ${action}`;
  const takesMore = shape.operands.some((operand) => operand.endsWith('...'));
  if (operands.length < shape.operands.length) return `${name} needs ${shape.operands.join(' ')}`;
  if (operands.length > shape.operands.length && !takesMore) {
    return `unexpected "${operands.slice(shape.operands.length).join(' ')}"`;
  }
  const surplus = optionNames(options).find((option) => !shape.options.includes(option));
  if (surplus !== undefined) return `${name} has no --${surplus}`;
  if (action === 'show' && command === 'apis' && !/^\d{1,15}$/.test(operands[0] ?? '')) {
    return `${name} needs the number of an endpoint`;
  }
  if (action === 'ignore' && (options.reason ?? '') === '') return `${name} needs --reason <text>`;
  const untilMs = options.until === undefined ? undefined : Date.parse(options.until);
  if (Number.isNaN(untilMs)) return '--until needs a date, such as 2027-01-31';
  const { json: isJson = false, service, output, reason } = options;
  return { command, action, operands, isJson, service, output, reason, untilMs };
}

function optionNames(options: StoreOptions): (keyof StoreOptions)[] {
  const names = Object.keys(STORE_OPTIONS) as (keyof StoreOptions)[];
  return names.filter((name) => options[name] !== undefined);
}
