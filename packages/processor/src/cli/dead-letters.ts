/** `spanguard deadletters`: what nobody took, to be looked at and to be sent again. */
import { existsSync } from 'node:fs';
import { transcodeProtobufToJson } from '@spanguard/otlp';
import { neutralise } from '@spanguard/verdict';
import { formatConfigProblem } from '../config/load-config.ts';
import type { Config } from '../config/shape.ts';
import { systemClock } from '../pipeline/clock.ts';
import { createLogger } from '../service/create-logger.ts';
import type { DeadLetter } from '../service/dead-letters.ts';
import type { ProcessorWorld } from '../service/foundation.ts';
import { readDeadLetters, replayDeadLetters } from '../service/replay-dead-letters.ts';
import { type ConfigRequest, readConfig } from './read-config.ts';
import { version } from './version.ts';

/** What can be done with them. */
export const DEAD_LETTER_ACTIONS = ['list', 'show', 'replay'] as const;

/** What the command works with. */
export interface DeadLettersWorld extends ConfigRequest {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly action: (typeof DEAD_LETTER_ACTIONS)[number];
  /** Number of the letter to show. */
  readonly number: number | undefined;
}

const LINE_CHARACTERS_MAX = 100_000;

/** Exit code 0 where all is well, 1 where a letter is kept, is not there, or the folder cannot be used. */
export async function runDeadLetters(world: DeadLettersWorld): Promise<number> {
  const read = readConfig(world);
  if (!read.ok) {
    for (const problem of read.problems) world.stderr(`${formatConfigProblem(problem)}\n`);
    return 1;
  }
  const { config } = read;
  if (!existsSync(config.data)) {
    world.stderr(
      `data: ${config.data} is not there; which configuration does the processor run with?\n`,
    );
    return 1;
  }
  try {
    switch (world.action) {
      case 'list':
        return await list(config, world);
      case 'show':
        return await show(config, world);
      case 'replay':
        return await replay(config, world);
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    world.stderr(
      `${message}\nDead letters are read and sent again while the processor is stopped.\n`,
    );
    return 1;
  }
}

async function list(config: Config, world: DeadLettersWorld): Promise<number> {
  let letters = 0;
  await readDeadLetters(config, processorWorld(world), (letter) => {
    letters += 1;
    world.stdout(`${lineOf(letter)}\n`);
  });
  if (letters === 0) world.stdout('no dead letters\n');
  return 0;
}

async function show(config: Config, world: DeadLettersWorld): Promise<number> {
  let isFound = false;
  await readDeadLetters(config, processorWorld(world), (letter) => {
    if (letter.sequence !== world.number) return;
    isFound = true;
    const lines = [lineOf(letter), ...contentOf(letter).split('\n')];
    for (const line of lines) world.stdout(`${neutralise(line, LINE_CHARACTERS_MAX)}\n`);
  });
  if (!isFound)
    world.stderr(`no dead letter ${world.number}; spanguard deadletters list tells which\n`);
  return isFound ? 0 : 1;
}

async function replay(config: Config, world: DeadLettersWorld): Promise<number> {
  let [sent, kept] = [0, 0];
  await replayDeadLetters(config, processorWorld(world), (letter, outcome) => {
    if (outcome.kind === 'sent') sent += 1;
    else kept += 1;
    const result = outcome.kind === 'sent' ? 'sent' : `kept: ${outcome.reason}`;
    world.stdout(`${lineOf(letter)}\n  ${neutralise(result, LINE_CHARACTERS_MAX)}\n`);
  });
  world.stdout(`${sent} sent, ${kept} kept\n`);
  return kept === 0 ? 0 : 1;
}

function processorWorld({ stdout, stderr }: DeadLettersWorld): ProcessorWorld {
  return {
    clock: systemClock,
    logger: createLogger({ level: 'error', write: stderr }),
    stdout,
    version: version(),
    random: Math.random,
  };
}

/** Number, time, where it was going, what it is, why it did not get there. */
function lineOf({ sequence, at, stage, name, content, itemCount, reason }: DeadLetter): string {
  const line = `${sequence}  ${at}  ${stage} ${name}  ${itemCount} ${content}  ${reason}`;
  return neutralise(line, LINE_CHARACTERS_MAX);
}

/** What is in it, as JSON: all of it is redacted. */
function contentOf({ content, bytes }: DeadLetter): string {
  const isJson = content === 'alert' || content === 'facts';
  const transcoded = isJson ? undefined : transcodeProtobufToJson(content, bytes);
  if (transcoded?.ok === false) return `${bytes.length} bytes that are no OTLP`;
  const text = Buffer.from(transcoded?.bytes ?? bytes).toString('utf8');
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
