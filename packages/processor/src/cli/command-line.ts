/** Reads the command line and runs one command. */
import type { EventEmitter } from 'node:events';
import { parseArgs } from 'node:util';
import { systemClock } from '../pipeline/clock.ts';
import { testAlerts } from './alerts-test.ts';
import { DEAD_LETTER_ACTIONS, type DeadLettersWorld, runDeadLetters } from './dead-letters.ts';
import { replayFiles } from './replay.ts';
import { RULES_ACTIONS, type RulesCommand, runRules } from './rules.ts';
import { runApis } from './apis.ts';
import {
  isStoreCommand,
  parseStoreCommand,
  STORE_OPTIONS,
  type StoreCommand,
} from './parse-store-command.ts';
import { runPosture } from './posture.ts';
import { runReport } from './report.ts';
import { runProcessor } from './run.ts';
import { runStore } from './store.ts';
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

/** Commands as a mistake is told them. */
const KNOWN = [
  ...['run', 'validate', 'alerts', 'deadletters', 'rules', 'replay'],
  ...['apis', 'posture', 'report', 'store'],
];
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
  spanguard apis list [--service <name>]       the endpoints that were seen; --json for programs
  spanguard apis show <number>                 all that is known of one
  spanguard apis openapi [--service <name>]    an OpenAPI 3.1 document of them
  spanguard apis drift <file>...               where they differ from OpenAPI documents
  spanguard posture list                       what is wrong with how they are protected
  spanguard posture show <id>                  one finding: the evidence, and what to do
  spanguard posture ignore <id> --reason <text> [--until <date>]
  spanguard report [--output <file>] [--json]  what is there and what is at risk, as HTML that prints, or JSON
  spanguard store backup <file>                a copy of what is kept for long, while the processor runs
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
    case 'store':
      return runStoreCommand(world, parsed.asked, config);
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

function runStoreCommand(
  world: CommandWorld,
  asked: StoreCommand,
  configFile: string | undefined,
): number {
  const run = { apis: runApis, posture: runPosture, report: runReport, store: runStore };
  return run[asked.command]({ ...world, configFile, nowMs: systemClock.now() }, asked);
}

type ParsedCommand =
  | {
      readonly command: 'store';
      readonly config: string | undefined;
      readonly asked: StoreCommand;
    }
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
        ...STORE_OPTIONS,
      },
    });
    const { config, help: _help, version: _version, rules = [], only = false, ...options } = values;
    if (values.version === true) return { command: 'version', config };
    if (values.help === true || positionals[0] === undefined) return { command: 'help', config };
    const [command, ...surplus] = positionals;
    const about = { config, rules, only };
    if (command === 'rules') return rulesOf(surplus, about);
    if (command === 'replay') {
      return surplus.length === 0
        ? 'replay needs a file of OTLP/JSON'
        : { command, files: surplus, ...about };
    }
    if (rules.length > 0 || only) {
      return '--rules and --only go with rules and replay';
    }
    if (command !== undefined && isStoreCommand(command)) {
      const asked = parseStoreCommand(command, surplus, options);
      return typeof asked === 'string' ? asked : { command: 'store', config, asked };
    }
    const [option] = Object.keys(options);
    if (option !== undefined) return `${command} has no --${option}`;
    if (command === 'deadletters') return deadLettersOf(surplus, config);
    if (command === 'alerts') return alertsOf(surplus, config);
    if (surplus.length > 0) return `unexpected "${surplus.join(' ')}"`;
    if (command === 'run' || command === 'validate' || command === 'help')
      return { command, config };
    return `unknown command "${command}"; known: ${KNOWN.join(', ')}`;
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
