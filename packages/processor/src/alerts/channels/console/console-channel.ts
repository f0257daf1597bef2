/** Prints alerts: a paragraph for people, or one OCSF finding a line. */
import { neutralise } from '@spanguard/verdict';
import { z } from 'zod';
import type { Alert } from '../../../model/alert.ts';
import { flag, oneOf } from '../../../options/option-kinds.ts';
import type { Channel } from '../../channel.ts';
import { defineChannel, type DescribedChannel } from '../../define-channel.ts';
import { detectionFinding } from '../../ocsf.ts';

/** Alerts on standard output. */
export const consoleDescription: DescribedChannel = defineChannel({
  type: 'console',
  stability: 'stable',
  isOnByDefault: true,
  config: z.strictObject({
    enabled: flag({ default: true, doc: 'Whether alerts are printed to standard output.' }),
    format: oneOf(['text', 'json'], {
      default: 'text',
      doc: 'A readable paragraph, or one OCSF Detection Finding a line.',
    }),
  }),
  create: ({ format }, { stdout }) => consoleChannel({ format, write: stdout }),
});

/** Longest line printed, in characters: an alert is read by a person. */
const lineCharsMax = 8192;

/** How and where to print. */
export interface ConsoleChannelOptions {
  readonly format: 'text' | 'json';
  readonly write: (text: string) => void;
}

/** A channel that writes to a terminal or a pipe. */
export function consoleChannel({ format, write }: ConsoleChannelOptions): Channel {
  const render = format === 'json' ? jsonLine : paragraph;
  return {
    deliver: (alert) => {
      write(render(alert));
      return Promise.resolve({ kind: 'accepted', rejectedItems: 0 });
    },
  };
}

function jsonLine(alert: Alert): string {
  return `${JSON.stringify(detectionFinding(alert))}\n`;
}

function paragraph(alert: Alert): string {
  const { rule, entity } = alert;
  const distinct = alert.distinctCount === undefined ? '' : `, ${alert.distinctCount} distinct`;
  const span = `${new Date(alert.firstMs).toISOString()} to ${new Date(alert.lastMs).toISOString()}`;
  const lines = [
    `ALERT ${rule.level.toUpperCase()} ${rule.title} (${rule.name})`,
    `  who       ${entity.kind} ${entity.value}`,
    `  how many  ${alert.count} events${distinct}`,
    `  when      ${span}`,
    `  where     ${alert.services.join(', ')}`,
    `  evidence  ${alert.evidence.map(({ traceId }) => traceId).join(' ')}`,
    `  to do     ${rule.action}`,
    `  id        ${alert.id}`,
  ];
  return `${lines.map((line) => neutralise(line, lineCharsMax)).join('\n')}\n\n`;
}
