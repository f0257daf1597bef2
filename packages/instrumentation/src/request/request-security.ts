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

/** A framework that handles requests, as the record of one asks it. */
export interface FrameworkView {
  /** Low-cardinality, e.g. `fastify`. */
  readonly name: string;
  /**
   * Tells what the framework knows only at the end: route, parsed body, payload, user. Called before the
   * outcome is judged, once more where a client that went away is answered later. Must not throw.
   */
  readonly learn: (record: RequestSecurity, handle: object) => void;
}

/** A user, as told by the API or found by a library. */
export interface KnownUser {
  readonly id: string | undefined;
  readonly roles: readonly string[];
}

/** What a validator refused: where it stands and by which rule, never the value. */
export interface RefusedInput {
  /** `body`, `query`, `path`, `headers`, `cookies`, ... and the field in it. */
  readonly part: string;
  /** The rule as the validator calls it: `required`, `string.email`, `too_small`. */
  readonly rule: string | undefined;
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
  /** What a validator refused, the first that did. */
  refusedInput: RefusedInput | undefined = undefined;
  /** The parsed request payload, by reference. Serialised on a signal only. */
  requestBody: unknown = undefined;
  /** What the application gave to be serialised, by reference. */
  responseBody: unknown = undefined;
  /** What was sent, where it was text; preferred to `responseBody` while short. */
  responseText: string | undefined = undefined;
  /** Set by the first framework that takes the request, so that a nested one does not again. */
  framework: string | undefined = undefined;
  /** What the innermost framework handles the request with: its context or its own request object. */
  handle: object | undefined = undefined;
  /** Path patterns of the routers around the current one; a framework's instrumentation keeps it. */
  mountPath = '';
  /** Everything is told; only a call of the API may still add an event. */
  isFinished = false;
  /** The client went away before the application answered. What it answers still tells how a login ended. */
  isCutOff = false;
  // Allocated on first use: nine requests in ten have no signal and no event.
  private signalList: AuthnSignal[] | undefined = undefined;
  private eventNameSet: Set<string> | undefined = undefined;
  private view: FrameworkView | undefined = undefined;
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

  /**
   * A framework takes the request, or hands it on to another application of its own. Returns whether it is
   * the outermost: only that one decides whom to believe about the client.
   */
  takenBy(view: FrameworkView, handle: object): boolean {
    this.view = view;
    this.handle = handle;
    if (this.framework !== undefined) return false;
    this.framework = view.name;
    return true;
  }

  /** Asks the innermost framework for what it knows by now. */
  learn(): void {
    if (this.handle !== undefined) this.view?.learn(this, this.handle);
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

  /** Gives a request that was answered at a mount, before any route, the mount's pattern for a route. */
  settleRoute(): void {
    if (this.mountPath !== '' && this.knownRoute() === undefined) this.setRoute(this.mountPath);
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
