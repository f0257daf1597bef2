/** The options that every receiver of requests has, and what they mean to one. */
import type { z } from 'zod';
import {
  byteSize,
  duration,
  type Endpoint,
  secret,
  textList,
  wholeNumber,
} from '../options/option-kinds.ts';

/** Within which bounds requests are taken, and of whom. */
export interface RequestLimits extends Endpoint {
  /** Largest request after decompression. */
  readonly bodyBytesMax: number;
  /** Largest request on the wire. */
  readonly wireBytesMax: number;
  readonly connectionsMax: number;
  readonly headerTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** A body that comes more slowly is given up. */
  readonly bodyBytesPerSecondMin: number;
  /** Names to answer to besides localhost, loopback addresses and `host`; `*` answers to any. */
  readonly allowedHosts: readonly string[];
  /** Every request must carry it, where given. */
  readonly bearerToken: { reveal(): string } | undefined;
}

/** What a receiver holds requests and clients to. */
export const requestOptions = {
  body_bytes_max: byteSize({
    min: '1KiB',
    max: '256MiB',
    default: '16MiB',
    doc: 'Largest request, after decompression. OTLP recommends 64MiB; so large a one holds the only thread for a second and more.',
  }),
  wire_bytes_max: byteSize({
    min: '1KiB',
    max: '256MiB',
    default: '16MiB',
    doc: 'Largest request as it comes over the wire.',
  }),
  connections_max: wholeNumber({
    min: 1,
    max: 100_000,
    default: 2000,
    doc: 'Open connections, half of them of one client address; a further one closes the one idle for longest.',
  }),
  header_timeout: duration({
    min: '1s',
    max: '1m',
    default: '5s',
    doc: 'How long a client may take to send its headers.',
  }),
  request_timeout: duration({
    min: '1s',
    max: '5m',
    default: '10s',
    doc: 'How long a client may take to send a whole request.',
  }),
  body_bytes_per_second_min: byteSize({
    min: '1B',
    max: '1MiB',
    default: '1KiB',
    doc: 'Bytes a second that a body has to bring, over any 3 seconds; slower ones are told to come later.',
  }),
  allowed_hosts: textList(
    'Host names that clients may use besides localhost, loopback addresses and the endpoint; `*` for any. Checked where the endpoint is on loopback, or the list is not empty.',
  ),
  bearer_token: secret('Token every request must carry as `Authorization: Bearer`.'),
};

type Written = z.output<z.ZodObject<typeof requestOptions>> & { readonly endpoint: Endpoint };

/** What the options mean to a receiver. */
export function requestLimits(written: Written): RequestLimits {
  return {
    ...written.endpoint,
    bodyBytesMax: written.body_bytes_max,
    wireBytesMax: written.wire_bytes_max,
    connectionsMax: written.connections_max,
    headerTimeoutMs: written.header_timeout,
    requestTimeoutMs: written.request_timeout,
    bodyBytesPerSecondMin: written.body_bytes_per_second_min,
    allowedHosts: written.allowed_hosts,
    bearerToken: written.bearer_token,
  };
}
