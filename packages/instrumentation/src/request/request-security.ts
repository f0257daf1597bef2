/** Everything security knows about one request while it runs. Filled by hooks, read once at its end. */
import type { Context, Span } from '@opentelemetry/api';
import {
  ATTR_CLIENT_ADDRESS,
  ATTR_CLIENT_PREFIX,
  ATTR_SECURITY_CLIENT_ADDRESS_SOURCE,
  ATTR_SECURITY_CLIENT_SPOOF_SUSPECTED,
} from '@spanguard/conventions';
import type { AccessDenial } from '@spanguard/api';
import type { AuthnSignal } from '@spanguard/verdict';
import type { ClientAddress } from '../client-address/client-address-resolver.ts';
import type { RequestHeaders, SecurityRuntime } from '../runtime/security-runtime.ts';

/** Signals kept of one request; strategies tried beyond that add nothing. */
export const signalsMax = 16;
/** Names of events kept for the span. */
export const eventNamesMax = 32;

/** The request as its server gave it. */
export interface RequestStart {
  readonly method: string;
  /** `req.url` as received: path and query, neither decoded nor normalised. */
  readonly rawTarget: string;
  readonly headers: RequestHeaders;
  readonly client: ClientAddress;
}

/** What OpenTelemetry's HTTP instrumentation shares with frameworks; `route` becomes `http.route`. */
export interface RpcMetadata {
  route?: string;
}

/** A user, as told by the API or found by a library. */
export interface KnownUser {
  readonly id: string | undefined;
  readonly roles: readonly string[];
}

/** The per-request record. One object a request, however many instrumentations observe it. */
export class RequestSecurity {
  readonly runtime: SecurityRuntime;
  readonly start: RequestStart;
  client: ClientAddress;
  /** Context and span of the server span; absent until the span started. */
  context: Context | undefined = undefined;
  span: Span | undefined = undefined;
  /** `start.rawTarget`, masked and harmless; computed once, when first asked for. */
  maskedTarget: string | undefined = undefined;
  /** The matched route with placeholders; absent while nothing matched. */
  route: string | undefined = undefined;
  user: KnownUser | undefined = undefined;
  apiKeyId: string | undefined = undefined;
  /** What the application said it refused. */
  denial: AccessDenial | undefined = undefined;
  /** The parsed request payload, by reference. Serialised on a signal only. */
  requestBody: unknown = undefined;
  /** What the application gave to be serialised, by reference. */
  responseBody: unknown = undefined;
  /** What was sent, where it was text; preferred to `responseBody` while short. */
  responseText: string | undefined = undefined;
  /** Set by the first framework that takes the request, so that a nested one does not again. */
  framework: string | undefined = undefined;
  /** Path patterns of the routers around the current one; a framework's instrumentation keeps it. */
  mountPath = '';
  /** Everything is told; only a call of the API may still add an event. */
  isFinished = false;
  /** The client went away before the application answered. What it answers still tells how a login ended. */
  isCutOff = false;
  // Allocated on first use: nine requests in ten have no signal and no event.
  private signalList: AuthnSignal[] | undefined = undefined;
  private eventNameSet: Set<string> | undefined = undefined;
  private rpcMetadata: RpcMetadata | undefined = undefined;

  constructor(runtime: SecurityRuntime, start: RequestStart) {
    this.runtime = runtime;
    this.start = start;
    this.client = start.client;
  }

  /** Ties the record to the server span and its context. Returns false when it was tied before. */
  bind(within: Context, span: Span | undefined, metadata?: RpcMetadata): boolean {
    if (this.context !== undefined) return false;
    this.context = within;
    this.span = span;
    this.rpcMetadata = metadata;
    return true;
  }

  /** Sets the route here and where OpenTelemetry's HTTP instrumentation reads it. */
  setRoute(route: string | undefined): void {
    this.route = route;
    if (this.rpcMetadata === undefined) return;
    if (route === undefined) delete this.rpcMetadata.route;
    else this.rpcMetadata.route = route;
  }

  /** The route as last set, here or by another framework's instrumentation. */
  knownRoute(): string | undefined {
    return this.route ?? this.rpcMetadata?.route;
  }

  /** Replaces the client address, e.g. by what the framework's own trust setting says. */
  setClient(client: ClientAddress): void {
    this.client = client;
    // An application may be handed a request that was answered already: the span has ended then.
    if (this.span?.isRecording() === true) {
      this.span.setAttributes(spanClientAttributes(client, this.runtime));
    }
  }

  /** Records what one observer saw of authentication; the first {@link signalsMax} are kept. */
  addSignal(signal: AuthnSignal): void {
    this.signalList ??= [];
    // The explicit API always finds room: it decides.
    if (this.signalList.length >= signalsMax && signal.source !== 'api') return;
    if (this.signalList.length >= signalsMax) this.signalList.pop();
    this.signalList.push(signal);
  }

  /** Notes an event that was emitted, for the span's `security.event.names`. */
  noteEvent(name: string): void {
    this.eventNameSet ??= new Set();
    if (this.eventNameSet.size < eventNamesMax) this.eventNameSet.add(name);
  }

  /** Whether the event was noted: of this request it is told. */
  hasEvent(name: string): boolean {
    return this.eventNameSet?.has(name) === true;
  }

  get signals(): readonly AuthnSignal[] {
    return this.signalList ?? NO_SIGNALS;
  }

  get eventNames(): string[] {
    return this.eventNameSet === undefined ? [] : Array.from(this.eventNameSet);
  }
}

const NO_SIGNALS: readonly AuthnSignal[] = [];

/** The attributes of a client address, on spans and events alike. Absent values are left out. */
export function clientAttributes(client: ClientAddress): Record<string, string | boolean> {
  const attributes: Record<string, string | boolean> = {
    [ATTR_SECURITY_CLIENT_ADDRESS_SOURCE]: client.source,
  };
  if (client.address !== undefined) attributes[ATTR_CLIENT_ADDRESS] = client.address;
  if (client.prefix !== undefined) attributes[ATTR_CLIENT_PREFIX] = client.prefix;
  if (client.spoofSuspected) attributes[ATTR_SECURITY_CLIENT_SPOOF_SUSPECTED] = true;
  return attributes;
}

/**
 * The same for a span. Where a client's address was found marks a span whose request is told by events; where
 * these do not leave the process, the processor has to judge the span itself.
 */
export function spanClientAttributes(
  client: ClientAddress,
  runtime: SecurityRuntime,
): Record<string, string | boolean> {
  const attributes = clientAttributes(client);
  if (!runtime.eventsLeave()) delete attributes[ATTR_SECURITY_CLIENT_ADDRESS_SOURCE];
  return attributes;
}
