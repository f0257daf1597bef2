/** The slot an SDK fills so that the calls of this package reach it. Holds no logic of its own. */
import type { SecurityEventName } from '@spanguard/conventions';

/** Attribute values an event may carry. Anything else is dropped by the SDK. */
export type SecurityEventAttributes = Readonly<
  Record<string, string | number | boolean | readonly string[]>
>;

/** A login, as the application saw it end. */
export interface LoginReport {
  readonly outcome: 'success' | 'failure';
  /** The user: authenticated, or named in the attempt. */
  readonly userId?: string | undefined;
  /** What authenticated or tried to, e.g. `password`, `totp`, `saml`. */
  readonly method?: string | undefined;
  /** Why it failed, low-cardinality, e.g. `wrong_password`, `locked`. */
  readonly reason?: string | undefined;
}

/** An access the application denied. Words are masked, then cut at 128 characters, `action` at 64. */
export interface AccessDenial {
  /** What was refused, low-cardinality, e.g. `invoice`, `admin_area`. */
  readonly resource?: string | undefined;
  /** What the user tried to do, e.g. `read`, `delete`. */
  readonly action?: string | undefined;
  /** Why, low-cardinality, e.g. `not_owner`, `missing_role`. */
  readonly reason?: string | undefined;
}

/** The user of the current request. */
export interface SecurityUser {
  readonly id: string;
  readonly roles?: readonly string[] | undefined;
}

/** The API key that authenticated the current request. Only a keyed hash of it leaves the process. */
export interface SecurityApiKey {
  /** The key itself or its id: hashed before it is recorded. */
  readonly key: string;
}

/** What an SDK implements. Every method must return at once and may be called outside a request. */
export interface SecurityBackend {
  login(report: LoginReport): void;
  accessDenied(denial: AccessDenial): void;
  setUser(user: SecurityUser): void;
  setApiKey(apiKey: SecurityApiKey): void;
  event(name: SecurityEventName, attributes: SecurityEventAttributes): void;
}

// Found by a registered symbol, so an ES and a CommonJS copy of this package reach one SDK.
const BACKEND_SYMBOL: symbol = Symbol.for('spanguard.api.v1');

/** Installs the SDK behind this package's calls, for the whole process; `undefined` removes it. */
export function setSecurityBackend(backend: SecurityBackend | undefined): void {
  Object.defineProperty(globalThis, BACKEND_SYMBOL, {
    value: backend,
    configurable: true,
    writable: true,
  });
}

/**
 * Calls the SDK if there is one. A security call must never break the request it describes, so
 * whatever the SDK throws ends here; the SDK counts its own errors.
 */
export function withBackend(call: (backend: SecurityBackend) => void): void {
  try {
    const backend: unknown = Reflect.get(globalThis, BACKEND_SYMBOL);
    if (isBackend(backend)) call(backend);
  } catch {
    // Nothing to tell: this package has no log and the application must not notice.
  }
}

function isBackend(value: unknown): value is SecurityBackend {
  return typeof value === 'object' && value !== null && 'login' in value && 'event' in value;
}
