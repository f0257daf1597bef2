/** An alert as lines that a person reads, the same wherever it is plain text. */
import { neutralise } from '@spanguard/verdict';
import type { Alert } from '../model/alert.ts';

/** Longest line, in characters. */
const LINE_CHARACTERS_MAX = 8192;

/** The paragraph: no text of an alert can forge one of its lines. */
export function alertLines(alert: Alert): string[] {
  const { rule, entity } = alert;
  const lines = [
    `ALERT ${rule.level.toUpperCase()} ${rule.title} (${rule.name})`,
    `  who       ${entity.kind} ${entity.value}`,
    `  how many  ${howMany(alert)}`,
    `  when      ${when(alert)}`,
    `  where     ${alert.services.join(', ')}`,
    `  evidence  ${alert.evidence.map(({ traceId }) => traceId).join(' ')}`,
    `  to do     ${rule.action}`,
    `  id        ${alert.id}`,
  ];
  return lines.map((line) => neutralise(line, LINE_CHARACTERS_MAX));
}

/** `10 events, 3 distinct`. */
export function howMany({ count, distinctCount }: Alert): string {
  return `${count} events${distinctCount === undefined ? '' : `, ${distinctCount} distinct`}`;
}

/** First to last event, in UTC. */
export function when({ firstMs, lastMs }: Alert): string {
  return `${new Date(firstMs).toISOString()} to ${new Date(lastMs).toISOString()}`;
}
