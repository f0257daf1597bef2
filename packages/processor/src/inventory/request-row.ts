/** What the inventory reads of a row of facts: columns found once, values read where they are asked for. */
import {
  ATTR_HTTP_REQUEST_BODY_SIZE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_BODY_SIZE,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_RPC_METHOD,
  ATTR_RPC_SYSTEM,
  ATTR_SECURITY_API_KEY_ID,
  ATTR_SECURITY_AUTHN_METHOD,
  ATTR_SECURITY_AUTHN_OUTCOME,
  ATTR_SECURITY_POSTURE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVICE_NAME,
  ATTR_SESSION_ID,
  ATTR_TLS_PROTOCOL_VERSION,
  ATTR_URL_PATH,
  ATTR_URL_QUERY,
  ATTR_USER_ID,
  ATTR_CLIENT_PREFIX,
  FIELD_DURATION_MS,
  FIELD_EVENT,
  FIELD_SECURITY_CREDENTIALS_SEEN,
  FIELD_SECURITY_DATA_REQUEST,
  FIELD_SECURITY_DATA_RESPONSE,
  FIELD_SECURITY_RESPONSE_CORS_ANY,
  FIELD_SECURITY_RESPONSE_HSTS,
  FIELD_TLS_ESTABLISHED,
} from '@spanguard/conventions';
import type { EvidenceTrace } from '../model/alert.ts';
import type { DistinctCount } from '../model/sketches/distinct-count.ts';
import type { FactBatch } from '../model/facts/fact-batch.ts';
import { flagColumn, numberColumn, textColumn } from '../model/facts/fact-slots.ts';
import { FINGERPRINT_BYTES, TEXT_KIND } from '../model/facts/fact-texts.ts';

const TEXTS = {
  event: textColumn(FIELD_EVENT),
  service: textColumn(ATTR_SERVICE_NAME),
  method: textColumn(ATTR_HTTP_REQUEST_METHOD),
  route: textColumn(ATTR_HTTP_ROUTE),
  path: textColumn(ATTR_URL_PATH),
  query: textColumn(ATTR_URL_QUERY),
  host: textColumn(ATTR_SERVER_ADDRESS),
  tlsVersion: textColumn(ATTR_TLS_PROTOCOL_VERSION),
  client: textColumn(ATTR_CLIENT_PREFIX),
  user: textColumn(ATTR_USER_ID),
  session: textColumn(ATTR_SESSION_ID),
  apiKey: textColumn(ATTR_SECURITY_API_KEY_ID),
  authnOutcome: textColumn(ATTR_SECURITY_AUTHN_OUTCOME),
  authnMethod: textColumn(ATTR_SECURITY_AUTHN_METHOD),
  dataIn: textColumn(FIELD_SECURITY_DATA_REQUEST),
  dataOut: textColumn(FIELD_SECURITY_DATA_RESPONSE),
  posture: textColumn(ATTR_SECURITY_POSTURE),
  rpcSystem: textColumn(ATTR_RPC_SYSTEM),
  rpcMethod: textColumn(ATTR_RPC_METHOD),
} as const;
const NUMBERS = {
  status: numberColumn(ATTR_HTTP_RESPONSE_STATUS_CODE),
  durationMs: numberColumn(FIELD_DURATION_MS),
  bytesIn: numberColumn(ATTR_HTTP_REQUEST_BODY_SIZE),
  bytesOut: numberColumn(ATTR_HTTP_RESPONSE_BODY_SIZE),
} as const;
const FLAGS = {
  tls: flagColumn(FIELD_TLS_ESTABLISHED),
  credentials: flagColumn(FIELD_SECURITY_CREDENTIALS_SEEN),
  hsts: flagColumn(FIELD_SECURITY_RESPONSE_HSTS),
  corsAny: flagColumn(FIELD_SECURITY_RESPONSE_CORS_ANY),
} as const;

/** One row after the other. */
export class RequestRow {
  row = 0;
  readonly #facts: FactBatch;

  constructor(facts: FactBatch) {
    this.#facts = facts;
  }

  /** Number of a text; 0 where it is absent. */
  id(name: keyof typeof TEXTS): number {
    return this.#facts.textColumns[TEXTS[name]]?.[this.row] ?? 0;
  }

  /** Empty where it is absent. */
  text(name: keyof typeof TEXTS): string {
    const id = this.id(name);
    return id === 0 ? '' : this.#facts.texts.textOf(id);
  }

  /** The texts of a list. */
  list(name: 'dataIn' | 'dataOut' | 'posture'): readonly string[] {
    const id = this.id(name);
    if (id === 0) return NOTHING;
    const { texts } = this.#facts;
    return texts.partsOf(id)?.map((part) => texts.textOf(part)) ?? [texts.textOf(id)];
  }

  /** NaN where it is absent. */
  number(name: keyof typeof NUMBERS): number {
    return this.#facts.numberColumns[NUMBERS[name]]?.[this.row] ?? Number.NaN;
  }

  /** One of `FLAG`. */
  flag(name: keyof typeof FLAGS): number {
    return this.#facts.flagColumns[FLAGS[name]]?.[this.row] ?? 0;
  }

  get timeMs(): number {
    return this.#facts.timeMs[this.row] ?? 0;
  }

  get weight(): number {
    return this.#facts.weight[this.row] ?? 1;
  }

  get trace(): EvidenceTrace {
    const { traceId, spanId } = this.#facts.refOf(this.row);
    return { traceId, spanId };
  }

  /** Adds who it is about, where that has a fingerprint. */
  addTo(count: DistinctCount, name: 'client' | 'user'): void {
    const id = this.id(name);
    const { texts } = this.#facts;
    if (id === 0 || texts.kind[id] !== TEXT_KIND.entity) return;
    count.add(texts.bytes, (texts.start[id] ?? 0) - FINGERPRINT_BYTES);
  }
}

const NOTHING: readonly string[] = [];
