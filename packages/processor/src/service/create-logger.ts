/** The processor's log: one JSON line per happening, on standard error. */
import { pino } from 'pino';
import type { Logger } from '../pipeline/logger.ts';

/** Which lines, and where to. */
export interface LoggerOptions {
  readonly level: 'info' | 'warn' | 'error';
  readonly write: (line: string) => void;
}

/** A pino logger. Fields are counts, names and reasons, never payload. */
export function createLogger({ level, write }: LoggerOptions): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write });
}
