/** An alert as bytes in the outbox. */
import { type Alert, ALERT_LEVELS } from './alert.ts';

/** UTF-8 JSON of an alert. */
export function encodeAlert(alert: Alert): Uint8Array {
  return Buffer.from(JSON.stringify(alert));
}

/** An alert of {@link encodeAlert}; undefined where the bytes hold none. */
export function decodeAlert(bytes: Uint8Array): Alert | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
  } catch {
    return undefined;
  }
  return isAlert(value) ? value : undefined;
}

function isAlert(value: unknown): value is Alert {
  if (typeof value !== 'object' || value === null) return false;
  if (!('id' in value && 'rule' in value && 'entity' in value && 'evidence' in value)) return false;
  const { rule } = value;
  if (typeof rule !== 'object' || rule === null || !('level' in rule)) return false;
  return ALERT_LEVELS.some((level) => level === rule.level) && Array.isArray(value.evidence);
}
