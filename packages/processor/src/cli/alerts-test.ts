/** `spanguard alerts test`: does an alert arrive? */
import { neutralise } from '@spanguard/verdict';
import { formatConfigProblem } from '../config/load-config.ts';
import { systemClock } from '../pipeline/clock.ts';
import type { Delivery } from '../pipeline/delivery.ts';
import { sendTestAlert } from '../service/send-test-alert.ts';
import { type ConfigRequest, readConfig } from './read-config.ts';
import { version } from './version.ts';

/** What the command works with. */
export interface AlertsTestWorld extends ConfigRequest {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Name of a channel; left out, the channels are listed and nothing is sent. */
  readonly channel: string | undefined;
}

const NAME_CHARACTERS_MAX = 128;

/** Exit code 0 where the alert is taken, or the list is printed; 1 otherwise. */
export async function testAlerts(world: AlertsTestWorld): Promise<number> {
  const read = readConfig(world);
  if (!read.ok) {
    for (const problem of read.problems) world.stderr(`${formatConfigProblem(problem)}\n`);
    return 1;
  }
  const { alerts } = read.config;
  const { channel, stdout, stderr } = world;
  if (channel === undefined) {
    for (const [name, { isEnabled }] of alerts) stdout(`${name}${isEnabled ? '' : '  off'}\n`);
    return 0;
  }
  const configured = alerts.get(channel);
  const delivery = await sendTestAlert(read.config, channel, {
    clock: systemClock,
    stdout,
    version: version(),
  });
  if (configured === undefined || delivery === undefined) {
    const names = [...alerts.keys()].join(', ');
    stderr(`no channel "${shownName(channel)}" is configured; there are: ${names}\n`);
    return 1;
  }
  const off = configured.isEnabled ? '' : ' It is off: switch it on with enabled: true.';
  const said = `${channel}: ${sentence(delivery)}${off}\n`;
  if (delivery.kind === 'accepted') stdout(said);
  else stderr(said);
  return delivery.kind === 'accepted' ? 0 : 1;
}

function sentence(delivery: Delivery): string {
  switch (delivery.kind) {
    case 'accepted':
      return `the test alert is taken${delivery.message === undefined ? '' : `, but ${delivery.message}`}.`;
    case 'later':
      return `not taken for now: ${delivery.reason}. An alert would be tried again.`;
    case 'paused':
      return `refuses us: ${delivery.reason}. Alerts would be kept until it takes them; check address and credentials.`;
    case 'too_large':
    case 'never':
      return `refuses the alert: ${delivery.reason}. It would become a dead letter.`;
  }
}

function shownName(name: string): string {
  return neutralise(name, NAME_CHARACTERS_MAX);
}
