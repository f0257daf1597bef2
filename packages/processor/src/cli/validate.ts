/** `spanguard validate`: says all that is wrong with a configuration and the rules it names, as `run` does. */
import { formatConfigProblem } from '../config/load-config.ts';
import { formatProblem } from '../config/problem.ts';
import { systemClock } from '../pipeline/clock.ts';
import { checkConfig } from '../service/check-config.ts';
import { machineAddresses } from '../service/own-address.ts';
import { type ConfigRequest, readConfig } from './read-config.ts';

/** What the command works with. */
export interface ValidateWorld extends ConfigRequest {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

/** Exit code 0 where nothing is wrong, 1 otherwise. Starts and writes nothing. */
export async function validateConfig(world: ValidateWorld): Promise<number> {
  const read = readConfig(world);
  if (!read.ok) {
    for (const problem of read.problems) world.stderr(`${formatConfigProblem(problem)}\n`);
    return 1;
  }
  const checked = await checkConfig(read.config, {
    clock: systemClock,
    addresses: machineAddresses,
  });
  if (!checked.ok) {
    for (const problem of checked.problems) {
      world.stderr(`${formatProblem(problem, read.placeOf)}\n`);
    }
    return 1;
  }
  for (const warning of checked.warnings) world.stderr(`warning: ${warning}\n`);
  world.stdout(`${read.origin}: fine, ${checked.ruleCount} rules\n`);
  return 0;
}
