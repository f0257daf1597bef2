/** Every receiver a configuration asks for. A new kind is a folder in `receivers` and a few lines here. */
import type { Config, ReceiverConfig } from '../config/shape.ts';
import { ReceivingMemory } from '../pipeline/body/receiving-memory.ts';
import type { Clock } from '../pipeline/clock.ts';
import type { Component } from '../pipeline/component.ts';
import type { Counters } from '../pipeline/counters.ts';
import type { Intake } from '../pipeline/intake.ts';
import type { Logger } from '../pipeline/logger.ts';
import { OtlpGrpcReceiver } from '../receivers/otlp-grpc/otlp-grpc-receiver.ts';
import { OtlpHttpReceiver } from '../receivers/otlp-http/otlp-http-receiver.ts';

/** What receivers need of the service. */
export interface ReceiverNeeds {
  readonly intake: Intake;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly logger: Logger;
}

/** The receivers that are on. */
export interface Receivers {
  readonly otlpHttp: OtlpHttpReceiver;
  readonly otlpGrpc: OtlpGrpcReceiver | undefined;
  /** In the order they are started. */
  readonly all: readonly Component[];
}

/** Makes them; they share one bound on the bytes they hold. */
export function createReceivers(config: Config['receivers'], needs: ReceiverNeeds): Receivers {
  const { otlp_http: http, otlp_grpc: grpc } = config;
  const memory = new ReceivingMemory({ bytesMax: http.in_flight_bytes_max });
  const otlpHttp = new OtlpHttpReceiver(
    { ...receivingSettings(http), allowedOrigins: http.allowed_origins },
    { ...needs, memory },
  );
  if (!grpc.enabled) return { otlpHttp, otlpGrpc: undefined, all: [otlpHttp] };
  const otlpGrpc = new OtlpGrpcReceiver(receivingSettings(grpc), { ...needs, memory });
  return { otlpHttp, otlpGrpc, all: [otlpHttp, otlpGrpc] };
}

function receivingSettings(config: ReceiverConfig) {
  return {
    ...config.endpoint,
    bodyBytesMax: config.body_bytes_max,
    wireBytesMax: config.wire_bytes_max,
    connectionsMax: config.connections_max,
    headerTimeoutMs: config.header_timeout,
    requestTimeoutMs: config.request_timeout,
    bodyBytesPerSecondMin: config.body_bytes_per_second_min,
    allowedHosts: config.allowed_hosts,
    bearerToken: config.bearer_token,
  };
}
