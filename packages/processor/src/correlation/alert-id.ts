/** The id of an alert. */
import { createHmac } from 'node:crypto';

/** What makes an alert one and the same. */
export interface AlertIdentity {
  readonly ruleId: string;
  /** Group-by values, in the rule's order. */
  readonly entity: readonly string[];
  /** Which time round: an attack that pauses and comes back is told again. */
  readonly episode: string;
}

/**
 * 32 hex digits, equal for equal identities: what is decided twice is told once. Keyed, so that an id
 * gives away nothing of who it is about.
 */
export function alertId(key: Uint8Array, { ruleId, entity, episode }: AlertIdentity): string {
  const text = JSON.stringify([ruleId, entity, episode]);
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 32);
}
