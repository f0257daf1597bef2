/** A security runtime that keeps what it is given, for the tests of every instrumentation. */
import {
  type RecognisedIndicator,
  type SecurityEvent,
  type SecurityRuntime,
  type SecuritySettings,
  defaultSecuritySettings,
} from '../src/index.ts';

export interface Recording {
  readonly runtime: SecurityRuntime;
  readonly events: SecurityEvent[];
  readonly internalErrors: { where: string; error: unknown }[];
  readonly disabledHooks: string[];
  readonly clock: { now: number };
}

/** A small but real policy: passwords and tokens are masked, `' OR '` is SQL, sqlmap is a tool. */
export function recordingRuntime(settings: Partial<SecuritySettings> = {}): Recording {
  const events: SecurityEvent[] = [];
  const internalErrors: { where: string; error: unknown }[] = [];
  const disabledHooks: string[] = [];
  const clock = { now: 1_700_000_000_000 };
  const runtime: SecurityRuntime = {
    emit: (event) => events.push(event),
    eventsLeave: () => true,
    mask: {
      text: (text) => text.replaceAll(/("?(?:password|token)"?\s*[:=]\s*"?)[^"&,}]+/giu, '$1***'),
      target: (target) => target.replaceAll(/((?:password|token)=)[^&]+/giu, '$1***'),
      attribute: (_key, value) =>
        typeof value === 'string' ? value.replaceAll('hunter2', '***') : value,
    },
    hash: (domain, value) => `hash(${domain},${value})`,
    recognise: {
      target: (target) => sqlIn(decodeURIComponentSafely(target), 'url.query'),
      body: (parsed) => sqlIn(JSON.stringify(parsed) ?? '', 'body'),
      headers: ({ cookie = '' }) => sqlIn(String(cookie), 'header'),
      userAgent: (agent) =>
        agent.includes('sqlmap')
          ? [{ kind: 'attack_tool', place: 'user_agent', confidence: 'high', rule: 'tool.sqlmap' }]
          : [],
    },
    settings: { ...defaultSecuritySettings(), ...settings },
    onInternalError: (where, error) => internalErrors.push({ where, error }),
    onHookDisabled: (where) => disabledHooks.push(where),
    now: () => clock.now,
  };
  return { runtime, events, internalErrors, disabledHooks, clock };
}

function sqlIn(
  text: string,
  place: 'url.query' | 'body' | 'header',
): readonly RecognisedIndicator[] {
  if (!text.includes("' OR '")) return [];
  return [
    { kind: 'sqli', place, confidence: 'high', rule: 'sqli.tautology', parameter: 'q' },
    { kind: 'sqli', place, confidence: 'suspicious', rule: 'sqli.quote', parameter: 'q' },
  ];
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
