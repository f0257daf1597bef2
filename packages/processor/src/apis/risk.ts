/**
 * How much an endpoint may cost: who reaches it, what it holds, what is wrong with it, who attacks it.
 * Explained.
 */
import { ALERT_LEVELS } from '../model/alert.ts';
import type { Endpoint } from '../model/endpoint/endpoint.ts';

/** A score from 0 to 100, and the sentences that make it. */
export interface Risk {
  readonly score: number;
  readonly reasons: readonly string[];
}

/** What of a finding counts. */
export interface RiskyFinding {
  readonly level: string;
  readonly title: string;
}

const HELD_MAX = 40;
const FINDINGS_MAX = 45;
const ATTACKS_MAX = 15;
const POINTS_OF_LEVEL: Readonly<Record<(typeof ALERT_LEVELS)[number], number>> = {
  ...{ informational: 1, low: 4, medium: 12, high: 25, critical: 40 },
};
/** Kinds of data that identify a person, and no more. */
const PERSONAL: ReadonlySet<string> = new Set(['email', 'phone', 'ip']);
const WRITES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Exposure times sensitivity, then findings, then attacks; each part is bounded. */
export function riskOf(endpoint: Endpoint, open: readonly RiskyFinding[]): Risk {
  const exposure = exposureOf(endpoint);
  const sensitivity = sensitivityOf(endpoint);
  const ofFindings = open.map(({ level, title }) => {
    const known = ALERT_LEVELS.find((each) => each === level) ?? 'medium';
    return { points: POINTS_OF_LEVEL[known], reason: `${known}: ${title}` };
  });
  const attacked = endpoint.signs.count('attacked');
  const parts = [
    Math.round(HELD_MAX * exposure.factor * sensitivity.factor),
    Math.min(
      FINDINGS_MAX,
      ofFindings.reduce((sum, { points }) => sum + points, 0),
    ),
    Math.min(ATTACKS_MAX, Math.round(5 * Math.log10(1 + attacked))),
  ];
  const score = parts.reduce((sum, part) => sum + part, 0);
  const reasons = [
    `${exposure.reason} and ${sensitivity.reason} (${parts[0]})`,
    ...ofFindings.map(({ reason, points }) => `${reason} (${points})`),
    ...(attacked > 0
      ? [`${Math.round(attacked)} requests with signs of attack (${parts[2]})`]
      : []),
  ];
  return { score, reasons };
}

interface Factor {
  readonly factor: number;
  readonly reason: string;
}

function exposureOf({ signs }: Endpoint): Factor {
  if (signs.count('answered_anonymous') > 0) return { factor: 1, reason: 'Anybody is answered' };
  if (signs.count('answered_identified') > 0) {
    return { factor: 0.5, reason: 'Only requests with credentials are answered' };
  }
  return { factor: 0.2, reason: 'Nobody was answered well yet' };
}

function sensitivityOf({ dataIn, dataOut, signs, key }: Endpoint): Factor {
  const kinds = [...new Set([...dataOut.names(), ...dataIn.names()])];
  const secret = kinds.filter((name) => !PERSONAL.has(name));
  if (secret.length > 0) return { factor: 1, reason: `it carries ${secret.join(', ')}` };
  if (signs.count('login_failed') + signs.count('login_succeeded') > 0) {
    return { factor: 0.8, reason: 'users log in here' };
  }
  if (kinds.length > 0) return { factor: 0.6, reason: `it carries ${kinds.join(', ')}` };
  if (WRITES.has(key.method)) return { factor: 0.4, reason: 'it changes something' };
  return { factor: 0.2, reason: 'no sensitive data was seen' };
}
