/** Sends one alert of nothing through a channel, so that somebody sees where alerts would arrive. */
import { randomBytes } from 'node:crypto';
import type { ChannelNeeds } from '../alerts/channel.ts';
import { shownAlert } from '../alerts/shown-alert.ts';
import type { Config } from '../config/shape.ts';
import type { Alert } from '../model/alert.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { Delivery } from '../pipeline/delivery.ts';
import { noCounters } from '../pipeline/counters.ts';
import type { Intake } from '../pipeline/intake.ts';
import { silentLogger } from '../pipeline/logger.ts';
import { createBackends } from './create-exporters.ts';
import { createMasking } from './create-stages.ts';
import { SERVICE_NAME } from './foundation.ts';

/** What it takes to send one. */
export type TestAlertWorld = Pick<ChannelNeeds, 'clock' | 'stdout' | 'version'>;

const KEY_BYTES = 32;
const ID_BYTES = 16;

/**
 * One attempt, on and beside a processor that runs: the data folder is not touched. `undefined` where no
 * channel of this name is configured. A channel that is off is tried as well.
 */
export async function sendTestAlert(
  config: Config,
  name: string,
  { clock, stdout, version }: TestAlertWorld,
): Promise<Delivery | undefined> {
  const configured = config.alerts.get(name);
  if (configured === undefined) return undefined;
  const serviceName = config.service_name ?? SERVICE_NAME;
  // A key of this run alone: what is shown of this alert has to be found again nowhere.
  const { policy } = createMasking(config.redact, { key: () => randomBytes(KEY_BYTES) });
  const places = { clock, metrics: noCounters, logger: silentLogger };
  const backends = createBackends(config, places);
  const channel = configured.create({
    clock,
    intake: toBackends(backends),
    serviceName,
    stdout,
    version,
  });
  try {
    return await channel.deliver(shownAlert(testAlert(clock, serviceName), policy));
  } finally {
    channel.close?.();
    for (const { backend } of backends.values()) await backend.close();
  }
}

/** An alert that cannot be taken for a real one. Each has an id of its own, so that none is held for known. */
function testAlert(clock: Clock, serviceName: string): Alert {
  const nowMs = clock.now();
  return {
    id: randomBytes(ID_BYTES).toString('hex'),
    rule: {
      id: 'spanguard-test',
      name: 'spanguard_test',
      title: 'TEST: this is no attack',
      description: 'Sent by "spanguard alerts test" to show that alerts arrive.',
      level: 'informational',
      tags: [],
      action: 'Nothing: somebody tries whether alerts arrive.',
    },
    entity: { kind: 'client', value: '192.0.2.1' },
    count: 1,
    firstMs: nowMs,
    lastMs: nowMs,
    evidence: [],
    services: [serviceName],
  };
}

/** Straight to every backend, where a processor would have the journal in between. */
function toBackends(backends: ReturnType<typeof createBackends>): Intake {
  return async (signal, bytes) => {
    if (backends.size === 0) return { kind: 'failed', message: 'no exporter is configured' };
    for (const [name, { backend }] of backends) {
      const delivery = await backend.send(signal, [bytes]);
      if (delivery.kind === 'accepted') continue;
      const message = `exporters.${name}, ${signal}: ${delivery.reason}`;
      return delivery.kind === 'later' || delivery.kind === 'paused'
        ? { kind: 'unavailable', message, retryAfterMs: 0 }
        : { kind: 'failed', message };
    }
    return { kind: 'accepted' };
  };
}
