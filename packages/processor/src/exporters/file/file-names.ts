/** Names of the files: signal and time of the first line, so that they sort by age. Others are not ours. */
import { SIGNALS, type Signal } from '../../model/signal.ts';

/** What the name of a file says. */
export interface LineFileName {
  readonly signal: Signal;
  /** Wall time, ms. */
  readonly startedMs: number;
  /** It is compressed, and not written to any more. */
  readonly isPacked: boolean;
}

const NAME = /^([a-z]+)-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\.(\d{3})Z\.jsonl(\.gz)?$/;
const PACKED_ENDING = '.gz';

/** `traces-20260102T030405.006Z.jsonl`, and `.gz` behind it where it is compressed. */
export function lineFileName({ signal, startedMs, isPacked }: LineFileName): string {
  const at = new Date(startedMs).toISOString().replaceAll(/[-:]/g, '');
  return `${signal}-${at}.jsonl${isPacked ? PACKED_ENDING : ''}`;
}

/** Undefined for a name that we did not give. */
export function parseLineFileName(name: string): LineFileName | undefined {
  const [, written, year, month, day, hour, minute, second, ms, packed] = NAME.exec(name) ?? [];
  const signal = SIGNALS.find((one) => one === written);
  const startedMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
  if (signal === undefined || Number.isNaN(startedMs)) return undefined;
  return { signal, startedMs, isPacked: packed === PACKED_ENDING };
}
