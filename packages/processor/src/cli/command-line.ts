/** Reads the command line and runs one command. */
import type { EventEmitter } from 'node:events';
import { parseArgs } from 'node:util';
import { testAlerts } from './alerts-test.ts';
import { DEAD_LETTER_ACTIONS, type DeadLettersWorld, runDeadLetters } from './dead-letters.ts';
import { replayFiles } from './replay.ts';
import { RULES_ACTIONS, type RulesCommand, runRules } from './rules.ts';
import { runProcessor } from './run.ts';
import { validateConfig } from './validate.ts';
import { version } from './version.ts';

/** The world a command runs in. */
export interface CommandWorld {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Emits SIGTERM and SIGINT. */
  readonly signals: Pick<EventEmitter, 'on' | 'off'>;
}

const HELP = `spanguard: security monitoring for APIs from the OpenTelemetry you already have

  spanguard run [--config file]        receive OTLP, redact, keep, correlate, alert, export
  spanguard validate [--config file]   check a configuration and say all that is wrong with it
  spanguard alerts test                the channels that alerts go to
  spanguard alerts test <channel>      send one test alert through one of them, and say what became of it
  spanguard deadletters list           what no backend or channel took: from where, why, when
  spanguard deadletters show <number>  one of them, as it was to be sent
  spanguard deadletters replay         send them again; the processor must be stopped
  spanguard rules list|explain [name]  the rules, by group; all that is said of one
  spanguard rules lint|test [name]     what rules lack; whether they tell of their traffic, and of no other
  spanguard rules coverage             which rules stand for which part of OWASP's API list, ATT&CK and CWE
  spanguard replay <file>...           what the rules would have told of recorded OTLP/JSON
      --rules <path>                   rules besides those of the configuration; --only: without them
  spanguard --version

Without a file it runs on embedded defaults: OTLP/gRPC on 127.0.0.1:4317 and OTLP/HTTP on 127.0.0.1:4318,
data under ./spanguard-data, alerts on standard output; OTEL_EXPORTER_OTLP_ENDPOINT, where set, becomes
the backend.
`;

/** Runs what the arguments ask for and gives the exit code: 0 fine, 1 failed, 2 asked wrongly. */
export async function runCommandLine(world: CommandWorld): Promise<number> {
  const parsed = parse(world.argv);
  if (typeof parsed === 'string') {
    world.stderr(`spanguard: ${parsed}\n\n${HELP}`);
    return 2;
  }
  const { config } = parsed;
  switch (parsed.command) {
    case 'deadletters':
      return runDeadLetters({ ...world, ...parsed, configFile: config });
    case 'alerts':
      return testAlerts({ ...world, channel: parsed.channel, configFile: config });
    case 'rules':
      return runRules({ ...world, ...parsed, configFile: config });
    case 'replay':
      return replayFiles({ ...world, ...parsed, configFile: config });
    case 'help':
      world.stdout(HELP);
      return 0;
    case 'version':
      world.stdout(`${version()}\n`);
      return 0;
    case 'run':
      return runProcessor({ ...world, configFile: config });
    case 'validate':
      return validateConfig({ ...world, configFile: config });
  }
}

type ParsedCommand =
  | {
      readonly command: 'run' | 'validate' | 'help' | 'version';
      readonly config: string | undefined;
    }
  | {
      readonly command: 'alerts';
      readonly config: string | undefined;
      readonly channel: string | undefined;
    }
  | ({ readonly command: 'rules'; readonly config: string | undefined } & Pick<
      RulesCommand,
      'action' | 'names' | 'rules' | 'only'
    >)
  | ({
      readonly command: 'replay';
      readonly config: string | undefined;
      readonly files: readonly string[];
    } & Pick<RulesCommand, 'rules' | 'only'>)
  | ({ readonly command: 'deadletters'; readonly config: string | undefined } & Pick<
      DeadLettersWorld,
      'action' | 'number'
    >);

function parse(argv: readonly string[]): ParsedCommand | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        config: { type: 'string', short: 'c' },
        rules: { type: 'string', multiple: true },
        only: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
    const { config } = values;
    if (values.version === true) return { command: 'version', config };
    if (values.help === true || positionals[0] === undefined) return { command: 'help', config };
    const [command, ...surplus] = positionals;
    const about = { config, rules: values.rules ?? [], only: values.only ?? false };
    if (command === 'rules') return rulesOf(surplus, about);
    if (command === 'replay') {
      return surplus.length === 0
        ? 'replay needs a file of OTLP/JSON'
        : { command, files: surplus, ...about };
    }
    if (values.rules !== undefined || about.only) {
      return '--rules and --only go with rules and replay';
    }
    if (command === 'deadletters') return deadLettersOf(surplus, config);
    if (command === 'alerts') return alertsOf(surplus, config);
    if (surplus.length > 0) return `unexpected "${surplus.join(' ')}"`;
    if (command === 'run' || command === 'validate' || command === 'help')
      return { command, config };
    return `unknown command "${command}"; known: run, validate, alerts, deadletters, rules, replay`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function rulesOf(
  [word, ...names]: readonly string[],
  about: { readonly config: string | undefined } & Pick<RulesCommand, 'rules' | 'only'>,
): ParsedCommand | string {
  const action = RULES_ACTIONS.find((known) => known === word);
  if (action === undefined) return `rules does one of: ${RULES_ACTIONS.join(', ')}`;
  return { command: 'rules', action, names, ...about };
}

function alertsOf(
  [action, channel, ...surplus]: readonly string[],
  config: string | undefined,
): ParsedCommand | string {
  if (action !== 'test') return 'alerts does one of: test';
  if (surplus.length > 0) return `unexpected "${surplus.join(' ')}"`;
  return { command: 'alerts', config, channel };
}

function deadLettersOf(
  [word, number, ...surplus]: readonly string[],
  config: string | undefined,
): ParsedCommand | string {
  const action = DEAD_LETTER_ACTIONS.find((known) => known === word);
  if (action === undefined) return `deadletters does one of: ${DEAD_LETTER_ACTIONS.join(', ')}`;
  const isNumbered = number !== undefined && /^\d{1,16}$/.test(number);
  if (
    surplus.length > 0 ||
    isNumbered !== (action === 'show') ||
    (!isNumbered && number !== undefined)
  ) {
    return action === 'show' ? 'show needs the number of one letter' : `unexpected "${number}"`;
  }
  return {
    command: 'deadletters',
    config,
    action,
    number: isNumbered ? Number(number) : undefined,
  };
}
