/** Prints alerts: a paragraph for people, or one OCSF finding a line. */
import { z } from 'zod';
import type { Alert } from '../../../model/alert.ts';
import { flag, oneOf } from '../../../options/option-kinds.ts';
import { alertLines } from '../../alert-text.ts';
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
  return `${alertLines(alert).join('\n')}\n\n`;
}
