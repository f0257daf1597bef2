/** Reads the command line and runs one command. */
import type { EventEmitter } from 'node:events';
import { parseArgs } from 'node:util';
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
  spanguard --version

Without a file it runs on embedded defaults: OTLP/HTTP on 127.0.0.1:4318, data under ./spanguard-data,
alerts on standard output; OTEL_EXPORTER_OTLP_ENDPOINT, where set, becomes the backend.
`;

/** Runs what the arguments ask for and gives the exit code: 0 fine, 1 failed, 2 asked wrongly. */
export async function runCommandLine(world: CommandWorld): Promise<number> {
  const parsed = parse(world.argv);
  if (typeof parsed === 'string') {
    world.stderr(`spanguard: ${parsed}\n\n${HELP}`);
    return 2;
  }
  const { command, config } = parsed;
  switch (command) {
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

interface ParsedCommand {
  readonly command: 'run' | 'validate' | 'help' | 'version';
  readonly config: string | undefined;
}

function parse(argv: readonly string[]): ParsedCommand | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        config: { type: 'string', short: 'c' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
    const { config } = values;
    if (values.version === true) return { command: 'version', config };
    if (values.help === true || positionals[0] === undefined) return { command: 'help', config };
    const [command, ...surplus] = positionals;
    if (surplus.length > 0) return `unexpected "${surplus.join(' ')}"`;
    if (command === 'run' || command === 'validate' || command === 'help')
      return { command, config };
    return `unknown command "${command}"; known: run, validate`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
