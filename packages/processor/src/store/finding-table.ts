/** Findings in the store, and what people decided to live with. */
import { ALERT_LEVELS, type EvidenceTrace } from '../model/alert.ts';
import type { Cause, Finding, Ignored } from '../model/finding.ts';
import { type Database, numberIn, numberOrNoneIn, type SqlRow, textIn } from './database.ts';

/** An open finding, as whoever opens and closes them has to know it. */
export interface OpenFinding {
  readonly endpoint: number;
  readonly kind: string;
}

const READ = `
  SELECT finding.*, ignored.reason, ignored.since_ms, ignored.until_ms
  FROM finding LEFT JOIN ignored ON ignored.finding = finding.id
`;
const OPEN = `
  INSERT INTO finding (id, endpoint, kind, level, count, first_ms, last_ms, opened_ms, openings, evidence)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?)
  ON CONFLICT (id) DO UPDATE SET
    level = excluded.level, count = excluded.count, first_ms = excluded.first_ms,
    last_ms = excluded.last_ms, evidence = excluded.evidence,
    openings = openings + (closed_ms IS NOT NULL),
    opened_ms = iif(closed_ms IS NULL, opened_ms, excluded.opened_ms), closed_ms = NULL
`;

/** See the head of this file. */
export class FindingTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Opens a finding, again where it was closed; one that is open is brought up to date. */
  open(endpoint: number, { kind, level, count, firstMs, lastMs, evidence }: Cause): void {
    this.#database.run(
      OPEN,
      ...[idOf(endpoint, kind), endpoint, kind, level, count, firstMs, lastMs, lastMs],
      JSON.stringify(evidence),
    );
  }

  close({ endpoint, kind }: OpenFinding, closedMs: number): void {
    this.#database.run(
      'UPDATE finding SET closed_ms = ? WHERE id = ? AND closed_ms IS NULL',
      closedMs,
      idOf(endpoint, kind),
    );
  }

  /** Those that are open, ignored or not. */
  openOnes(): readonly OpenFinding[] {
    return this.#database
      .all('SELECT endpoint, kind FROM finding WHERE closed_ms IS NULL')
      .map((row) => ({ endpoint: numberIn(row, 'endpoint'), kind: textIn(row, 'kind') }));
  }

  /** All there ever were of endpoints that are still there, the worst first. */
  list(): readonly Finding[] {
    return this.#database
      .all(READ)
      .map(findingOf)
      .toSorted((one, other) => severity(other) - severity(one) || other.lastMs - one.lastMs);
  }

  read(id: string): Finding | undefined {
    const [row] = this.#database.all(`${READ} WHERE finding.id = ?`, id);
    return row === undefined ? undefined : findingOf(row);
  }

  /** False where there is no such finding. */
  ignore(id: string, { reason, sinceMs, untilMs }: Ignored): boolean {
    if (this.read(id) === undefined) return false;
    this.#database.run(
      `INSERT INTO ignored (finding, reason, since_ms, until_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (finding) DO UPDATE SET
         reason = excluded.reason, since_ms = excluded.since_ms, until_ms = excluded.until_ms`,
      ...[id, reason, sinceMs, untilMs ?? null],
    );
    return true;
  }
}

function idOf(endpoint: number, kind: string): string {
  return `${kind}-${endpoint}`;
}

function severity({ level }: Finding): number {
  return ALERT_LEVELS.indexOf(level);
}

function findingOf(row: SqlRow): Finding {
  const reason = row['reason'];
  const ignored =
    typeof reason === 'string'
      ? {
          ...{ reason, sinceMs: numberIn(row, 'since_ms') },
          untilMs: numberOrNoneIn(row, 'until_ms'),
        }
      : undefined;
  return {
    ...{ id: textIn(row, 'id'), endpoint: numberIn(row, 'endpoint'), kind: textIn(row, 'kind') },
    level: ALERT_LEVELS.find((level) => level === row['level']) ?? 'medium',
    ...{ count: numberIn(row, 'count'), openings: numberIn(row, 'openings'), ignored },
    ...{ firstMs: numberIn(row, 'first_ms'), lastMs: numberIn(row, 'last_ms') },
    ...{ openedMs: numberIn(row, 'opened_ms'), closedMs: numberOrNoneIn(row, 'closed_ms') },
    evidence: evidenceIn(textIn(row, 'evidence')),
  };
}

function evidenceIn(json: string): readonly EvidenceTrace[] {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? (value as unknown[]).filter(isTrace) : [];
  } catch {
    return [];
  }
}

function isTrace(value: unknown): value is EvidenceTrace {
  if (typeof value !== 'object' || value === null) return false;
  const { traceId, spanId } = value as Partial<Record<keyof EvidenceTrace, unknown>>;
  return typeof traceId === 'string' && typeof spanId === 'string';
}
