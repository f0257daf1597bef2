/** OpenTelemetry's own HTTP instrumentation, with security on its hooks and yours kept. */
import { ServerResponse } from 'node:http';
import type { Attributes, Span } from '@opentelemetry/api';
import {
  HttpInstrumentation,
  type HttpInstrumentationConfig,
} from '@opentelemetry/instrumentation-http';
import { ATTR_CLIENT_ADDRESS, ATTR_HTTP_RESPONSE_STATUS_CODE } from '@spanguard/conventions';
import { createSecurityInstrumentation, guard, patch } from '@spanguard/instrumentation';
import { leaveEndedSpansAlone } from './ended-spans.ts';
import { PACKAGE } from './generated/package-name.ts';
import { followResponse, openRequest } from './observe-server-request.ts';
import { observeBytes } from './raw-payloads.ts';

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
  const instrumentation = new HttpInstrumentation(withSecurityHooks(config));
  leaveEndedSpansAlone(instrumentation);
  return withPayload(instrumentation);
}

/** Switches the patches of payload on and off with it. */
function withPayload(instrumentation: HttpInstrumentation): HttpInstrumentation {
  const payload = createSecurityInstrumentation({ ...PACKAGE, patches: [PAYLOAD] });
  const enable = instrumentation.enable.bind(instrumentation);
  const disable = instrumentation.disable.bind(instrumentation);
  instrumentation.enable = () => {
    payload.enable();
    enable();
  };
  instrumentation.disable = () => {
    payload.disable();
    disable();
  };
  return instrumentation;
}

const PAYLOAD = patch('http', '*')
  .method('IncomingMessage.prototype.push', observeBytes)
  .method('ServerResponse.prototype.write', observeBytes)
  .method('ServerResponse.prototype.end', observeBytes);

// Upstream takes the client's address from the text of a header that anybody may write. Whatever becomes
// of our own hook, that text is no address: an absent value replaces it.
const NO_CLIENT: Attributes = { [ATTR_CLIENT_ADDRESS]: undefined };

/** The configuration {@link createHttpInstrumentation} uses, for those who construct it themselves. */
export function withSecurityHooks(config: HttpInstrumentationConfig): HttpInstrumentationConfig {
  const open = guard('http.open', openRequest);
  const follow = guard('http.follow', followResponse);
  return {
    ...config,
    startIncomingSpanHook: (request) => ({
      ...yourAttributes(() => config.startIncomingSpanHook?.(request)),
      ...NO_CLIENT,
      ...open(request),
    }),
    responseHook: (span, response) => {
      // On servers this runs when the request starts; on clients it is a response, and not ours.
      if (response instanceof ServerResponse) follow(span, response);
      config.responseHook?.(span, response);
    },
    applyCustomAttributesOnSpan: (span, request, response) => {
      if (response instanceof ServerResponse && !response.headersSent) withoutStatus(span);
      config.applyCustomAttributesOnSpan?.(span, request, response);
    },
  };
}

// Upstream calls a response that was destroyed before it began a 200: the status nobody set. A span takes
// no attribute back, but the processors that mask it take it the same way.
const withoutStatus = guard('http.without_status', (span: Span) => {
  const attributes: unknown = Reflect.get(span, 'attributes');
  if (typeof attributes !== 'object' || attributes === null) return;
  Reflect.deleteProperty(attributes, ATTR_HTTP_RESPONSE_STATUS_CODE);
});

// Upstream drops all attributes when this hook throws, which would drop ours with yours.
function yourAttributes(hook: () => Attributes | undefined): Attributes | undefined {
  try {
    return hook();
  } catch {
    return undefined;
  }
}
