/** The masked payload of a request as span attributes; nothing is serialised without a signal. */
import {
  ATTR_HTTP_REQUEST_BODY_CONTENT,
  ATTR_HTTP_REQUEST_BODY_SIZE,
  ATTR_HTTP_RESPONSE_BODY_CONTENT,
} from '@spanguard/conventions';
import { guard } from '../guard/guard.ts';
import { capturePayload, isTextual } from '../payload/capture-payload.ts';
import type { ResponseView } from './authn-facts.ts';
import type { EventAttributes } from './event-attributes.ts';
import type { RequestSecurity } from './request-security.ts';

/** Request and response payload, as far as the setting and the content types allow. */
export function payloadAttributes(
  record: RequestSecurity,
  response: ResponseView,
  isSignal: boolean,
): EventAttributes {
  const { mask, settings } = record.runtime;
  const { capture, requestBytesMax, responseBytesMax } = settings.payload;
  const attributes: EventAttributes = {};
  if (capture === 'never' || (capture === 'on_signal' && !isSignal)) return attributes;

  const { headers } = record.start;
  const length = Number(headers['content-length']);
  if (Number.isSafeInteger(length) && length > 0) attributes[ATTR_HTTP_REQUEST_BODY_SIZE] = length;
  if (isTextual(headers['content-type'])) {
    const request = captureRequest(record.requestBody, mask, requestBytesMax);
    if (request !== undefined) attributes[ATTR_HTTP_REQUEST_BODY_CONTENT] = request;
  }
  if (isTextual(response.header('content-type'))) {
    const body = captureResponse(shownResponse(record, responseBytesMax), mask, responseBytesMax);
    if (body !== undefined) attributes[ATTR_HTTP_RESPONSE_BODY_CONTENT] = body;
  }
  return attributes;
}

// Guarded by themselves: whoever makes a payload that cannot be read loses the payload, not the request.
const captureRequest = guard('payload.request', capturePayload);
const captureResponse = guard('payload.response', capturePayload);

// The text that was sent is exact while it is short; of a long one the object gives a valid part.
function shownResponse(record: RequestSecurity, bytesMax: number): unknown {
  const { responseBody, responseText } = record;
  const isShort = responseText !== undefined && responseText.length <= bytesMax;
  return isShort ? responseText : (responseBody ?? responseText);
}
