/** `spanguard replay`: what the rules would have told of recorded telemetry. Sends and keeps nothing. */
import { neutralise } from '@spanguard/verdict';
import type { Alert } from '../model/alert.ts';
import { readRecording } from '../service/read-recording.ts';
import { Replay } from '../service/replay.ts';
import { readRules, type RulesWorld } from './read-rules.ts';

/** What the command works with. */
export interface ReplayWorld extends RulesWorld {
  /** OTLP/JSON, a request a line or a document, gzip or not. */
  readonly files: readonly string[];
}

const LINE_CHARACTERS_MAX = 1000;

/** Exit code 0 whatever is told, 1 where rules or files cannot be read. Equal files give equal lines. */
export function replayFiles(world: ReplayWorld): number {
  const ruleset = readRules(world);
  if (ruleset === undefined) return 1;
  const recording = readRecording(world.files);
  if (!recording.ok) {
    for (const problem of recording.problems) world.stderr(`${problem}\n`);
    return 1;
  }
  const replay = new Replay({ ruleset });
  const told = new Map<string, number>();
  let [records, broken] = [0, 0];
  for (const { signal, bytes } of recording.requests) {
    const replayed = replay.take(signal, bytes);
    if (!replayed.ok) {
      broken += 1;
      continue;
    }
    records += replayed.records;
    for (const alert of replayed.alerts) {
      told.set(alert.rule.name, (told.get(alert.rule.name) ?? 0) + 1);
      world.stdout(`${lineOf(alert)}\n`);
    }
  }
  const alerts = [...told.values()].reduce((sum, count) => sum + count, 0);
  world.stdout(`${alerts} alerts of ${told.size} rules in ${records} records\n`);
  const byCount = [...told].toSorted(([, one], [, other]) => other - one);
  for (const [name, count] of byCount) world.stdout(`${String(count).padStart(6)} ${name}\n`);
  if (recording.skipped > 0) world.stderr(`${recording.skipped} requests without spans or logs\n`);
  if (broken > 0) world.stderr(`${broken} requests could not be read\n`);
  return 0;
}

function lineOf({ rule, entity, count, lastMs, services }: Alert): string {
  const time = new Date(lastMs).toISOString();
  const where = services.length === 0 ? '' : `, seen by ${services.join(', ')}`;
  const line = `${time} ${rule.level} ${rule.name}: ${entity.kind} ${entity.value}, ${count} events${where}`;
  return neutralise(line, LINE_CHARACTERS_MAX);
}
