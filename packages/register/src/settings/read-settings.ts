/** Our options as a user writes them: environment variables, or our node of the declarative file. */
import {
  compileTrustedProxies,
  DEFAULT_QUEUE_SETTINGS,
  defaultSecuritySettings,
  HASH_KEY_BYTES_MIN,
  type PayloadCapture,
  type PayloadSettings,
  PROFILES,
  type RedactionNode,
  type SecurityOptions,
  type SecuritySettings,
} from '@spanguard/sdk';
import { chooseRedaction } from './choose-redaction.ts';

/** Options by name, in lower case and without prefix: `trusted_proxies`, `user_id`, ... */
export type WrittenOptions = ReadonlyMap<string, string>;

/** What was read. */
export interface RegisterSettings {
  readonly options: Pick<SecurityOptions, 'settings' | 'redaction' | 'hashKey' | 'queue'>;
  /** Longest delay of the end of the process by a flush, in milliseconds. Default 2000. */
  readonly shutdownMs: number;
  /** What could not be used, one sentence each; the default holds instead. */
  readonly complaints: readonly string[];
}

/** Every option: its name and what it does. The README's table is this one. */
export const OPTION_NAMES: readonly string[] = [
  'trusted_proxies',
  'user_id',
  'hash_key',
  'payload',
  'payload_request_bytes',
  'payload_response_bytes',
  'auth_routes',
  'redaction_file',
  'redaction_profile',
  'event_queue',
  'shutdown_ms',
];

const PREFIX = 'SPANGUARD_';
const SHUTDOWN_MS_DEFAULT = 2000;
const CAPTURES: readonly PayloadCapture[] = ['on_signal', 'never', 'always'];

/** The options among environment variables. Unknown `SPANGUARD_` names are complained of later. */
export function writtenInEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): WrittenOptions {
  const written = new Map<string, string>();
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(PREFIX) || value === undefined || value.trim() === '') continue;
    written.set(name.slice(PREFIX.length).toLowerCase(), value.trim());
  }
  return written;
}

/** What options lead to. */
export interface SettingsSources {
  /** What a policy file may put into itself. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The policy within the declarative file, where there is one. */
  readonly redaction: RedactionNode | undefined;
}

/** Reads the options. Total: what cannot be used becomes a complaint and keeps its default. */
export function readSettings(written: WrittenOptions, sources: SettingsSources): RegisterSettings {
  const reading = new Reading(written);
  const defaults = defaultSecuritySettings();
  const settings: SecuritySettings = {
    trustedProxies: reading.proxies('trusted_proxies', defaults.trustedProxies),
    userId: reading.oneOf('user_id', ['masked', 'plain', 'hash'], defaults.userId),
    payload: payloadOf(reading, defaults.payload),
    authRoutes: reading.list('auth_routes') ?? defaults.authRoutes,
  };
  const { redaction, hashKey, complaints } = chooseRedaction({
    node: sources.redaction,
    file: written.get('redaction_file'),
    env: sources.env,
    profile: reading.optional('redaction_profile', PROFILES),
    hashKey: reading.key('hash_key'),
  });
  reading.complaints.push(...complaints);
  const eventsMax = reading.number('event_queue', DEFAULT_QUEUE_SETTINGS.eventsMax, {
    min: DEFAULT_QUEUE_SETTINGS.batchMax,
    max: 65_536,
  });
  const shutdownMs = reading.number('shutdown_ms', SHUTDOWN_MS_DEFAULT, { min: 0, max: 30_000 });
  for (const name of written.keys()) {
    if (!OPTION_NAMES.includes(name)) {
      reading.complaints.push(`${PREFIX}${name.toUpperCase()} is unknown and has no effect`);
    }
  }
  const options = { settings, redaction, queue: { eventsMax }, ...(hashKey && { hashKey }) };
  return { options, shutdownMs, complaints: reading.complaints };
}

function payloadOf(reading: Reading, defaults: PayloadSettings): PayloadSettings {
  const bounds = { min: 0, max: 65_536 };
  return {
    capture: reading.oneOf('payload', CAPTURES, defaults.capture),
    requestBytesMax: reading.number('payload_request_bytes', defaults.requestBytesMax, bounds),
    responseBytesMax: reading.number('payload_response_bytes', defaults.responseBytesMax, bounds),
  };
}

class Reading {
  readonly complaints: string[] = [];
  readonly #written: WrittenOptions;

  constructor(written: WrittenOptions) {
    this.#written = written;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], otherwise: T): T {
    return this.optional(name, allowed, otherwise) ?? otherwise;
  }

  optional<T extends string>(name: string, allowed: readonly T[], used?: T): T | undefined {
    const found = this.#written.get(name);
    if (found === undefined) return undefined;
    const match = allowed.find((value) => value === found.toLowerCase());
    if (match === undefined) this.#complain(name, allowed.join(', '), used ?? 'default');
    return match;
  }

  number(name: string, otherwise: number, { min, max }: { min: number; max: number }): number {
    const found = this.#written.get(name);
    if (found === undefined) return otherwise;
    const value = /^\d{1,9}$/.test(found) ? Number(found) : Number.NaN;
    if (value >= min && value <= max) return value;
    this.#complain(name, `a whole number from ${min} to ${max}`, String(otherwise));
    return otherwise;
  }

  list(name: string): readonly string[] | undefined {
    const items = this.#written.get(name)?.split(',');
    return items?.map((item) => item.trim()).filter((item) => item !== '');
  }

  proxies(
    name: string,
    otherwise: SecuritySettings['trustedProxies'],
  ): SecuritySettings['trustedProxies'] {
    const found = this.#written.get(name);
    if (found === undefined) return otherwise;
    const proxies = /^\d+$/.test(found) ? Number(found) : (this.list(name) ?? []);
    try {
      compileTrustedProxies(proxies);
      return proxies;
    } catch {
      const allowed = 'a number of proxies, or addresses, networks and presets between commas';
      this.#complain(name, allowed, String(otherwise));
      return otherwise;
    }
  }

  key(name: string): Uint8Array | undefined {
    const found = this.#written.get(name);
    if (found === undefined) return undefined;
    const bytes = new TextEncoder().encode(found);
    if (bytes.length >= HASH_KEY_BYTES_MIN) return bytes;
    this.#complain(name, `at least ${HASH_KEY_BYTES_MIN} bytes`, 'a random key');
    return undefined;
  }

  // The value found is not repeated: one of them is a secret, and a log line is no place for it.
  #complain(name: string, allowed: string, used: string): void {
    this.complaints.push(
      `${PREFIX}${name.toUpperCase()} cannot be used (allowed: ${allowed}); using ${used}`,
    );
  }
}
