/** The runtime every instrumentation asks: events, masking, hashes and recognisers put together. */
import type { IndicatorPlace } from '@spanguard/conventions';
import {
  type Indicator,
  type LocatedIndicator,
  type Place,
  recogniseBody,
  recogniseHeaders,
  recogniseTarget,
  recogniseUserAgent,
} from '@spanguard/indicators';
import {
  defaultSecuritySettings,
  type RecognisedIndicator,
  type SecurityEvent,
  type SecurityMask,
  type SecurityRuntime,
  type SecuritySettings,
} from '@spanguard/instrumentation';
import type { KeyedHash } from './keyed-hash.ts';

/** What a runtime is made of. */
export interface SecurityRuntimeParts {
  readonly emit: (event: SecurityEvent) => void;
  readonly eventsLeave: () => boolean;
  readonly mask: SecurityMask;
  readonly hash: KeyedHash;
  readonly settings?: Partial<SecuritySettings> | undefined;
  readonly onInternalError: (where: string, error: unknown) => void;
  readonly onHookDisabled: (where: string) => void;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

const PLACES: Readonly<Record<Place, IndicatorPlace>> = {
  path: 'url.path',
  query: 'url.query',
  body: 'body',
  header: 'header',
};

/** Makes the runtime. `emit` may throw: what it throws is counted as an internal error. */
export function createSecurityRuntime(parts: SecurityRuntimeParts): SecurityRuntime {
  const { onInternalError } = parts;
  return {
    emit: (event) => {
      try {
        parts.emit(event);
      } catch (error) {
        onInternalError('sdk.emit', error);
      }
    },
    eventsLeave: parts.eventsLeave,
    mask: parts.mask,
    hash: parts.hash,
    recognise: {
      target: (rawTarget) => recogniseTarget(rawTarget).map(located),
      body: (parsed) => recogniseBody(parsed).map(located),
      headers: (headers) => recogniseHeaders(headers).map(located),
      userAgent: (userAgent) => recogniseUserAgent(userAgent).map(inUserAgent),
    },
    settings: { ...defaultSecuritySettings(), ...parts.settings },
    onInternalError,
    onHookDisabled: parts.onHookDisabled,
    now: parts.now,
  };
}

function located(indicator: LocatedIndicator): RecognisedIndicator {
  return { ...indicator, place: PLACES[indicator.place] };
}

function inUserAgent(indicator: Indicator): RecognisedIndicator {
  return { ...indicator, place: 'user_agent' };
}
