/** How a request and its answer are protected, for the span alone: nothing is listened to, only read. */
import {
  ATTR_HTTP_REQUEST_BODY_SIZE,
  ATTR_HTTP_REQUEST_HEADER_AUTHORIZATION,
  ATTR_HTTP_REQUEST_HEADER_COOKIE,
  ATTR_HTTP_RESPONSE_BODY_SIZE,
  ATTR_HTTP_RESPONSE_HEADER_ACCESS_CONTROL_ALLOW_ORIGIN,
  ATTR_HTTP_RESPONSE_HEADER_STRICT_TRANSPORT_SECURITY,
  ATTR_SECURITY_POSTURE,
} from '@spanguard/conventions';
import { carriesSession } from '@spanguard/verdict';
import { POSTURE, byteCount } from '../posture/answer-head.ts';
import { disclosedBits } from '../posture/disclosed-error.ts';
import type { ResponseView } from './authn-facts.ts';
import type { EventAttributes } from './event-attributes.ts';
import type { RequestSecurity } from './request-security.ts';

// An origin that is answered may be whatever the client wrote.
const SHOWN_ORIGIN = /^(?:\*|null|[\w.:/-]{1,256})$/u;
const SHOWN_TRANSPORT = /^[\w=;, "-]{1,128}$/u;
const CREDENTIALS_SEEN: string[] = ['[seen]'];
Object.freeze(CREDENTIALS_SEEN);
const ENTRIES = Object.entries(POSTURE);

/** Nothing of an answer that never began. */
export function postureAttributes(
  record: RequestSecurity,
  response: ResponseView,
): EventAttributes {
  const attributes = requestPosture(record);
  const { head, statusCode = 0 } = response;
  if (head === undefined) return attributes;
  const { method, headers } = record.start;
  let { bits } = head;
  const { allowOrigin, strictTransport, bodyBytes } = head;
  if (allowOrigin !== undefined && allowOrigin !== '*' && allowOrigin === headers['origin']) {
    bits |= POSTURE.cors_echoed;
  }
  if (statusCode >= 400) bits |= disclosedBits(record.responseText, record.responseBody);
  attributes[ATTR_SECURITY_POSTURE] = wordsOf(bits);
  if (allowOrigin !== undefined && SHOWN_ORIGIN.test(allowOrigin)) {
    attributes[ATTR_HTTP_RESPONSE_HEADER_ACCESS_CONTROL_ALLOW_ORIGIN] = [allowOrigin];
  }
  if (strictTransport !== undefined && SHOWN_TRANSPORT.test(strictTransport)) {
    attributes[ATTR_HTTP_RESPONSE_HEADER_STRICT_TRANSPORT_SECURITY] = [strictTransport];
  }
  // These tell the length of a body that is not sent.
  const hasBody = method !== 'HEAD' && statusCode !== 304;
  if (hasBody && bodyBytes !== undefined) attributes[ATTR_HTTP_RESPONSE_BODY_SIZE] = bodyBytes;
  return attributes;
}

function requestPosture({ start: { headers } }: RequestSecurity): EventAttributes {
  const attributes: EventAttributes = {};
  if (headers['authorization'] !== undefined) {
    attributes[ATTR_HTTP_REQUEST_HEADER_AUTHORIZATION] = CREDENTIALS_SEEN;
  }
  if (carriesSession(headers['cookie'])) {
    attributes[ATTR_HTTP_REQUEST_HEADER_COOKIE] = CREDENTIALS_SEEN;
  }
  const bytes = byteCount(headers['content-length']);
  if (bytes !== undefined && bytes > 0) attributes[ATTR_HTTP_REQUEST_BODY_SIZE] = bytes;
  return attributes;
}

/** An application answers in a handful of ways; there are no more than there are bits to combine. */
const wordsByBits = new Map<number, string[]>();

function wordsOf(bits: number): string[] {
  let words = wordsByBits.get(bits);
  if (words === undefined) {
    words = ENTRIES.filter(([, bit]) => (bits & bit) !== 0).map(([word]) => word);
    // What never changes is masked once.
    Object.freeze(words);
    wordsByBits.set(bits, words);
  }
  return words;
}
