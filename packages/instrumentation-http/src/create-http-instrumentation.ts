/** OpenTelemetry's own HTTP instrumentation, with security on its hooks and yours kept. */
import { ServerResponse } from 'node:http';
import type { Attributes } from '@opentelemetry/api';
import {
  HttpInstrumentation,
  type HttpInstrumentationConfig,
} from '@opentelemetry/instrumentation-http';
import { guard } from '@spanguard/instrumentation';
import { followResponse, openRequest } from './observe-server-request.ts';

/**
 * An `HttpInstrumentation` that records who the client is and how each request ended. `config` is
 * OpenTelemetry's; your hooks run as before, and where both set an attribute ours wins.
 *
 * @example
 * const sdk = new NodeSDK({ instrumentations: [createHttpInstrumentation()] });
 */
export function createHttpInstrumentation(
  config: HttpInstrumentationConfig = {},
): HttpInstrumentation {
  return new HttpInstrumentation(withSecurityHooks(config));
}

/** The configuration {@link createHttpInstrumentation} uses, for those who construct it themselves. */
export function withSecurityHooks(config: HttpInstrumentationConfig): HttpInstrumentationConfig {
  const open = guard('http.open', openRequest);
  const follow = guard('http.follow', followResponse);
  return {
    ...config,
    startIncomingSpanHook: (request) => ({
      ...yourAttributes(() => config.startIncomingSpanHook?.(request)),
      ...open(request),
    }),
    responseHook: (span, response) => {
      // On servers this runs when the request starts; on clients it is a response, and not ours.
      if (response instanceof ServerResponse) follow(span, response);
      config.responseHook?.(span, response);
    },
  };
}

// Upstream drops all attributes when this hook throws, which would drop ours with yours.
function yourAttributes(hook: () => Attributes | undefined): Attributes | undefined {
  try {
    return hook();
  } catch {
    return undefined;
  }
}
