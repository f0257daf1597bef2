/** `spanguard validate`: says all that is wrong with a configuration and the rules it names. */
import { formatConfigProblem } from '../config/load-config.ts';
import { loadRules } from '../service/load-rules.ts';
import { type ConfigRequest, readConfig } from './read-config.ts';

/** What the command works with. */
export interface ValidateWorld extends ConfigRequest {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

/** Exit code 0 where nothing is wrong, 1 otherwise. Starts and writes nothing. */
export function validateConfig(world: ValidateWorld): number {
  const read = readConfig(world);
  if (!read.ok) {
    for (const problem of read.problems) world.stderr(`${formatConfigProblem(problem)}\n`);
    return 1;
  }
  const rules = loadRules(read.config.correlate);
  if (!rules.ok) {
    for (const problem of rules.problems) world.stderr(`${problem}\n`);
    return 1;
  }
  for (const warning of rules.warnings) world.stderr(`warning: ${warning}\n`);
  world.stdout(`${read.origin}: fine, ${rules.count} rules\n`);
  return 0;
}
