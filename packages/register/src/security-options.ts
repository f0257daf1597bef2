/** What the environment, or our node in OTEL_CONFIG_FILE, says of security. Pure: reads no environment. */
import { defaultSecuritySettings, type SecurityOptions } from '@spanguard/sdk';

/** Variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

const CAPTURES = ['on_signal', 'never', 'always'] as const;
const USER_IDS = ['plain', 'hash'] as const;
const HOPS_MAX = 20;

/** Options, and a sentence for each value that was not understood and therefore left at its default. */
export interface ReadOptions {
  readonly options: SecurityOptions;
  readonly warnings: readonly string[];
}

/** Reads `SPANGUARD_TRUSTED_PROXIES`, `_USER_ID`, `_HASH_KEY`, `_PAYLOAD` and `_AUTH_ROUTES`. */
export function readSecurityOptions(environment: Environment): ReadOptions {
  const warnings: string[] = [];
  const defaults = defaultSecuritySettings();
  const choose = <T extends string>(name: string, allowed: readonly T[], preset: T): T => {
    const value = environment[name];
    const known = allowed.find((one) => one === value);
    if (value !== undefined && value !== '' && known === undefined) {
      warnings.push(
        `${name} is "${value.slice(0, 64)}", expected ${allowed.join(', ')}; using ${preset}`,
      );
    }
    return known ?? preset;
  };
  const hashKey = readHashKey(environment['SPANGUARD_HASH_KEY'], warnings);
  return {
    warnings,
    options: {
      settings: {
        trustedProxies:
          readProxies(environment['SPANGUARD_TRUSTED_PROXIES']) ?? defaults.trustedProxies,
        userId: choose('SPANGUARD_USER_ID', USER_IDS, defaults.userId),
        payload: {
          ...defaults.payload,
          capture: choose('SPANGUARD_PAYLOAD', CAPTURES, defaults.payload.capture),
        },
        authRoutes: listOf(environment['SPANGUARD_AUTH_ROUTES']) ?? defaults.authRoutes,
      },
      ...(hashKey === undefined ? {} : { hashKey }),
    },
  };
}

/** A number of proxies, or addresses, networks and presets separated by commas. */
function readProxies(text: string | undefined): readonly string[] | number | undefined {
  const list = listOf(text);
  const hops = list?.length === 1 && /^\d{1,2}$/.test(list[0] ?? '') ? Number(list[0]) : undefined;
  return hops !== undefined && hops <= HOPS_MAX ? hops : list;
}

function readHashKey(text: string | undefined, warnings: string[]): Uint8Array | undefined {
  if (text === undefined || text === '') return undefined;
  const bytes = Buffer.from(text);
  if (bytes.length >= 32) return new Uint8Array(bytes);
  warnings.push(
    `SPANGUARD_HASH_KEY has ${bytes.length} bytes, at least 32 are needed; using a random one`,
  );
  return undefined;
}

function listOf(text: string | undefined): string[] | undefined {
  const entries = text
    ?.split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  return entries === undefined || entries.length === 0 ? undefined : entries;
}
