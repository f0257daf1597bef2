/** Receives OTLP over gRPC: unary calls on HTTP/2 without TLS, compressed or plain, for traces, metrics and logs. */
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { ReceivingMemory } from '../../pipeline/body/receiving-memory.ts';
import { type BodyOutcome, BodyTaker, comeLater } from '../../pipeline/body/take-body.ts';
import type { Component, Deadline } from '../../pipeline/component.ts';
import { bearerTokenCheck } from '../../pipeline/http/bearer-token.ts';
import type { Intake } from '../../pipeline/intake.ts';
import { SaidOnce } from '../../pipeline/said-once.ts';
import type { RequestLimits } from '../request-limits.ts';
import { answerAccepted, answerError, answerNotGrpc } from './answers.ts';
import { type Authorized, readCallHead } from './call-head.ts';
import type { GrpcError } from './grpc-status.ts';
import {
  Http2Listener,
  type Http2ListenerDependencies,
  type RefusedCall,
} from './http2-listener.ts';
import { declaredBytes, openMessage } from './message.ts';

/** What the receiver is given by the configuration; times in milliseconds. */
export interface OtlpGrpcReceiverSettings extends RequestLimits {
  /** As in the configuration: `otlp_grpc/public`. */
  readonly name: string;
}

/** What the receiver works with. */
export interface OtlpGrpcReceiverDependencies extends Http2ListenerDependencies {
  readonly intake: Intake;
  /** Shared with the other receivers. */
  readonly memory: ReceivingMemory;
}

/** What one client address may have of connections. */
const CLIENT_CONNECTIONS_SHARE = 1 / 2;

/** An OTLP/gRPC server. Listens on `start`; `address` tells where. */
export class OtlpGrpcReceiver implements Component {
  readonly #name: string;
  readonly #dependencies: OtlpGrpcReceiverDependencies;
  readonly #authorized: Authorized;
  readonly #bodies: BodyTaker;
  readonly #listener: Http2Listener;
  readonly #said: SaidOnce;

  constructor(settings: OtlpGrpcReceiverSettings, dependencies: OtlpGrpcReceiverDependencies) {
    this.#name = settings.name;
    this.#dependencies = dependencies;
    const token = settings.bearerToken?.reveal();
    this.#authorized = token === undefined ? undefined : bearerTokenCheck(token);
    const limits = { ...settings, readMsMax: settings.requestTimeoutMs };
    this.#bodies = new BodyTaker(settings.name, limits, dependencies);
    this.#said = new SaidOnce(dependencies);
    const clientConnectionsMax = Math.ceil(settings.connectionsMax * CLIENT_CONNECTIONS_SHARE);
    this.#listener = new Http2Listener(
      { ...settings, options: `receivers.${settings.name}`, clientConnectionsMax },
      dependencies,
      {
        answer: (stream, headers, client) => this.#answer(stream, headers, client),
        refuse: (stream, refused, client) => this.#refuse(stream, errorOf(refused), client),
      },
    );
  }

  /** Where it listens; undefined before `start`. */
  get address(): AddressInfo | undefined {
    return this.#listener.address;
  }

  start(): Promise<void> {
    return this.#listener.start();
  }

  shutdown(deadline: Deadline): Promise<void> {
    return this.#listener.shutdown(deadline);
  }

  async #answer(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    client: string,
  ): Promise<void> {
    const head = readCallHead(headers, this.#authorized);
    switch (head.kind) {
      case 'not_grpc':
        this.#count('not_grpc');
        answerNotGrpc(stream);
        break;
      case 'error':
        this.#refuse(stream, head.error, client);
        break;
      case 'export': {
        const outcome = await this.#bodies.take({
          source: { stream, declaredBytes },
          signal: head.signal,
          client,
          open: (body) => openMessage(body, head.encoding),
        });
        this.#conclude(stream, outcome, client);
      }
    }
  }

  #conclude(stream: ServerHttp2Stream, outcome: BodyOutcome, client: string): void {
    switch (outcome.kind) {
      case 'accepted':
        this.#count('OK');
        answerAccepted(stream, outcome.rejected);
        break;
      case 'aborted':
        this.#count('aborted');
        break;
      case 'malformed':
        this.#refuse(stream, { code: 'INVALID_ARGUMENT', message: outcome.message }, client);
        break;
      case 'too_large':
        this.#refuse(stream, { code: 'RESOURCE_EXHAUSTED', message: outcome.message }, client);
        break;
      case 'failed':
        this.#refuse(stream, { code: 'INTERNAL', message: outcome.message }, client);
        break;
      case 'unavailable':
        this.#refuse(stream, unavailable(outcome), client);
        break;
    }
  }

  #refuse(stream: ServerHttp2Stream, error: GrpcError, client: string): void {
    const { code, message } = error;
    this.#count(code);
    if (code !== 'INTERNAL' && code !== 'UNAVAILABLE') {
      const fields = { component: this.#name, client, status: code };
      this.#said.warn(`refused_${code}`, fields, `requests are refused: ${message}`);
    }
    answerError(stream, error);
  }

  #count(status: string): void {
    this.#dependencies.counters.add('receiver.requests', 1, { status, receiver: this.#name });
  }
}

function unavailable({ message, retryAfterMs }: ReturnType<typeof comeLater>): GrpcError {
  return { code: 'UNAVAILABLE', message, retryDelayMs: retryAfterMs };
}

/** What the listener refuses, as gRPC says it. */
function errorOf({ kind, message }: RefusedCall): GrpcError {
  switch (kind) {
    case 'host':
      return { code: 'PERMISSION_DENIED', message };
    case 'busy':
      return unavailable(comeLater(message));
    case 'failed':
      return { code: 'INTERNAL', message };
  }
}
