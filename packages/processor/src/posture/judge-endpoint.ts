/**
 * What is wrong with an endpoint, by what its requests have shown. Pure: the same endpoint, the same
 * causes.
 */
import type { Endpoint } from '../model/endpoint/endpoint.ts';
import type { Sign, SignName } from '../model/endpoint/signs.ts';
import type { Cause } from '../model/finding.ts';
import { FINDING_KINDS, type FindingKindName } from './finding-kinds.ts';

/** What has to be known besides the endpoint. */
export interface JudgeContext {
  /** Whether its service tells who has credentials at all: else that nobody had any says nothing. */
  readonly tellsCredentials: boolean;
  /** Whether the same endpoint is there in a newer version. */
  readonly hasNewerVersion: boolean;
  /** What was not seen for so long, while requests went on, is no more. */
  readonly closeAfterMs: number;
}

/** Signs of which each, alone, is a finding. */
const BY_THEMSELVES: readonly (readonly [SignName, FindingKindName])[] = [
  ['plain_http', 'plain_http'],
  ['old_tls', 'old_tls'],
  ['basic_authentication', 'basic_authentication'],
  ['secret_in_url', 'secret_in_url'],
  ['hsts_off', 'hsts_off'],
  ['hsts_missing', 'hsts_missing'],
  ['cookie_insecure', 'cookie_insecure'],
  ['cookie_scriptable', 'cookie_scriptable'],
  ['cookie_cross_site', 'cookie_cross_site'],
  ['stack_trace', 'stack_trace'],
  ['database_error', 'database_error'],
];
const FAILED_LOGINS_MIN = 50;
const WRITES_MIN = 200;
/** Of an endpoint that all use with credentials, so few without are told. */
const IDENTIFIED_SHARE = 50;
const DEBUG =
  /^\/(?:.*\/)?(?:actuator(?:\/.*)?|debug(?:\/.*)?|phpinfo(?:\.php)?|server-status|_profiler(?:\/.*)?|heapdump|threaddump|trace\.axd|elmah\.axd|\.env|\.git(?:\/.*)?|swagger-ui(?:\/.*)?|graphiql|h2-console(?:\/.*)?|pprof(?:\/.*)?)$/i;
/** Those that tell nothing but whether all is well. */
const HARMLESS = /\/actuator\/(?:health|info)(?:\/.*)?$/i;

/** All that is wrong now. */
export function judgeEndpoint(endpoint: Endpoint, context: JudgeContext): readonly Cause[] {
  const judge = new Judge(endpoint, context);
  for (const [sign, kind] of BY_THEMSELVES) judge.bySign(kind, sign);
  judge.crossOrigin();
  judge.authentication();
  judge.login();
  if (DEBUG.test(endpoint.key.path) && !HARMLESS.test(endpoint.key.path)) {
    judge.bySign('debug_endpoint', 'answered_anonymous');
  }
  judge.writes();
  if (context.hasNewerVersion) judge.whole('deprecated_version');
  return judge.causes;
}

class Judge {
  readonly causes: Cause[] = [];
  readonly #endpoint: Endpoint;
  readonly #context: JudgeContext;

  constructor(endpoint: Endpoint, context: JudgeContext) {
    this.#endpoint = endpoint;
    this.#context = context;
  }

  /** Where a sign was seen lately. */
  bySign(kind: FindingKindName, name: SignName): void {
    const sign = this.#recent(name);
    if (sign === undefined) return;
    const { count, firstMs, lastMs, traces } = sign;
    this.#add(kind, { count, firstMs, lastMs, evidence: traces });
  }

  /** Of all its requests. */
  whole(kind: FindingKindName): void {
    const { requests: count, firstMs, lastMs, signs } = this.#endpoint;
    const [, sign] = signs.entries()[0] ?? [];
    this.#add(kind, { count, firstMs, lastMs, evidence: sign?.traces ?? [] });
  }

  /** The worse of the two tells the other. */
  crossOrigin(): void {
    if (this.#recent('cors_any_identified') === undefined) this.bySign('cors_any', 'cors_any');
    else this.bySign('cors_any_identified', 'cors_any_identified');
  }

  authentication(): void {
    const { signs } = this.#endpoint;
    // Whoever logs in has nothing yet.
    const isLogin = signs.count('login_failed') + signs.count('login_succeeded') > 0;
    if (!this.#context.tellsCredentials || isLogin) return;
    this.bySign('sensitive_without_authentication', 'sensitive_anonymous');
    const [anonymous, identified] = [
      signs.count('answered_anonymous'),
      signs.count('answered_identified'),
    ];
    const isRefused = this.#recent('refused_anonymous') !== undefined;
    if (isRefused || (anonymous > 0 && identified >= anonymous * IDENTIFIED_SHARE)) {
      this.bySign('authentication_not_always', 'answered_anonymous');
    }
  }

  login(): void {
    const { signs } = this.#endpoint;
    if (signs.count('rate_limited') > 0 || signs.count('login_failed') < FAILED_LOGINS_MIN) return;
    this.bySign('no_rate_limit_on_login', 'login_failed');
  }

  writes(): void {
    const { signs, key } = this.#endpoint;
    const isBodiless = key.method === 'DELETE';
    if (isBodiless || signs.count('input_refused') > 0) return;
    if (signs.count('write_answered') >= WRITES_MIN) {
      this.bySign('no_validation_seen', 'write_answered');
    }
  }

  #recent(name: SignName): Readonly<Sign> | undefined {
    const sign = this.#endpoint.signs.get(name);
    const sinceMs = this.#endpoint.lastMs - this.#context.closeAfterMs;
    return sign !== undefined && sign.lastMs >= sinceMs ? sign : undefined;
  }

  #add(kind: FindingKindName, shown: Omit<Cause, 'kind' | 'level'>): void {
    this.causes.push({ kind, level: FINDING_KINDS[kind].level, ...shown });
  }
}
