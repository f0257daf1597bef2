/** Says once that telemetry does not arrive, where, why, and what to do. */
import type { ExportFailure } from './export-requests.ts';

const REMEDIES: ReadonlyMap<string | number, string> = new Map([
  [401, 'set the token it wants in OTEL_EXPORTER_OTLP_HEADERS'],
  [403, 'set a token it lets in, in OTEL_EXPORTER_OTLP_HEADERS'],
  [404, 'no OTLP/HTTP is received there; correct OTEL_EXPORTER_OTLP_ENDPOINT'],
  [413, 'raise the limit of request bodies there'],
]);
const REMEDY_UNREACHABLE = 'start the processor there, or set OTEL_EXPORTER_OTLP_ENDPOINT';
const REMEDY_REFUSED = 'look at the log of what answers there';

/** Answers that a backend gives while it is busy: the export is tried again. */
const BUSY: ReadonlySet<string | number> = new Set([429, 502, 503, 504]);

/** One line a process: a backend that is away would otherwise fill the application's log. */
export class Undelivered {
  readonly #write: (text: string) => unknown;
  #isTold = false;

  constructor(write: (text: string) => unknown) {
    this.#write = write;
  }

  /** Takes note of one failed attempt. */
  failed({ url, reason }: ExportFailure): void {
    if (this.#isTold || BUSY.has(reason)) return;
    this.#isTold = true;
    const isAnswer = typeof reason === 'number';
    const found = isAnswer ? `answers ${reason}` : `cannot be reached (${reason})`;
    const remedy = REMEDIES.get(reason) ?? (isAnswer ? REMEDY_REFUSED : REMEDY_UNREACHABLE);
    this.#write(
      `spanguard: telemetry is not delivered: ${shown(url)} ${found}; ${remedy}; this is said once\n`,
    );
  }
}

/** Whether an error that upstream reports is an export that failed: those are told by `Undelivered`. */
export function isExportFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'OTLPExporterError' || 'code' in error || /\bexport\b/.test(error.message);
}

/** Without credentials and query: both may hold secrets. */
function shown(url: string): string {
  if (!URL.canParse(url)) return 'the endpoint';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
