/** `spanguard validate`: says all that is wrong with a configuration and the rules it names. */
import { formatConfigProblem } from '../config/load-config.ts';
import { systemClock } from '../pipeline/clock.ts';
import { loadRules } from '../service/load-rules.ts';
import { machineAddresses, ownEndpoints } from '../service/own-address.ts';
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
  const { correlate, exporters, receivers } = read.config;
  const rules = loadRules(correlate);
  const loops = await ownEndpoints(exporters, receivers.otlp_http.endpoint, {
    addresses: machineAddresses,
    clock: systemClock,
  });
  if (!rules.ok || loops.length > 0) {
    const problems = [...loops, ...(rules.ok ? [] : rules.problems)];
    for (const problem of problems) world.stderr(`${problem}\n`);
    return 1;
  }
  for (const warning of rules.warnings) world.stderr(`warning: ${warning}\n`);
  world.stdout(`${read.origin}: fine, ${rules.count} rules\n`);
  return 0;
}
