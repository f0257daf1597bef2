/** What one request adds to its endpoint. */
import {
  EVENT_AUTHN_LOGIN_FAIL,
  EVENT_AUTHN_LOGIN_SUCCESS,
  EVENT_AUTHN_LOGIN_SUCCESSAFTERFAIL,
  EVENT_EXCESS_RATE_LIMIT_EXCEEDED,
  EVENT_INPUT_VALIDATION_FAIL,
} from '@spanguard/conventions';
import type { Endpoint } from '../model/endpoint/endpoint.ts';
import type { SignName } from '../model/endpoint/signs.ts';
import { FLAG } from '../model/facts/fact-batch.ts';
import { looksLikeValue } from './path-segments.ts';
import type { RequestRow } from './request-row.ts';

/** Found in answers that are meant for everybody. */
const PUBLIC_DATA: ReadonlySet<string> = new Set(['email', 'phone', 'ip', 'url_userinfo']);
const WRITES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const OLD_TLS: ReadonlySet<string> = new Set(['1.0', '1.1', 'TLSv1', 'TLSv1.0', 'TLSv1.1']);
/** Names of query parameters that hold what nobody should see. */
const SECRET_PARAMETER =
  /^(?:api[-_]?key|access[-_]?token|auth(?:[-_]?token)?|token|jwt|secret|client[-_]?secret|pass(?:word|wd)?|pwd|session(?:[-_]?id)?|sid)$/i;
const ATTACK = 'security.malicious_';
const PARAMETERS_READ_MAX = 16;
const PARAMETER_CHARACTERS_MAX = 64;
/** Names judged before: nearly all come again. */
const PARAMETERS_KNOWN_MAX = 4096;
/** What nobody outside can reach is no place that has to be encrypted by itself. */
const INNER_HOST =
  /^(?:localhost|127\..*|10\..*|192\.168\..*|172\.(?:1[6-9]|2\d|3[01])\..*|\[?(?:::1|f[cd].*)\]?|[^.]*|.*\.(?:local|internal|svc|cluster\.local|test|localhost))$/i;

/** Words of the posture that are wrong whatever the answer was: errors show most. */
const SIGN_OF_WORD: ReadonlyMap<string, SignName> = new Map([
  ['cookie_insecure', 'cookie_insecure'],
  ['cookie_scriptable', 'cookie_scriptable'],
  ['cookie_cross_site', 'cookie_cross_site'],
  ['stack_trace', 'stack_trace'],
  ['database_error', 'database_error'],
]);

/** What is told of events. */
const SIGN_OF_EVENT: ReadonlyMap<string, SignName> = new Map([
  [EVENT_AUTHN_LOGIN_FAIL, 'login_failed'],
  [EVENT_AUTHN_LOGIN_SUCCESS, 'login_succeeded'],
  [EVENT_AUTHN_LOGIN_SUCCESSAFTERFAIL, 'login_succeeded'],
  [EVENT_EXCESS_RATE_LIMIT_EXCEEDED, 'rate_limited'],
  [EVENT_INPUT_VALIDATION_FAIL, 'input_refused'],
]);

/** Adds requests and events; gives how many names there was no room for. */
export class RequestObserver {
  #clipped = 0;
  readonly #parameters = new Map<string, ParameterKind>();

  /** Names left out since the last call. */
  takeClipped(): number {
    const clipped = this.#clipped;
    this.#clipped = 0;
    return clipped;
  }

  request(endpoint: Endpoint, row: RequestRow): void {
    const { weight, timeMs } = row;
    const status = row.number('status');
    const isAnswered = status >= 200 && status < 400;
    endpoint.requests += weight;
    if (timeMs < endpoint.firstMs) endpoint.firstMs = timeMs;
    if (timeMs > endpoint.lastMs) endpoint.lastMs = timeMs;
    if (!Number.isNaN(status)) this.#note(endpoint.statuses.add(String(status), weight));
    const durationMs = row.number('durationMs');
    if (durationMs >= 0) endpoint.latency.add(durationMs, weight);
    const [bytesIn, bytesOut] = [row.number('bytesIn'), row.number('bytesOut')];
    if (bytesIn > 0) endpoint.bytesIn += bytesIn * weight;
    if (bytesOut > 0) endpoint.bytesOut += bytesOut * weight;
    row.addTo(endpoint.clients, 'client');
    row.addTo(endpoint.users, 'user');
    for (const name of row.list('dataIn')) this.#note(endpoint.dataIn.add(name, weight));
    for (const name of row.list('dataOut')) this.#note(endpoint.dataOut.add(name, weight));
    // Whatever was refused may have been made up.
    if (isAnswered) this.#answered(endpoint, row);
    this.#transport(endpoint, row, isAnswered);
    if (row.id('posture') !== 0) told(endpoint, row, isAnswered);
    this.#authentication(endpoint, row, status);
    if (status === 429) sign(endpoint, row, 'rate_limited');
    if (status === 400 || status === 422) sign(endpoint, row, 'input_refused');
    if (isAnswered && WRITES.has(endpoint.key.method)) sign(endpoint, row, 'write_answered');
  }

  event(endpoint: Endpoint, row: RequestRow): void {
    const event = row.text('event');
    this.#note(endpoint.events.add(event, row.weight));
    const shown = SIGN_OF_EVENT.get(event);
    if (shown !== undefined) sign(endpoint, row, shown);
    else if (event.startsWith(ATTACK)) sign(endpoint, row, 'attacked');
  }

  #answered(endpoint: Endpoint, row: RequestRow): void {
    if (row.id('host') !== 0) this.#note(endpoint.hosts.add(row.text('host'), row.weight));
    if (row.id('query') === 0) return;
    const query = row.text('query');
    let isSecretSent = false;
    for (let start = 0, read = 0; start < query.length && read < PARAMETERS_READ_MAX; read += 1) {
      const next = query.indexOf('&', start);
      const end = next < 0 ? query.length : next;
      const equals = query.indexOf('=', start);
      const hasValue = equals >= 0 && equals + 1 < end;
      const name = query.slice(start, equals >= 0 && equals < end ? equals : end);
      start = end + 1;
      const kind = this.#kindOf(name);
      if (kind === 'secret' && hasValue) isSecretSent = true;
      if (kind !== 'no_name') this.#note(endpoint.parameters.add(name, row.weight));
    }
    if (isSecretSent) sign(endpoint, row, 'secret_in_url');
  }

  /** What a parameter is by its name. */
  #kindOf(name: string): ParameterKind {
    const known = this.#parameters.get(name);
    if (known !== undefined) return known;
    const kind = kindOfParameter(name);
    if (this.#parameters.size >= PARAMETERS_KNOWN_MAX) this.#parameters.clear();
    this.#parameters.set(name, kind);
    return kind;
  }

  #transport(endpoint: Endpoint, row: RequestRow, isAnswered: boolean): void {
    const tls = row.flag('tls');
    if (row.id('rpcSystem') !== 0) {
      this.#note(endpoint.protocols.add(row.text('rpcSystem'), row.weight));
    } else if (tls !== FLAG.absent) {
      endpoint.protocols.add(tls === FLAG.yes ? 'https' : 'http', row.weight);
    }
    if (row.id('tlsVersion') !== 0 && OLD_TLS.has(row.text('tlsVersion'))) {
      sign(endpoint, row, 'old_tls');
    }
    if (!isAnswered) return;
    if (tls === FLAG.no && row.id('host') !== 0 && !INNER_HOST.test(row.text('host'))) {
      sign(endpoint, row, 'plain_http');
    }
    if (row.flag('hsts') === FLAG.no) sign(endpoint, row, 'hsts_off');
    if (row.flag('corsAny') === FLAG.yes) {
      sign(endpoint, row, 'cors_any');
      if (row.flag('credentials') === FLAG.yes) sign(endpoint, row, 'cors_any_identified');
    }
  }

  #authentication(endpoint: Endpoint, row: RequestRow, status: number): void {
    const hasCredentials = row.flag('credentials') === FLAG.yes || row.id('session') !== 0;
    const kind = hasCredentials ? kindOfCredentials(row) : 'none';
    this.#note(endpoint.authentication.add(kind, row.weight));
    if (kind === 'basic') sign(endpoint, row, 'basic_authentication');
    if (status >= 200 && status < 300) {
      sign(endpoint, row, hasCredentials ? 'answered_identified' : 'answered_anonymous');
      const isSensitive =
        !hasCredentials && row.list('dataOut').some((name) => !PUBLIC_DATA.has(name));
      if (isSensitive) sign(endpoint, row, 'sensitive_anonymous');
    } else if (!hasCredentials && (status === 401 || status === 403)) {
      sign(endpoint, row, 'refused_anonymous');
    }
  }

  #note(isKept: boolean): void {
    if (!isKept) this.#clipped += 1;
  }
}

type ParameterKind = 'plain' | 'secret' | 'no_name';

function kindOfParameter(name: string): ParameterKind {
  if (name === '' || name.length > PARAMETER_CHARACTERS_MAX) return 'no_name';
  if (SECRET_PARAMETER.test(name)) return 'secret';
  return looksLikeValue(name) ? 'no_name' : 'plain';
}

function kindOfCredentials(row: RequestRow): string {
  if (row.id('authnMethod') !== 0) return row.text('authnMethod');
  if (row.id('apiKey') !== 0) return 'api_key';
  return row.id('session') === 0 ? 'credentials' : 'session';
}

/** What a sender that tells the posture of its answers has told. */
function told(endpoint: Endpoint, row: RequestRow, isAnswered: boolean): void {
  const words = row.list('posture');
  for (const word of words) {
    const shown = SIGN_OF_WORD.get(word);
    if (shown !== undefined) sign(endpoint, row, shown);
  }
  const isOutside = row.id('host') !== 0 && !INNER_HOST.test(row.text('host'));
  // The header itself may say that it is switched off, which is another finding.
  const isOff = row.flag('hsts') !== FLAG.absent;
  if (isAnswered && isOutside && !isOff && row.flag('tls') === FLAG.yes) {
    if (!words.includes('hsts')) sign(endpoint, row, 'hsts_missing');
  }
}

function sign(endpoint: Endpoint, row: RequestRow, name: SignName): void {
  endpoint.signs.add(name, row);
}
