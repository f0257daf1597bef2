/** Every kind of receiver there is. A new one is a folder here and a line below. */
import type { DescribedReceiver } from './define-receiver.ts';
import { otlpGrpcDescription } from './otlp-grpc/otlp-grpc-description.ts';
import { otlpHttpDescription } from './otlp-http/otlp-http-description.ts';

/** In the order the reference tells of them, and in which they are started. */
export const RECEIVERS: readonly DescribedReceiver[] = [otlpHttpDescription, otlpGrpcDescription];
