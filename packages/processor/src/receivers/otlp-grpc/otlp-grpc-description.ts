/** OTLP/gRPC in a configuration. */
import { z } from 'zod';
import { endpoint, flag } from '../../options/option-kinds.ts';
import { defineReceiver, type DescribedReceiver } from '../define-receiver.ts';
import { requestLimits, requestOptions } from '../request-limits.ts';
import { OtlpGrpcReceiver } from './otlp-grpc-receiver.ts';

/** OTLP over gRPC, unary calls. */
export const otlpGrpcDescription: DescribedReceiver = defineReceiver({
  type: 'otlp_grpc',
  stability: 'stable',
  isOnByDefault: true,
  config: z.strictObject({
    enabled: flag({ default: true, doc: 'Whether OTLP/gRPC is received.' }),
    endpoint: endpoint({
      default: '127.0.0.1:4317',
      doc: 'Where OTLP/gRPC is received, without TLS. Loopback unless you say otherwise.',
    }),
    ...requestOptions,
  }),
  about: (written) => ({ endpoint: written.endpoint }),
  create: (written, needs) =>
    new OtlpGrpcReceiver({ name: needs.name, ...requestLimits(written) }, needs),
});
