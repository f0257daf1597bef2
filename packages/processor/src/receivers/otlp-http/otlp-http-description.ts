/** OTLP/HTTP in a configuration. */
import { z } from 'zod';
import { byteSize, endpoint, flag, textList } from '../../options/option-kinds.ts';
import { defineReceiver, type DescribedReceiver } from '../define-receiver.ts';
import { requestLimits, requestOptions } from '../request-limits.ts';
import { OtlpHttpReceiver } from './otlp-http-receiver.ts';

/** OTLP over HTTP, protobuf and JSON. */
export const otlpHttpDescription: DescribedReceiver = defineReceiver({
  type: 'otlp_http',
  stability: 'stable',
  isOnByDefault: true,
  config: z.strictObject({
    enabled: flag({ default: true, doc: 'Whether OTLP/HTTP is received.' }),
    endpoint: endpoint({
      default: '127.0.0.1:4318',
      doc: 'Where OTLP/HTTP is received. Loopback unless you say otherwise.',
    }),
    ...requestOptions,
    in_flight_bytes_max: byteSize({
      min: '1MiB',
      max: '4GiB',
      default: '128MiB',
      doc: 'Bytes of request bodies held at once by all receivers, three quarters of it by one client address; above it requests are told to come later (503 and Retry-After, UNAVAILABLE and RetryInfo). Where several receivers say it, the most of it counts.',
    }),
    allowed_origins: textList(
      'Origins, such as `https://app.example.com`, whose requests with an Origin header are taken. Browsers send it, exporters do not.',
    ),
  }),
  about: (written) => ({
    endpoint: written.endpoint,
    heldBytesMax: written.in_flight_bytes_max,
  }),
  create: (written, needs) =>
    new OtlpHttpReceiver(
      { name: needs.name, ...requestLimits(written), allowedOrigins: written.allowed_origins },
      needs,
    ),
});
